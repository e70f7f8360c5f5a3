import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from '../../src/post-batch.ts';
import { readHistory } from '../../src/read-history.ts';
import { addsUp, replay } from '../../src/replay.ts';
import { Report } from '../../src/report.ts';
import type { Api } from './api.ts';
import type { Checks } from './checks.ts';
import { untilScored } from './settle.ts';
import { perSecond } from './steam-checks.ts';
import { countPoints, productsOf } from './stored-points.ts';

/** What SOURCE.md says of a set: its rows, and those without a price. */
export interface KnownSet {
  as: 'aldi' | 'pcparts';
  source: string;
  rows: number;
  withoutPrice: number;
}

export const knownSets: readonly KnownSet[] = [
  { as: 'aldi', source: 'aldi-us', rows: 191_363, withoutPrice: 0 },
  { as: 'pcparts', source: 'pcpartpicker', rows: 694_559, withoutPrice: 694_559 - 186_385 },
];

/** A set with defects: every row is accepted, or reported with its place and reason, and nothing else is stored. */
export async function checkSet(
  checks: Checks,
  api: Api,
  target: Target,
  set: KnownSet,
  folder: string,
  reports: string,
): Promise<void> {
  const reportPath = join(reports, `${set.as}.txt`);
  const report = await Report.open(reportPath);
  checks.figure('replaying', `${set.as}, ${set.rows.toLocaleString('en-US')} rows`);
  const startedAt = Date.now();
  const counts = await replay({ path: folder, as: set.as, target, report });
  await report.close();
  checks.figure(`${set.as} posted`, perSecond(counts.posted, (Date.now() - startedAt) / 1000));
  checks.that(`${set.as}: read = accepted + rejected + skipped`, addsUp(counts), JSON.stringify(counts));
  checks.equal(`${set.as}: rows read`, counts.read, set.rows);
  checks.equal(`${set.as}: rows without a price`, counts.skippedBy['no price'] ?? 0, set.withoutPrice);
  checks.equal(`${set.as}: rows rejected`, counts.rejected, 0);

  const reported = (await readFile(reportPath, 'utf8')).trimEnd().split('\n');
  const named = new Set(reported.map((line) => line.slice(0, line.indexOf(': '))));
  checks.equal(`${set.as}: rows reported by file and line`, named.size, counts.skipped);

  await untilScored(api, target);
  const products = await productsOf(api, set.source);
  const stored = await countPoints(api, products);
  checks.equal(`${set.as}: products`, products.size, await countProducts(folder, set));
  checks.equal(`${set.as}: price points stored`, stored, counts.accepted);
}

async function countProducts(folder: string, set: KnownSet): Promise<number> {
  const products = new Set<string>();
  for await (const row of readHistory(folder, set.as)) {
    if ('observation' in row) products.add(row.observation.product);
  }
  return products.size;
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { productCode } from '@souk/replay';
import { parse } from 'csv-parse/sync';
import type { Scored } from './compare.ts';

/** How Souk judged the prices that the collector of the Aldi history had found anomalous, by his direction. */
export interface Agreement {
  direction: 'lower' | 'higher';
  /** Anomalies found in the history. */
  cases: number;
  /** Percent that Souk holds to be below the usual price. */
  belowUsual: number;
  meanScore: number;
}

interface Anomaly {
  product: string;
  atMs: number;
  isLower: boolean;
}

/** Compares with all `price_anomalies_*.csv` below a folder: an opinion formed without knowing ours. */
export async function agreementWith(folder: string, scored: readonly Scored[]): Promise<Agreement[]> {
  const byProduct = new Map(scored.map((one) => [one.series.product, one]));
  const judged = { lower: [] as number[], higher: [] as number[] };
  for (const { product, atMs, isLower } of await anomaliesIn(folder)) {
    const one = byProduct.get(product);
    const index = one?.series.observed.findIndex((point) => point.atMs === atMs) ?? -1;
    const score = index < 0 ? Number.NaN : one!.scores[index]!;
    if (!Number.isNaN(score)) judged[isLower ? 'lower' : 'higher'].push(score);
  }
  return (['lower', 'higher'] as const).map((direction) => {
    const scores = judged[direction];
    return {
      direction,
      cases: scores.length,
      belowUsual: (scores.filter((score) => score > 0).length / scores.length) * 100,
      meanScore: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    };
  });
}

async function anomaliesIn(folder: string): Promise<Anomaly[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    /price_anomalies_\d{8}\.csv$/.test(name),
  );
  const files = await Promise.all(names.toSorted().map((name) => readFile(join(folder, name), 'utf8')));
  return files.flatMap((text) =>
    parse<Record<string, string>>(text, { columns: true, bom: true, skip_empty_lines: true }).map((row) => ({
      product: productCode([row.brand ?? '', row.name ?? '', row.weight ?? '']),
      atMs: Date.parse(`${row.latest_date ?? ''}T00:00:00Z`),
      isLower: (row.direction ?? '').startsWith('lower'),
    })),
  );
}

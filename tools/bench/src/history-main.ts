import { progressSince } from '@souk/start';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Goal, isMet, tableOf } from './goals.ts';
import { fillBoth, type HistoryData, OPEN_RANGE } from './history-data.ts';
import type { HistorySettings } from './history-settings.ts';
import { cpuOf, HistoryMeasurement, type HistoryRound, timesFaster, undisturbed } from './measure-history.ts';
import { type MeasuredProduct, startMeasuredProduct } from './product.ts';
import { stoppable } from './stoppable.ts';

/** How often the service looks for points to close while it is measured. */
const CLOSE_INTERVAL_MS = 5_000;

interface Sizes {
  plainBytes: number;
  chunkBytes: number;
}

/** `npm run bench -- history`: closed history beside plain rows of the same points, size and speed, in one run. */
export async function measureHistory(settings: HistorySettings): Promise<number> {
  process.env.SOUK_HISTORY_CLOSE_INTERVAL_MS = String(CLOSE_INTERVAL_MS); // before the services start
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  mkdirSync(settings.outDir, { recursive: true });
  return stoppable(async (begun) => {
    const product = await startMeasuredProduct(progress, begun);
    const data = await progress.step(`${settings.points} points, in rows and to be closed`, () =>
      fillBoth(product.sql, settings.points),
    );
    const client = new Client({
      connectionString: product.adminUrl,
      options: '-c search_path=scoring -c jit=off',
    });
    await client.connect();
    begun(() => client.end());
    const round = await progress.step('reading both', () =>
      HistoryMeasurement.over(client, data).then((measurement) => measurement.round(settings)),
    );
    const sizes = await sizesOf(product);
    const goals = goalsOf(round, data, sizes);
    const path = join(settings.outDir, `history-${new Date().toISOString().replaceAll(':', '')}.json`);
    writeFileSync(path, `${JSON.stringify({ settings, goals, data, sizes, round }, null, 2)}\n`);
    console.log(`${tableOf(goals)}\n\nresult: ${path}`);
    return goals.every(isMet) ? 0 : 1;
  });
}

/** With their indexes and what lies outside of their rows. */
async function sizesOf({ sql }: MeasuredProduct): Promise<Sizes> {
  const [row] = await sql<{ plain: string; chunks: string }>(
    `select pg_total_relation_size('plain.price_point') as plain,
       pg_total_relation_size('scoring.price_chunk') as chunks`,
  );
  return { plainBytes: Number(row!.plain), chunkBytes: Number(row!.chunks) };
}

function goalsOf(round: HistoryRound, data: HistoryData, { plainBytes, chunkBytes }: Sizes): Goal[] {
  const [plain, closed] = [plainBytes / data.points, chunkBytes / data.closedPoints];
  const open = data.points - data.closedPoints;
  return [
    {
      name: 'bytes of a point in rows ÷ closed',
      value: plain / closed,
      unit: '',
      atLeast: 15,
      detail: `${shown(plain)} / ${shown(closed)} bytes, ${count(data.points)} points of ${count(data.products)} products, ${count(open)} of them open (${OPEN_RANGE.least} to ${OPEN_RANGE.most} a product)`,
    },
    speed('a full history: rows ÷ chunks', 6, round.history),
    speed('statistics of 100 products, four windows: SQL ÷ chunks', 20, round.statistics),
    speed('lowest, last and 10th percentile of 100 products: SQL ÷ chunks', undefined, round.lows),
    {
      name: 'prices of all products, one after the other',
      value: round.scan.ms / 1_000,
      unit: ' s',
      detail: `${count(round.scan.points)} points, ${count(round.scan.points / (round.scan.ms / 1_000))} a second`,
    },
  ];
}

const speed = (name: string, atLeast: number | undefined, reads: HistoryRound['history']): Goal => ({
  name,
  value: timesFaster(reads),
  unit: '',
  ...(atLeast !== undefined && { atLeast }),
  detail: `${shown(cpuOf(reads.plain))} / ${shown(cpuOf(reads.chunks))} ms of CPU in the median; by the clock, fastest tenth ${shown(undisturbed(reads.plain))} / ${shown(undisturbed(reads.chunks))} ms`,
});

const shown = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });
const count = (value: number): string => Math.round(value).toLocaleString('en');

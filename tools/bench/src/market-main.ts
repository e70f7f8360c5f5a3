import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { progressSince } from '@souk/start';
import { parseArgs } from 'node:util';
import { Api } from './api.ts';
import { meterCpu } from './cpu-meter.ts';
import { type Goal, isMet, tableOf } from './goals.ts';
import { fillMarket, FILLED_UNTIL, POINTS_PER_OFFER } from './market-data.ts';
import { type MeasuredProduct, startMeasuredProduct } from './product.ts';
import { median } from './statistics.ts';
import { stoppable } from './stoppable.ts';
import { until } from './until.ts';

export const MARKET_HELP = `npm run bench -- market [--points N]
  Reports over 10 million points (or N) of daily prices, and what it costs to roll them up by week.
Ends with 0 when the goal is met.`;

const POINTS = 10_000_000;
const ROUNDS = 5;
const ROLLED_UP_WITHIN_MS = 30 * 60_000;
const DAY_MS = 86_400_000;

interface Report {
  offers: number;
  index: { points: unknown[] };
}

/** `npm run bench -- market`: undefined when only the help is wanted. */
export async function measureMarket(args: string[]): Promise<number | undefined> {
  const { values } = parseArgs({ args, options: { points: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return undefined;
  const offers = Math.ceil(Number(values.points ?? POINTS) / POINTS_PER_OFFER);
  if (!(offers > 0)) throw new Error(`--points is a number of points\n${MARKET_HELP}`);
  // Before the services start: rolled up at once, and measured alone.
  Object.assign(process.env, {
    SOUK_MARKET_INTERVAL_MS: '1000',
    SOUK_HISTORY_CLOSE_INTERVAL_MS: String(DAY_MS),
  });
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  return stoppable(async (begun) => {
    const product = await startMeasuredProduct(progress, begun);
    await progress.step(`${offers * POINTS_PER_OFFER} points of ${offers} offers`, () =>
      fillMarket(product.sql, OPERATOR_ACCOUNT_ID, offers),
    );
    const used = meterCpu(product.pids);
    await progress.step('rolling them up', () => untilRolledUp(product, offers));
    const rollUpMicroseconds = (used().totalSeconds * 1e6) / (offers * POINTS_PER_OFFER);
    const goals = await progress.step('reports', () => reportGoals(product, offers));
    goals.push(await sizeOf(product, offers * POINTS_PER_OFFER), {
      name: 'CPU of rolling up a point',
      value: rollUpMicroseconds,
      unit: ' µs',
      detail: 'all processes, from rows that are not closed; a whole history is read each time',
    });
    console.log(tableOf(goals));
    return goals.every(isMet) ? 0 : 1;
  });
}

function untilRolledUp({ sql }: MeasuredProduct, offers: number): Promise<void> {
  const done = async (): Promise<boolean> => {
    const [row] = await sql<{ done: string }>('select count(*) as done from scoring.market_offer');
    return Number(row!.done) === offers;
  };
  return until('all offers are rolled up', done, { everyMs: 500, deadlineMs: ROLLED_UP_WITHIN_MS });
}

async function reportGoals(product: MeasuredProduct, offers: number): Promise<Goal[]> {
  const api = new Api(product.url, product.apiKey);
  const reports = [
    { name: 'a report of everything, all years', query: '', days: POINTS_PER_OFFER, share: 1 },
    { name: 'a report of everything, one year', query: '', days: 365, share: 1 },
    {
      name: 'a report of one category, all years',
      query: '&category=Category%203',
      days: POINTS_PER_OFFER,
      share: 20,
    },
  ];
  const goals: Goal[] = [];
  for (const { name, query, days, share } of reports) {
    const tookMs: number[] = [];
    const used = meterCpu(product.pids);
    for (let round = 0; round < ROUNDS; round += 1) {
      // Each of another day: none is told from memory.
      const from = new Date(FILLED_UNTIL - (days + round) * DAY_MS).toISOString();
      const to = new Date(FILLED_UNTIL).toISOString();
      const began = performance.now();
      const report = await api.get<Report>(`/v1/market/report?from=${from}&to=${to}${query}`);
      tookMs.push(performance.now() - began);
      if (report.offers !== Math.ceil(offers / share))
        throw new Error(`${report.offers} offers are in the report`);
    }
    const cpuSeconds = used().totalSeconds / ROUNDS;
    goals.push({
      name,
      value: median(tookMs) / 1_000,
      unit: ' s',
      atMost: 5,
      detail: `median of ${ROUNDS}, the slowest ${(Math.max(...tookMs) / 1_000).toFixed(2)} s; ${cpuSeconds.toFixed(2)} s of CPU each`,
    });
  }
  return goals;
}

async function sizeOf({ sql }: MeasuredProduct, points: number): Promise<Goal> {
  const [row] = await sql<{ weeks: string; events: string }>(
    `select pg_total_relation_size('scoring.market_weeks') as weeks, pg_total_relation_size('scoring.market_event') as events`,
  );
  const [weeks, events] = [Number(row!.weeks) / points, Number(row!.events) / points];
  return {
    name: 'bytes of a point in what is rolled up',
    value: weeks + events,
    unit: '',
    detail: `${weeks.toFixed(1)} weeks, ${events.toFixed(1)} drops and lows, with indexes`,
  };
}

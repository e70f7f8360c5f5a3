import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { progressSince } from '@souk/start';
import { closeDealHistories, DEAL_OBSERVATIONS, dealProductId } from './deals-data.ts';
import { meterCpu } from './cpu-meter.ts';
import { type Goal, isMet, tableOf } from './goals.ts';
import { closedLoop, type Latencies, openLoop } from './http-load.ts';
import { fillMarket } from './market-data.ts';
import { PipelineMeasurement } from './measure-pipeline.ts';
import { measureScores, type ScoreCost, SHAPES } from './deals-scores.ts';
import { type MeasuredProduct, startMeasuredProduct } from './product.ts';
import { median } from './statistics.ts';
import { stoppable } from './stoppable.ts';

export const DEALS_HELP = `npm run bench -- deals
  What full scores add to an observation, and deals that nobody asked for before, 200 a second.
Ends with 0 when every goal is met.`;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RATE_PER_SECOND = 200;
const ROUNDS = 5;
const SECONDS = 5;
const WARM_UP = 500;
const CONNECTIONS = 16;
const PIPELINE_PRODUCTS = 2_000;
const PIPELINE_OBSERVATIONS = 40_000;
const PIPELINE_ROUNDS = 3;

/** `npm run bench -- deals`: the pipeline and the deals of one product, as `npm start` starts it. */
export async function measureDeals(): Promise<number> {
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  // Before the services start: histories are closed at once, and neither rolled up nor learnt from meanwhile.
  Object.assign(process.env, {
    SOUK_HISTORY_CLOSE_INTERVAL_MS: '1000',
    SOUK_MARKET_INTERVAL_MS: String(DAY_MS),
    SOUK_FORECAST_LOOK_MS: String(HOUR_MS),
  });
  return stoppable(async (begun) => {
    const product = await startMeasuredProduct(progress, begun);
    const offers = WARM_UP + ROUNDS * RATE_PER_SECOND * SECONDS;
    await progress.step(`${offers} products of ${DEAL_OBSERVATIONS} prices each, closed`, async () => {
      await fillMarket(product.sql, OPERATOR_ACCOUNT_ID, offers);
      await closeDealHistories(product);
    });
    const answers = await progress.step(`${RATE_PER_SECOND} deals a second`, () => answerGoal(product));
    const pipelineMicros = await progress.step('the pipeline, histories too short for a score', () =>
      pipelineCost(product),
    );
    const scores = await progress.step('scores', () => Promise.resolve(SHAPES.map(measureScores)));
    const goals = [answers, ...scores.map((cost) => scoreGoal(cost, pipelineMicros))];
    console.log(tableOf(goals));
    return goals.every(isMet) ? 0 : 1;
  });
}

/**
 * Each product is asked for once, so that no answer waits in a memory. The median round counts: after so much was
 * written PostgreSQL may tidy up during one of them.
 */
async function answerGoal(product: MeasuredProduct): Promise<Goal> {
  let next = 0;
  const target = {
    url: product.url,
    path: () => `/v1/products/${dealProductId(next++)}/deal`,
    headers: { authorization: `Bearer ${product.apiKey}` },
  };
  await closedLoop(target, WARM_UP, CONNECTIONS);
  const used = meterCpu(product.pids);
  const rounds: Latencies[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push(await openLoop(target, RATE_PER_SECOND, SECONDS));
  const { totalSeconds, byName, othersShare } = used();
  const cpuMs = (seconds: number): string => shown((seconds * 1_000) / (ROUNDS * RATE_PER_SECOND * SECONDS));
  const [p50Ms, p99Ms] = [median(rounds.map((one) => one.p50Ms)), median(rounds.map((one) => one.p99Ms))];
  const worstMs = Math.max(...rounds.map((one) => one.p95Ms));
  const busiest = Object.entries(byName)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 4)
    .map(([name, seconds]) => `${name} ${cpuMs(seconds)}`);
  return {
    name: 'a deal that nobody asked for before, 200 a second: p95',
    value: median(rounds.map((one) => one.p95Ms)),
    unit: ' ms',
    atMost: 20,
    detail: `p50 ${shown(p50Ms)}, p99 ${shown(p99Ms)}, the worst p95 of ${ROUNDS} rounds ${shown(worstMs)} ms; ${cpuMs(totalSeconds)} ms of CPU each (${busiest.join(', ')}); others took ${Math.round(othersShare * 100)} % of the machine`,
  };
}

/** Microseconds of CPU for an observation. Its products are known for minutes, and so have no score yet. */
async function pipelineCost(product: MeasuredProduct): Promise<number> {
  const pipeline = new PipelineMeasurement(product, PIPELINE_PRODUCTS);
  try {
    await pipeline.prepare(PIPELINE_PRODUCTS);
    const micros: number[] = [];
    for (let round = 0; round <= PIPELINE_ROUNDS; round += 1)
      micros.push((await pipeline.round(PIPELINE_OBSERVATIONS)).cpuMicrosPerObservation);
    return median(micros.slice(1)); // the first one warms up
  } finally {
    await pipeline.close();
  }
}

const scoreGoal = ({ name, full, bare }: ScoreCost, pipelineMicros: number): Goal => ({
  name: `CPU of an observation with its score ÷ without, ${name}`,
  value: (pipelineMicros + full - bare) / pipelineMicros,
  unit: '',
  atMost: 1.5,
  detail: `${shown(pipelineMicros)} µs of the pipeline, and ${shown(full - bare)} µs more`,
});

const shown = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });

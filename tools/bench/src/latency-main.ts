import { progressSince } from '@souk/start';
import { meterCpu } from './cpu-meter.ts';
import { type Goal, isMet, tableOf } from './goals.ts';
import { LatencyMeasurement, type LatencyRound } from './measure-latency.ts';
import { startMeasuredProduct } from './product.ts';
import { median } from './statistics.ts';
import { stoppable } from './stoppable.ts';

export const LATENCY_HELP = `npm run bench -- latency
  From the 202 for an observation to the webhook's request with its alert, 200 observations a second, nothing paced:
  three rounds of a minute.
Ends with 0 when both goals are met.`;

const RATE_PER_SECOND = 200;
const ROUNDS = 3;
const ROUND_SECONDS = 60;
/** V8 has compiled what is hot by then, and every product has a price before the one that is measured. */
const WARM_UP_SECONDS = 40;

/** `npm run bench -- latency`: how long a person waits for what the product knows, at a rate that it easily holds. */
export async function measureLatency(): Promise<number> {
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  return stoppable(async (begun) => {
    const product = await startMeasuredProduct(progress, begun);
    const latency = new LatencyMeasurement(product, RATE_PER_SECOND);
    begun(() => latency.close());
    await progress.step('first prices, a watch on each product', () => latency.prepare());
    await progress.step('warming up', () => latency.round(WARM_UP_SECONDS));
    const rounds: LatencyRound[] = [];
    const used = meterCpu(product.pids);
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push(await progress.step(`round ${round + 1}`, () => latency.round(ROUND_SECONDS)));
    }
    const { othersShare } = used();
    const goals = goalsOf(rounds);
    console.log(tableOf(goals));
    console.log(`share of the machine that others took: ${Math.round(othersShare * 100)} %`);
    return goals.every(isMet) ? 0 : 1;
  });
}

const goalsOf = (rounds: readonly LatencyRound[]): Goal[] =>
  [['p50Ms', 100] as const, ['p99Ms', 1_000] as const].map(([name, atMost]) => ({
    name: `202 to message handed over, ${RATE_PER_SECOND}/s, ${name.slice(0, 3)}`,
    value: median(rounds.map((round) => round[name])),
    unit: ' ms',
    atMost,
    detail: `median of ${ROUNDS} rounds, the worst ${Math.max(...rounds.map((round) => round[name])).toFixed(1)} ms; ${rounds.reduce((sum, { alerts }) => sum + alerts, 0)} alerts`,
  }));

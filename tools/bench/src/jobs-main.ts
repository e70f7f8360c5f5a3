import { asinOf, type RunningApis, startApis } from '@souk/sandbox';
import { progressSince } from '@souk/start';
import { Api } from './api.ts';
import { meterCpu } from './cpu-meter.ts';
import { type Goal, isMet, tableOf } from './goals.ts';
import { startMeasuredProduct } from './product.ts';
import { median } from './statistics.ts';
import { stoppable } from './stoppable.ts';
import { until } from './until.ts';

export const JOBS_HELP = `npm run bench -- jobs
  Three jobs of 10,000 identifiers each, looked up at the sandbox's Creators API with a budget that holds nothing back.
Ends with 0 when the goal is met.`;

const ITEMS = 10_000;
const ROUNDS = 3;
/** Calls a second; one asks for ten products. */
const CALLS_PER_SECOND = 1_000;
const SOURCE = 'amazon-in';

interface Job {
  id: string;
  found: number;
  failed: number;
  finishedAt: string | null;
}

/** `npm run bench -- jobs`: from the request to the last settled item, the product and the shop in processes of their own. */
export async function measureJobs(): Promise<number> {
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  return stoppable(async (begun) => {
    const apis = await startApis();
    begun(() => apis.close());
    Object.assign(process.env, settingsFor(apis)); // before the services start
    const product = await startMeasuredProduct(progress, begun);
    const api = new Api(product.url, product.apiKey);
    const rounds: { itemsPerMinute: number; cpuMicroseconds: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const products = Array.from({ length: ITEMS }, (_, index) => asinOf(10_000 * (round + 1) + index));
      const used = meterCpu(product.pids);
      const startedAt = performance.now();
      const { id } = await api.post<Job>('/v1/jobs', { source: SOURCE, products });
      await until('the job is done', async () => (await api.get<Job>(`/v1/jobs/${id}`)).finishedAt !== null);
      const tookMs = performance.now() - startedAt;
      const { found, failed } = await api.get<Job>(`/v1/jobs/${id}`);
      if (found !== ITEMS) throw new Error(`${found} of ${ITEMS} were found and ${failed} failed`);
      rounds.push({
        itemsPerMinute: (ITEMS * 60_000) / tookMs,
        cpuMicroseconds: (used().totalSeconds * 1e6) / ITEMS,
      });
      progress.say(`${ITEMS} items in ${(tookMs / 1_000).toFixed(1)} s`);
    }
    const goals = [goalOf(rounds)];
    console.log(tableOf(goals));
    return goals.every(isMet) ? 0 : 1;
  });
}

const goalOf = (rounds: readonly { itemsPerMinute: number; cpuMicroseconds: number }[]): Goal => ({
  name: 'items of a job a minute',
  value: median(rounds.map(({ itemsPerMinute }) => itemsPerMinute)),
  unit: '',
  atLeast: 10_000,
  detail: `${ROUNDS} jobs of ${ITEMS.toLocaleString('en')}, ${Math.round(median(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds)))} µs of CPU an item in all processes`,
});

const settingsFor = (apis: RunningApis): Record<string, string> => ({
  SOUK_SOURCES: JSON.stringify([
    {
      source: SOURCE,
      adapter: 'amazon',
      intervalMs: 86_400_000,
      canaryIntervalMs: 86_400_000,
      config: {
        marketplace: 'IN',
        credentialVersion: '3.2',
        clientId: SOURCE,
        clientSecret: 'secret',
        partnerTag: 'souk-21',
        apiUrl: `${apis.url}/creators`,
        tokenUrl: `${apis.url}/creators/auth/o2/token`,
      },
    },
  ]),
  SOUK_QUOTA_UPSTREAMS: JSON.stringify([
    { upstream: SOURCE, ratePerSecond: CALLS_PER_SECOND, burst: CALLS_PER_SECOND },
  ]),
});

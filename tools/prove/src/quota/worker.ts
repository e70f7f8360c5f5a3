/** A worker, a process of its own: asks for permits, calls the upstream, reports, until it is told to stop. */
import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AcquirePermits, PRIORITIES, ReportOutcome } from '@souk/contracts';
import { askAsOperator, connectOperator } from '@souk/dead-letters';
import type { ProvenBudget } from './budgets.ts';

export interface WorkerPlan {
  natsServer: string;
  password: string;
  upstreamPort: number;
  budgets: readonly ProvenBudget[];
}

/** By upstream; `stale`: permits that came too late to be used; `reported`: outcomes that quota heard of. */
export type WorkerCounts = Record<
  string,
  { called: number; declined: number; unavailable: number; stale: number; reported: number }
>;

const WAIT_MS = 3_000;
const TIMEOUT_MS = 5_000;
const PAUSE_MS = 200;

const plan = JSON.parse(process.argv[2] ?? '') as WorkerPlan;
const agent = new Agent({ keepAlive: true, keepAliveMsecs: 1_000 });
const nats = await connectOperator(plan.natsServer, plan.password, { maxReconnectAttempts: -1 });
const counts: WorkerCounts = {};
let isOver = false;

function call(upstream: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(
      { port: plan.upstreamPort, host: '127.0.0.1', path: `/${upstream}`, agent },
      (response) => {
        response.resume().once('end', resolve).once('error', reject);
      },
    );
    request.once('error', reject);
  });
}

async function useOnce(upstream: string, asker: number): Promise<void> {
  const count = (counts[upstream] ??= { called: 0, declined: 0, unavailable: 0, stale: 0, reported: 0 });
  const priority = PRIORITIES[asker % PRIORITIES.length];
  const askedAtMs = performance.now();
  const wanted = { upstream, priority, waitMs: WAIT_MS };
  const answer = await askAsOperator(nats, AcquirePermits, wanted, TIMEOUT_MS).catch(() => undefined);
  if (!answer) {
    count.unavailable += 1;
    await delay(PAUSE_MS);
  } else if (!answer.granted) {
    count.declined += 1;
    await delay(Math.min(answer.retryAfterMs, PAUSE_MS));
  } else if (performance.now() - askedAtMs - answer.waitedMs > answer.useWithinMs!) {
    count.stale += 1;
  } else {
    count.called += 1;
    await call(upstream);
    // Not waited for, as in ingestion: a report that is lost costs the upstream's breaker one success.
    void askAsOperator(nats, ReportOutcome, { upstream, outcome: 'succeeded' }, TIMEOUT_MS)
      .then(() => (count.reported += 1))
      .catch(() => undefined);
  }
}

async function askAgainAndAgain(upstream: string, asker: number): Promise<void> {
  while (!isOver) await useOnce(upstream, asker).catch(() => delay(PAUSE_MS));
}

for (const { upstream, askersPerWorker } of plan.budgets) {
  for (let asker = 0; asker < askersPerWorker; asker += 1) void askAgainAndAgain(upstream, asker);
}
process.once('message', () => {
  isOver = true;
  process.send?.(counts, () => process.exit(0));
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });

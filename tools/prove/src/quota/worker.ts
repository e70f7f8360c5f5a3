/** A worker, a process of its own: asks for permits, calls the upstream, reports, until it is told to stop. */
import { randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import { AcquirePermits, answerSubject, inboxPrefixOf, PRIORITIES, ReportOutcome } from '@souk/contracts';
import { z } from 'zod';
import type { ProvenBudget } from './budgets.ts';

export interface WorkerPlan {
  natsServer: string;
  password: string;
  upstreamPort: number;
  budgets: readonly ProvenBudget[];
}

/** By upstream; `stale`: permits that came too late to be used. */
export type WorkerCounts = Record<
  string,
  { called: number; declined: number; unavailable: number; stale: number }
>;

const WAIT_MS = 3_000;
const TIMEOUT_MS = 5_000;
const PAUSE_MS = 200;

const plan = JSON.parse(process.argv[2] ?? '') as WorkerPlan;
const agent = new Agent({ keepAlive: true, keepAliveMsecs: 1_000 });
const nats = await connect({
  servers: plan.natsServer,
  user: 'operator',
  pass: plan.password,
  inboxPrefix: inboxPrefixOf('operator'),
  maxReconnectAttempts: -1,
});
const counts: WorkerCounts = {};
let isOver = false;

const Answer = z.object({ response: AcquirePermits.response });

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
  const count = (counts[upstream] ??= { called: 0, declined: 0, unavailable: 0, stale: 0 });
  const priority = PRIORITIES[asker % PRIORITIES.length];
  const askedAtMs = performance.now();
  const reply = await nats
    .request(AcquirePermits.subject, JSON.stringify({ upstream, priority, waitMs: WAIT_MS }), {
      timeout: TIMEOUT_MS,
      noMux: true,
      reply: answerSubject('quota', 'operator', randomUUID()),
    })
    .catch(() => undefined);
  const answer = reply && Answer.safeParse(reply.json()).data?.response;
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
    nats.publish(ReportOutcome.subject, JSON.stringify({ upstream, outcome: 'succeeded' }));
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

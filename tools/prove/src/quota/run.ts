import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@souk/infra';
import { waitUntilReady } from '@souk/start';
import type { System } from '../system.ts';
import { BUDGETS } from './budgets.ts';
import { Counters } from './counters.ts';
import { judge, type QuotaResult } from './judge.ts';
import { machineNowMs } from './machine-clock.ts';
import { type QuotaFault, quotaPlanOf } from './plan.ts';
import { startReplica, startUpstream, startWorker, type Worker } from './processes.ts';
import type { QuotaSettings } from './settings.ts';
import type { Span } from './windows-check.ts';

const WORKERS = 8;
const SKEW_MS = 300_000;
const BACK_WITHIN_MS = 30_000;
const READ_COUNTERS_MS = 1_000;

/** A fault as it went; `span`: until all replicas were ready again. */
export interface QuotaOutcome {
  fault: QuotaFault;
  tookEffect: boolean;
  span: Span;
}

/** Eight workers, two replicas with clocks five minutes apart, one upstream that counts, and a plan of faults. */
export async function runQuota(
  settings: QuotaSettings,
  system: System,
  say: (line: string) => void,
): Promise<QuotaResult> {
  const { supervisor } = system;
  const replicas = ['quota', 'quota-2'] as const;
  const healthPort = await freePort();
  const logFile = join(system.dataDir, 'logs', 'quota-2.log');
  await startReplica(supervisor, {
    ...{ of: 'quota', name: 'quota-2', healthPort, skewMs: SKEW_MS, logFile },
  });
  const urls = {
    quota: system.readyUrlOf('quota')!,
    'quota-2': `http://127.0.0.1:${healthPort}/readyz`,
  };
  const counters = new Counters();
  const readCounters = (): Promise<unknown> =>
    Promise.all(
      replicas.map((name) => counters.read(supervisor.pidOf(name), urls[name].replace('readyz', 'metrics'))),
    );
  const reading = setInterval(() => void readCounters(), READ_COUNTERS_MS);
  const upstream = await startUpstream();
  const { natsServer } = system;
  const plan = {
    ...{ natsServer, password: system.secrets.nats.operator },
    ...{ upstreamPort: upstream.port, budgets: BUDGETS },
  };
  const start = (number: number): Promise<Worker> => startWorker(plan, number % 2 === 0 ? -SKEW_MS : 0);
  const workers = await Promise.all(Array.from({ length: WORKERS }, (_, number) => start(number)));

  const ready = (): Promise<unknown> =>
    Promise.all(replicas.map((name) => waitUntilReady(urls[name], BACK_WITHIN_MS)));
  const carryOut = async (fault: QuotaFault): Promise<boolean> => {
    if (fault.kind === 'kill worker') {
      const { pid } = workers[fault.worker]!;
      await workers[fault.worker]!.kill();
      workers[fault.worker] = await start(fault.worker);
      return workers[fault.worker]!.pid !== pid;
    }
    const name = fault.kind === 'kill replica' ? fault.replica : 'Redis';
    const before = supervisor.pidOf(name);
    process.kill(before, 'SIGKILL');
    if (fault.kind === 'restart Redis' && fault.data === 'wiped')
      rmSync(join(system.dataDir, 'redis', 'appendonlydir'), { recursive: true, force: true });
    const giveUpAtMs = machineNowMs() + BACK_WITHIN_MS;
    const isBack = (): boolean => ![0, before].includes(supervisor.pidOf(name));
    while (!isBack() && machineNowMs() < giveUpAtMs) await delay(20);
    await ready();
    return isBack();
  };

  try {
    const startedAtMs = machineNowMs();
    const outcomes: QuotaOutcome[] = [];
    say(`${WORKERS} workers ask for ${settings.loadMs / 1_000} s`);
    for (const fault of quotaPlanOf(settings.seed, settings.loadMs, WORKERS, replicas)) {
      await delay(Math.max(0, startedAtMs + fault.atMs - machineNowMs()));
      const fromMs = machineNowMs();
      const tookEffect = await carryOut(fault);
      outcomes.push({ fault, tookEffect, span: { fromMs, toMs: machineNowMs() } });
      say(`${describe(fault)}, back after ${Math.round(machineNowMs() - fromMs)} ms`);
    }
    await delay(Math.max(0, startedAtMs + settings.loadMs - machineNowMs()));
    const load: Span = { fromMs: startedAtMs, toMs: machineNowMs() };
    const counts = await Promise.all(workers.map((worker) => worker.finish()));
    await readCounters();
    return judge(settings.seed, { load, outcomes, counts, counters, arrivals: await upstream.arrivals() });
  } finally {
    clearInterval(reading);
    await Promise.all(workers.map((worker) => worker.kill().catch(() => undefined)));
    upstream.stop();
  }
}

export const describe = (fault: QuotaFault): string => {
  if (fault.kind === 'kill worker') return `kill -9 of worker ${fault.worker + 1}`;
  if (fault.kind === 'kill replica') return `kill -9 of ${fault.replica}`;
  return `kill -9 of Redis, data ${fault.data}`;
};

import { setTimeout as delay } from 'node:timers/promises';
import { waitUntilReady } from '@souk/start';
import type { Fault, Target } from './plan.ts';
import { forget, keepCopyOfStore, SET_BACK_BY_MS } from './broker-store.ts';
import { killInTransaction, slowCommits } from './plants/held-transactions.ts';
import { publishPoison } from './poison.ts';
import { isAlive, stateOf } from './process-state.ts';
import type { System } from './system.ts';

const POLL_MS = 20;
const RUNNING_WITHIN_MS = 30_000;
const READY_WITHIN_MS = 90_000;

/** A fault and what came of it; one that had no effect makes the run void. */
export interface Outcome {
  fault: Fault;
  tookEffect: boolean;
  problem?: string;
  /** From the kill, or from the end of the stop, until it answered again. */
  backAfterMs?: number;
  /** When it answered again, as Date.now(). */
  backAt?: number;
  /** Marks of the poison that was put in. */
  marks?: string[];
}

/** Carries out the plan, each fault at its time, and resolves when everything answers again. */
export async function carryOut(
  plan: readonly Fault[],
  system: System,
  startedAt: number,
  say: (line: string) => void,
): Promise<Outcome[]> {
  const one = async (fault: Fault, number: number): Promise<Outcome> => {
    const inMs = (): number => Math.max(0, startedAt + fault.atMs - Date.now());
    if (fault.kind === 'amnesia') {
      await delay(inMs() - SET_BACK_BY_MS);
      keepCopyOfStore(system);
    }
    await delay(inMs());
    say(`fault: ${nameOf(fault)}`);
    try {
      return await inflict(fault, number, system);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { fault, tookEffect: false, problem };
    }
  };
  return Promise.all(plan.map(one));
}

export function nameOf(fault: Fault): string {
  if (fault.kind === 'kill') return `kill -9 ${fault.target}`;
  if (fault.kind === 'stop') return `SIGSTOP ${fault.target} for ${(fault.forMs / 1_000).toFixed(1)} s`;
  if (fault.kind === 'amnesia') return `NATS killed, its store ${fault.how}`;
  if (fault.kind === 'interrupt') return `kill -9 ${fault.target} within a transaction`;
  if (fault.kind === 'slow') return `slow commits for ${(fault.forMs / 1_000).toFixed(1)} s`;
  return `poison for ${fault.subject}`;
}

async function inflict(fault: Fault, number: number, system: System): Promise<Outcome> {
  if (fault.kind === 'poison')
    return { fault, tookEffect: true, marks: await publishPoison(fault.subject, number, system) };
  if (fault.kind === 'stop') return stop(fault, system);
  if (fault.kind === 'slow') return { fault, tookEffect: await slowCommits(fault.forMs, system) };
  return kill(fault, system);
}

async function kill(
  fault: Fault & { kind: 'kill' | 'amnesia' | 'interrupt' },
  system: System,
): Promise<Outcome> {
  const pid = await runningPid(fault.target, system);
  if (fault.kind === 'interrupt') await killInTransaction(fault.target, pid, system);
  else process.kill(pid, 'SIGKILL');
  const killedAt = Date.now();
  if (fault.kind === 'amnesia') await forget(fault.how, pid, system);
  await until(() => {
    const now = system.supervisor.pidOf(fault.target);
    return now !== 0 && now !== pid;
  }, `${fault.target} was not started again`);
  return { fault, tookEffect: !isAlive(pid), ...(await back(fault.target, killedAt, system)) };
}

async function stop(fault: Fault & { kind: 'stop' }, system: System): Promise<Outcome> {
  const pid = await runningPid(fault.target, system);
  process.kill(pid, 'SIGSTOP');
  let wasStopped: boolean;
  try {
    await delay(fault.forMs);
  } finally {
    wasStopped = stateOf(pid) === 'T';
    process.kill(pid, 'SIGCONT');
  }
  return { fault, tookEffect: wasStopped, ...(await back(fault.target, Date.now(), system)) };
}

/** The process of a part, once it runs: an earlier fault may not be over yet. */
async function runningPid(target: Target, { supervisor }: System): Promise<number> {
  await until(() => {
    const pid = supervisor.pidOf(target);
    return pid !== 0 && !['T', 'Z', undefined].includes(stateOf(pid));
  }, `${target} did not run`);
  return supervisor.pidOf(target);
}

async function back(
  target: Target,
  sinceMs: number,
  system: System,
): Promise<{ backAfterMs: number; backAt: number }> {
  const url = system.readyUrlOf(target);
  if (url !== undefined) await waitUntilReady(url, READY_WITHIN_MS);
  const backAt = Date.now();
  return { backAfterMs: backAt - sinceMs, backAt };
}

async function until(fact: () => boolean, problem: string): Promise<void> {
  for (const end = Date.now() + RUNNING_WITHIN_MS; !fact(); await delay(POLL_MS)) {
    if (Date.now() > end) throw new Error(`${problem} within ${RUNNING_WITHIN_MS / 1_000} s`);
  }
}

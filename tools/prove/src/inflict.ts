import { SERVICE_NAMES } from '@souk/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntilReady } from '@souk/start';
import { forget } from './broker-store.ts';
import { CHAT_FAULTS, type ChatFault } from './chats.ts';
import type { Store } from './disk.ts';
import { UNPUBLISHED } from './drain.ts';
import type { Poison } from './evidence.ts';
import { killInTransaction, slowCommits } from './plants/held-transactions.ts';
import type { Fault, Target } from './plan.ts';
import { publishPoison } from './poison.ts';
import { isAlive, stateOf } from './process-state.ts';
import type { LinkEffect } from './proxy.ts';
import type { System } from './system.ts';

const POLL_MS = 20;
const NOTICED_WITHIN_MS = 60_000;
/** A connection may have nothing to say while its ends recover from other faults: this one goes on until it hits something. */
const BUSY_WITHIN_MS = 90_000;
/** Few messages may leave while other faults are being recovered from: the chats go on until each kind of fault was met. */
const CHATS_BUSY_WITHIN_MS = 60_000;
const REFILL_MS = 500;
const RUNNING_WITHIN_MS = 90_000;
const READY_WITHIN_MS = 90_000;

/** A fault and what came of it; one that had no effect makes the run void. */
export interface Outcome {
  fault: Fault;
  tookEffect: boolean;
  problem?: string;
  /** From the kill, or from the end of the stop, until it answered again. */
  backAfterMs?: number;
  /** When a killed process ran again, as Date.now(). */
  restartedAt?: number;
  /** When it answered again, as Date.now(). */
  backAt?: number;
  /** What was put in. */
  poison?: Poison;
  /** Of an orderly stop: from the signal to the end of the process, or of all processes. */
  stoppedAfterMs?: number;
  /** Of a misbehaving connection: what was hit. */
  effect?: LinkEffect;
  /** Connections that their service still believes in although their other end is long gone. */
  neverNoticed?: number;
  /** Why it could not be done on this machine; then it proves nothing and voids nothing. */
  leftOut?: string;
}

/** Does it, and says what came of it once its target answers again. */
export async function inflict(fault: Fault, number: number, system: System): Promise<Outcome> {
  if (fault.kind === 'poison')
    return { fault, tookEffect: true, poison: await publishPoison(fault.subject, number, system) };
  if (fault.kind === 'stop') return stop(fault, system);
  if (fault.kind === 'slow') return { fault, tookEffect: await slowCommits(fault.forMs, system) };
  if (fault.kind === 'link') return disturb(fault, system);
  if (fault.kind === 'full') return fillDisk(fault, system);
  if (fault.kind === 'chat') return upsetChats(fault, system);
  if (fault.kind === 'term') return terminate(fault, system);
  if (fault.kind === 'restart') return restart(fault, system);
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
  const restartedAt = Date.now();
  const cameBack = await back(fault.target, killedAt, system);
  return { fault, tookEffect: !isAlive(pid), restartedAt, ...cameBack };
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

/** A half-open connection is over when its service has given it up; the others when their time is. */
async function disturb(fault: Fault & { kind: 'link' }, { network }: System): Promise<Outcome> {
  const { service, end, how, forMs, delayMs } = fault;
  const proxy = network.of(service, end);
  const isIdle = (since: number): boolean => Date.now() < since + BUSY_WITHIN_MS;
  const plannedAt = Date.now();
  while (how === 'half-open' && proxy.connections === 0 && isIdle(plannedAt)) await delay(POLL_MS);
  const startedAt = Date.now();
  const effect = proxy.misbehave(how, delayMs);
  const hadEffect = (): boolean => effect.connections > 0 && (how === 'cut' || effect.bytes > 0);
  try {
    await delay(forMs);
    while (!hadEffect() && isIdle(startedAt)) await delay(POLL_MS);
    if (how === 'half-open')
      while (proxy.halfOpen > 0 && Date.now() < startedAt + NOTICED_WITHIN_MS) await delay(POLL_MS);
  } finally {
    proxy.behave();
  }
  const backAt = Date.now();
  return {
    fault,
    tookEffect: hadEffect(),
    effect: { ...effect },
    backAt,
    backAfterMs: backAt - startedAt,
    ...(how === 'half-open' && { neverNoticed: proxy.halfOpen }),
  };
}

/** Took effect when messages met each kind of fault. */
async function upsetChats(fault: Fault & { kind: 'chat' }, { chats }: System): Promise<Outcome> {
  const before = chats.faults;
  const unmet = (): ChatFault[] => CHAT_FAULTS.filter((kind) => chats.faults[kind] === before[kind]);
  const giveUpAt = Date.now() + CHATS_BUSY_WITHIN_MS;
  chats.areFaulty = true;
  try {
    await delay(fault.forMs);
    while (unmet().length > 0 && Date.now() < giveUpAt) await delay(POLL_MS);
  } finally {
    chats.areFaulty = false;
  }
  const missing = unmet();
  const problem = `no message met ${missing.join(', ')}`;
  return { fault, tookEffect: missing.length === 0, ...(missing.length > 0 && { problem }) };
}

/** Took effect when the store could not take what it was given. It removes things meanwhile: their room is taken as well. */
async function fillDisk(fault: Fault & { kind: 'full' }, system: System): Promise<Outcome> {
  const disk = system.disks.of(fault.store);
  if (!disk) return { fault, tookEffect: false, leftOut: system.disks.problem ?? 'there is no disk' };
  const startedAt = Date.now();
  const isPlanned = (): boolean => Date.now() < startedAt + fault.forMs;
  const isIdle = (): boolean => Date.now() < startedAt + BUSY_WITHIN_MS;
  let tookEffect = false;
  try {
    while (isPlanned() || (!tookEffect && isIdle())) {
      await disk.fill();
      await delay(REFILL_MS);
      tookEffect = !isPlanned() && (await couldNotStore(fault.store, system));
    }
  } finally {
    disk.free();
  }
  return { fault, tookEffect, ...(await allBack(Date.now(), system)) };
}

/** Events wait in the outboxes that the broker has not taken; the database refuses a new table. */
async function couldNotStore(store: Store, { sql }: System): Promise<boolean> {
  if (store === 'NATS') {
    const [waiting] = await sql<{ count: number }>(UNPUBLISHED).catch(() => []);
    return (waiting?.count ?? 0) > 0;
  }
  const attempt =
    'create table public.prove_full as select repeat(md5(i::text), 999) from generate_series(1, 999) i';
  // One of before may be there still: its removal needs no room.
  await sql('drop table if exists public.prove_full').catch(() => undefined);
  return sql(attempt).then(
    () => false,
    () => true,
  );
}

async function terminate(fault: Fault & { kind: 'term' }, system: System): Promise<Outcome> {
  const pid = await runningPid(fault.target, system);
  process.kill(pid, 'SIGTERM');
  const startedAt = Date.now();
  await until(() => !isAlive(pid), `${fault.target} did not end`);
  const stoppedAfterMs = Date.now() - startedAt;
  await until(() => ![0, pid].includes(system.supervisor.pidOf(fault.target)), `${fault.target} stayed away`);
  return { fault, tookEffect: true, stoppedAfterMs, ...(await back(fault.target, startedAt, system)) };
}

async function restart(fault: Fault & { kind: 'restart' }, system: System): Promise<Outcome> {
  const startedAt = Date.now();
  const stoppedAfterMs = await system.restart();
  return { fault, tookEffect: true, stoppedAfterMs, ...(await allBack(startedAt, system)) };
}

/** The process of a part, once it runs: an earlier fault may not be over yet. */
async function runningPid(target: Target, { supervisor }: System): Promise<number> {
  await until(() => {
    const pid = supervisor.pidOf(target);
    return pid !== 0 && !['T', 'Z', undefined].includes(stateOf(pid));
  }, `${target} did not run`);
  return supervisor.pidOf(target);
}

/** All services are ready; that includes that what they published was taken. */
async function allBack(sinceMs: number, system: System): Promise<{ backAfterMs: number; backAt: number }> {
  await Promise.all(SERVICE_NAMES.map((service) => back(service, sinceMs, system)));
  const backAt = Date.now();
  return { backAfterMs: backAt - sinceMs, backAt };
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

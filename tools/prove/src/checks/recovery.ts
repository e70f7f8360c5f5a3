import type { CanaryRound } from '../canary.ts';
import type { Fault } from '../plan.ts';
import { Tally, type Finding } from './finding.ts';

const DRAINED_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 10_000;

/** What happened to the parts of the system, and when. */
export interface Recovery {
  startedAt: number;
  faults: {
    fault: Fault;
    name: string;
    /** When a killed process ran again, long before it answered. */
    restartedAt?: number;
    backAt?: number;
    backAfterMs?: number;
    stoppedAfterMs?: number;
    effect?: { connections: number };
    neverNoticed?: number;
  }[];
  rounds: readonly CanaryRound[];
  /** When the canaries fell silent. */
  endedAt: number;
  /** Milliseconds of the machine's own time from one moment to another, see MachineTime. */
  ownMs: (fromMs: number, toMs: number) => number;
}

/** How long after a restart all that was accepted before had been handled. */
export interface Drained {
  name: string;
  /** By the clock on the wall. */
  wallMs: number;
  /** Of the machine's own time. */
  ms: number;
}

/**
 * Whether the broker had lost events, before a kill was over, that were not all told again before it. A partition is told in
 * order: a canary that was posted after the loss, and seen, says that all was.
 */
function isWithLoss({ startedAt, faults, rounds }: Recovery, killed: Recovery['faults'][number]): boolean {
  const restartedAt = killed.restartedAt ?? killed.backAt ?? Infinity;
  const seenAt = rounds.find(({ postedAt }) => postedAt >= restartedAt)?.seenAt ?? restartedAt;
  return faults.some(({ fault, backAt = startedAt + fault.atMs }) => {
    if (fault.kind !== 'amnesia' || startedAt + fault.atMs >= seenAt) return false;
    return !rounds.some((one) => one.postedAt >= backAt && one.seenAt <= restartedAt);
  });
}

/** Kills by whether the broker's loss of its store was still being made good: such a kill is not a single one. */
export function killsByLoss(recovery: Recovery): { single: Drained[]; withLoss: Drained[] } {
  const withLoss = recovery.faults.filter((one) => isWithLoss(recovery, one));
  const single = recovery.faults.filter((one) => !withLoss.includes(one));
  return { single: drainedAfter(recovery, single), withLoss: drainedAfter(recovery, withLoss) };
}

/**
 * For each kill -9: from the restart, the start of the new process included, until a canary that was posted afterwards
 * was through. Where another part was down at the same time it counts from when that answered again. Infinity when none
 * came through.
 */
function drainedAfter(
  { startedAt, faults, rounds, endedAt, ownMs }: Recovery,
  kills: Recovery['faults'],
): Drained[] {
  return kills.flatMap((killed) => {
    const { fault, name, backAt, restartedAt = backAt } = killed;
    if (fault.kind !== 'kill' || restartedAt === undefined || restartedAt > endedAt) return [];
    const round = rounds.find(({ postedAt }) => postedAt >= restartedAt);
    const seenAt = round?.seenAt ?? Infinity;
    const between = faults.filter(
      (other) =>
        other !== killed &&
        other.backAt !== undefined &&
        other.backAt <= seenAt &&
        startedAt + other.fault.atMs < seenAt,
    );
    const lastBackAt = Math.max(restartedAt, ...between.map((other) => other.backAt!));
    return [{ name, wallMs: seenAt - lastBackAt, ms: ownMs(lastBackAt, seenAt) }];
  });
}

/** How long orderly stops took, of the kinds that are asked for. */
export function stopsOf({ faults, ownMs }: Recovery, kinds: readonly Fault['kind'][]): Drained[] {
  return faults.flatMap(({ fault, name, backAt, backAfterMs, stoppedAfterMs: wallMs }) => {
    if (wallMs === undefined || !kinds.includes(fault.kind)) return [];
    if (backAt === undefined || backAfterMs === undefined) return [{ name, wallMs, ms: wallMs }];
    const stoppedAt = backAt - backAfterMs;
    return [{ name, wallMs, ms: ownMs(stoppedAt, stoppedAt + wallMs) }];
  });
}

/** Backlogs are drained in time, orderly stops are quick, and dead connections are noticed. */
export function checkRecovery(recovery: Recovery): Finding[] {
  const { single, withLoss } = killsByLoss(recovery);
  const slow = withLoss.filter(({ ms }) => ms > DRAINED_WITHIN_MS);
  const kills = [...single, ...withLoss.filter((one) => !slow.includes(one))];
  const drained = new Tally('drained within 30 s of a kill -9', kills.length);
  for (const { name, ms, wallMs } of kills)
    if (ms > DRAINED_WITHIN_MS) drained.unexpected(`${name}: ${inSeconds(ms)} of ${inSeconds(wallMs)}`);

  const madeGood = new Tally('drained after a kill -9 and a lost store', slow.length);
  for (const { name, ms } of slow) if (ms === Infinity) madeGood.unexpected(name);

  const stops = stopsOf(recovery, ['term', 'restart']);
  const stopped = new Tally('ended within 10 s of a SIGTERM', stops.length);
  for (const { name, ms, wallMs } of stops)
    if (ms >= STOPPED_WITHIN_MS) stopped.unexpected(`${name}: ${inSeconds(ms)} of ${inSeconds(wallMs)}`);

  const halfOpen = recovery.faults.filter(({ neverNoticed }) => neverNoticed !== undefined);
  const connections = halfOpen.reduce((sum, { effect }) => sum + (effect?.connections ?? 0), 0);
  const noticed = new Tally('half-open connections given up', connections);
  for (const { name, neverNoticed } of halfOpen)
    if (neverNoticed! > 0) noticed.unexpected(`${name}: ${neverNoticed} are still believed in`);
  return [drained, madeGood, stopped, noticed].map(({ finding }) => finding).filter(({ of }) => of > 0);
}

export const inSeconds = (ms: number): string => (ms === Infinity ? 'never' : `${(ms / 1_000).toFixed(1)} s`);

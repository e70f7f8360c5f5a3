import type { CanaryRound } from './canary.ts';
import { check } from './check.ts';
import { checkPoison, timesBehindPoison, timesToGiveUp } from './checks/poison.ts';
import {
  checkRecovery,
  type Drained,
  killsByLoss,
  inSeconds,
  type Recovery,
  stopsOf,
} from './checks/recovery.ts';
import type { Evidence } from './evidence.ts';
import { nameOf } from './faults.ts';
import type { Outcome } from './inflict.ts';
import type { MachineTime } from './machine-time.ts';
import { type Result, verdictOf } from './report.ts';
import type { Settings } from './settings.ts';
import type { Tenant } from './setup.ts';

const DRAINED_WITHIN_MS = 30_000;
const MINUTE_MS = 60_000;
/** What a recording chat keeps. */
const MESSAGES_KEPT = 20_000;

/** What a run knows at its end. */
export interface Known {
  startedAt: number;
  loadEndedAt: number;
  outcomes: Outcome[];
  evidence: Evidence;
  /** Of the canaries. */
  rounds: readonly CanaryRound[];
  rest: {
    drainedAt: number | undefined;
    messagesAt: number | undefined;
  };
  tenants: readonly Tenant[];
  machine: MachineTime;
}

/** Checks the evidence and says what came of the run. */
export function conclude(settings: Settings, known: Known): Result {
  const { startedAt, loadEndedAt, outcomes, evidence, rest, machine } = known;
  const recovery = recoveryOf(known);
  const poisoned = { ...evidence, ...recovery };
  const findings = [...check(evidence), ...checkPoison(poisoned), ...checkRecovery(recovery)];
  const lastBackAt = Math.max(startedAt, ...outcomes.map(({ backAt }) => backAt ?? 0));
  const drainedMs =
    rest.drainedAt === undefined
      ? Infinity
      : machine.between(Math.max(lastBackAt, loadEndedAt), rest.drainedAt);
  const tooSlow =
    drainedMs <= DRAINED_WITHIN_MS
      ? []
      : [`not all was handled within ${inSeconds(DRAINED_WITHIN_MS)} of the end of load and faults`];
  const leftOut = outcomes.filter((outcome) => outcome.leftOut !== undefined);
  const noEffect = voidReasons(settings, known);
  return {
    verdict: verdictOf(findings, tooSlow, noEffect),
    because: [
      ...tooSlow,
      ...noEffect,
      ...leftOut.map((outcome) => `left out: ${nameOf(outcome.fault)} (${outcome.leftOut})`),
    ],
    seed: settings.seed,
    minutes: settings.minutes,
    rate: settings.rate,
    startedAt: new Date(startedAt).toISOString(),
    findings,
    faults: outcomes,
    figures: {
      ...recoveryFigures(known, recovery),
      'backlog drained after the last post': inSeconds(Math.max(0, drainedMs)),
      ...poisonFigures(known, recovery),
      ...loadFigures(known),
      'processor time that the host of the machine took': hostFigure(known),
    },
  };
}

const recoveryOf = ({ startedAt, loadEndedAt, outcomes, rounds, machine }: Known): Recovery => ({
  startedAt,
  faults: outcomes.map((outcome) => ({ ...outcome, name: nameOf(outcome.fault) })),
  rounds,
  endedAt: loadEndedAt,
  ownMs: machine.between,
});

/** In all, and in the worst minute. */
function hostFigure({ startedAt, loadEndedAt, machine }: Known): string {
  const percent = (fromMs: number, toMs: number): number =>
    Math.round(machine.shareTaken(fromMs, toMs) * 100);
  let most = 0;
  for (let fromMs = startedAt; fromMs < loadEndedAt; fromMs += MINUTE_MS)
    most = Math.max(most, percent(fromMs, Math.min(fromMs + MINUTE_MS, loadEndedAt)));
  return `${percent(startedAt, loadEndedAt)} %, ${most} % of a minute at most; it counts for none of these limits`;
}

/** The worst of each, and which it was. */
function recoveryFigures({ loadEndedAt, rest }: Known, recovery: Recovery): Result['figures'] {
  const worst = (all: Drained[]): string => {
    const [longest] = all.toSorted((one, other) => other.ms - one.ms);
    const longestWallMs = Math.max(...all.map(({ wallMs }) => wallMs));
    return longest
      ? `${inSeconds(longest.ms)} (${longest.name}, of ${all.length}); with what the host took, ${inSeconds(longestWallMs)}`
      : '-';
  };
  const links = recovery.faults.flatMap(({ name, neverNoticed, backAfterMs }) => {
    if (neverNoticed === undefined) return [];
    const ms = neverNoticed > 0 ? Infinity : (backAfterMs ?? 0);
    return [{ name, ms, wallMs: ms }];
  });
  const kills = killsByLoss(recovery);
  return {
    'backlog drained after a kill -9, longest': worst(kills.single),
    'the same while the broker made good a lost store': worst(kills.withLoss),
    'service ended after SIGTERM, longest': worst(stopsOf(recovery, ['term'])),
    'whole product ended after SIGTERM, longest': worst(stopsOf(recovery, ['restart'])),
    'half-open connections given up, longest': worst(links),
    'all messages handed over after the last post':
      rest.messagesAt === undefined ? 'never' : inSeconds(Math.max(0, rest.messagesAt - loadEndedAt)),
  };
}

function poisonFigures({ evidence, rounds }: Known, recovery: Recovery): Result['figures'] {
  const run = { ...evidence, ...recovery };
  const times = timesToGiveUp(run);
  const longest = (all: number[]): string => (all.length > 0 ? inSeconds(Math.max(...all)) : '-');
  const median = (all: number[]): string =>
    all.length > 0 ? inSeconds(all.toSorted((one, other) => one - other)[all.length >> 1]!) : '-';
  const behind = timesBehindPoison(run);
  const all = rounds.map(({ postedAt, seenAt }) => seenAt - postedAt);
  return {
    'poison from the stream to the dead letters, longest': `${longest(times.map(({ ms }) => ms))}; with what faults and the host took, ${longest(times.map(({ wallMs }) => wallMs))}`,
    'first price behind poison to its alert, longest': `${longest(behind.map(({ ms }) => ms))}; with what faults and the host took, ${longest(behind.map(({ wallMs }) => wallMs))}`,
    'price to alert, all canaries, median, longest': `${median(all)}, ${longest(all)}`,
  };
}

function loadFigures({ evidence, tenants }: Known): Result['figures'] {
  const answers = new Map<string, number>();
  for (const { api } of tenants)
    for (const [name, count] of api.answers) answers.set(name, (answers.get(name) ?? 0) + count);
  return {
    'observations posted': evidence.sent.reduce((sum, { lines }) => sum + lines.length, 0),
    'requests, attempts, unknown': `${evidence.sent.length}, ${sum(evidence, 'attempts')}, ${sum(evidence, 'unknown')}`,
    'requests never answered': evidence.sent.filter(({ isAcknowledged }) => !isAcknowledged).length,
    'ambiguous hand-overs': evidence.deliveries.filter(({ unknown }) => unknown > 0).length,
    answers: [...answers]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, count]) => `${name} x ${count}`)
      .join(', '),
  };
}

const sum = ({ sent }: Evidence, field: 'attempts' | 'unknown'): number =>
  sent.reduce((total, request) => total + request[field], 0);

/** What was planned and did not happen: such a run proves nothing. */
export function voidReasons(
  { faults: kinds }: Pick<Settings, 'faults'>,
  { outcomes, evidence, tenants }: Pick<Known, 'outcomes' | 'evidence' | 'tenants'>,
): string[] {
  const reasons = outcomes
    .filter(({ tookEffect, leftOut }) => !tookEffect && leftOut === undefined)
    .map(({ fault, problem }) => `no effect: ${nameOf(fault)}${problem ? ` (${problem})` : ''}`);
  const twists = new Set(evidence.sent.flatMap(({ lines }) => lines.map(({ twist }) => twist)));
  if (kinds.includes('duplicate') && !twists.has('duplicate'))
    reasons.push('no observation was posted again');
  if (kinds.includes('shuffle') && !twists.has('late')) reasons.push('no observation came late');
  if (kinds.includes('kill') && sum(evidence, 'unknown') === 0) reasons.push('no request was interrupted');
  if (evidence.shop.calls.length === 0) reasons.push('the shop was never called');
  if (evidence.alerts.length === 0) reasons.push('no alert was raised');
  if (tenants.some(({ receiver }) => receiver.requests.items.length >= MESSAGES_KEPT))
    reasons.push('a chat got more messages than it records');
  return reasons;
}

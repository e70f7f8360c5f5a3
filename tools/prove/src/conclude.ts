import { check } from './check.ts';
import type { Evidence } from './evidence.ts';
import { nameOf, type Outcome } from './faults.ts';
import { type Result, verdictOf } from './report.ts';
import type { Settings } from './settings.ts';
import type { Tenant } from './setup.ts';

const DRAINED_WITHIN_MS = 30_000;
/** What a recording chat keeps. */
const MESSAGES_KEPT = 20_000;

/** What a run knows at its end. */
export interface Known {
  startedAt: number;
  loadEndedAt: number;
  outcomes: Outcome[];
  evidence: Evidence;
  rest: {
    drainedAt: number | undefined;
    messagesAt: number | undefined;
  };
  tenants: readonly Tenant[];
}

/** Checks the evidence and says what came of the run. */
export function conclude(settings: Settings, known: Known): Result {
  const { startedAt, outcomes, evidence, rest, tenants } = known;
  const findings = check(evidence);
  const lastBackAt = Math.max(startedAt, ...outcomes.map(({ backAt }) => backAt ?? 0));
  const drainedMs = rest.drainedAt === undefined ? undefined : rest.drainedAt - lastBackAt;
  const tooSlow =
    drainedMs !== undefined && drainedMs <= DRAINED_WITHIN_MS
      ? []
      : [`the backlog was not drained within ${DRAINED_WITHIN_MS / 1_000} s of the last restart`];
  const noEffect = voidReasons(settings, known);
  const seconds = (ms: number | undefined): string =>
    ms === undefined ? 'never' : `${(ms / 1_000).toFixed(1)} s`;
  const answers = new Map<string, number>();
  for (const { api } of tenants)
    for (const [name, count] of api.answers) answers.set(name, (answers.get(name) ?? 0) + count);
  const giveUps = evidence.deadLetters.map(({ secondsToGiveUp }) => secondsToGiveUp ?? 0);
  return {
    verdict: verdictOf(findings, tooSlow, noEffect),
    because: [...tooSlow, ...noEffect],
    seed: settings.seed,
    minutes: settings.minutes,
    rate: settings.rate,
    startedAt: new Date(startedAt).toISOString(),
    findings,
    faults: outcomes,
    figures: {
      'observations posted': evidence.sent.reduce((sum, { lines }) => sum + lines.length, 0),
      'requests, attempts, unknown': `${evidence.sent.length}, ${sum(evidence, 'attempts')}, ${sum(evidence, 'unknown')}`,
      'requests never answered': evidence.sent.filter(({ isAcknowledged }) => !isAcknowledged).length,
      'backlog drained after the last restart': seconds(drainedMs),
      'backlog drained after the last post': seconds(
        rest.drainedAt === undefined ? undefined : rest.drainedAt - known.loadEndedAt,
      ),
      'all messages handed over after the last restart': seconds(
        rest.messagesAt === undefined ? undefined : rest.messagesAt - lastBackAt,
      ),
      'ambiguous hand-overs': evidence.deliveries.filter(({ unknown }) => unknown > 0).length,
      'poison to dead letter, longest': `${Math.max(0, ...giveUps).toFixed(1)} s`,
      answers: [...answers]
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([name, count]) => `${name} x ${count}`)
        .join(', '),
    },
  };
}

const sum = ({ sent }: Evidence, field: 'attempts' | 'unknown'): number =>
  sent.reduce((total, request) => total + request[field], 0);

/** What was planned and did not happen: such a run proves nothing. */
function voidReasons({ faults: kinds }: Settings, { outcomes, evidence, tenants }: Known): string[] {
  const reasons = outcomes
    .filter(({ tookEffect }) => !tookEffect)
    .map(({ fault, problem }) => `no effect: ${nameOf(fault)}${problem ? ` (${problem})` : ''}`);
  const twists = new Set(evidence.sent.flatMap(({ lines }) => lines.map(({ twist }) => twist)));
  if (kinds.includes('duplicate') && !twists.has('duplicate'))
    reasons.push('no observation was posted again');
  if (kinds.includes('shuffle') && !twists.has('late')) reasons.push('no observation came late');
  if (kinds.includes('kill') && sum(evidence, 'unknown') === 0) reasons.push('no request was interrupted');
  if (evidence.alerts.length === 0) reasons.push('no alert was raised');
  if (tenants.some(({ receiver }) => receiver.requests.items.length >= MESSAGES_KEPT))
    reasons.push('a chat got more messages than it records');
  return reasons;
}

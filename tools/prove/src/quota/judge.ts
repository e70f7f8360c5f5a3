import { BUDGETS, LEASED_FROM_PER_SECOND, type ProvenBudget, windowsOf } from './budgets.ts';
import type { Counters } from './counters.ts';
import type { QuotaOutcome } from './run.ts';
import {
  checkWindow,
  type Span,
  usedShare,
  type Window,
  type WindowFinding,
  without,
} from './windows-check.ts';
import type { WorkerCounts } from './worker.ts';

export interface QuotaEvidence {
  load: Span;
  outcomes: readonly QuotaOutcome[];
  counts: readonly WorkerCounts[];
  counters: Pick<Counters, 'of'>;
  arrivals: ReadonlyMap<string, readonly number[]>;
}

export interface BudgetFinding {
  upstream: string;
  calls: number;
  windows: WindowFinding[];
  /** Of the narrowest window; null when no time without a restart was long enough to tell. */
  usedShare: number | null;
  /** Of permits that came too late and were not used. */
  stale: number;
  redisCallsPerPermit: number;
}

export interface QuotaResult {
  verdict: 'green' | 'red' | 'void';
  because: string[];
  seed: number;
  loadSeconds: number;
  budgets: BudgetFinding[];
  faults: QuotaOutcome[];
}

const USED_AT_LEAST = 0.9;
const REDIS_CALLS_AT_MOST = 0.05;
/** Permits in hand may be as old as this when Redis comes back knowing nothing; then a whole period passes. */
const AFTER_RESTART_MS = 1_000;

/** What a run shows. Red: a promise was broken. Void: nothing was shown. */
export function judge(seed: number, evidence: QuotaEvidence): QuotaResult {
  const { load, outcomes } = evidence;
  const budgets = BUDGETS.map((budget) => findingOf(budget, evidence));
  const broken = budgets.flatMap(problemsOf);
  const missing = [
    ...outcomes.filter(({ tookEffect }) => !tookEffect).map(({ fault }) => `no effect: ${fault.kind}`),
    ...budgets.filter(({ calls }) => calls === 0).map(({ upstream }) => `${upstream}: no call arrived`),
    ...budgets
      .filter(({ calls, upstream }) => calls > 0 && countOf(evidence, upstream, 'reported') === 0)
      .map(({ upstream }) => `${upstream}: quota heard of no outcome`),
  ];
  const verdict = broken.length > 0 ? 'red' : missing.length > 0 ? 'void' : 'green';
  const loadSeconds = Math.round((load.toMs - load.fromMs) / 1_000);
  return { verdict, because: [...broken, ...missing], seed, loadSeconds, budgets, faults: [...outcomes] };
}

function findingOf(budget: ProvenBudget, evidence: QuotaEvidence): BudgetFinding {
  const { upstream } = budget;
  const arrivals = evidence.arrivals.get(upstream) ?? [];
  const windows = windowsOf(budget);
  const perMs = (window: Window): number => window.calls / window.periodMs;
  const narrowest = windows.toSorted((a, b) => perMs(a) - perMs(b) || b.periodMs - a.periodMs)[0]!;
  // A Redis that lost its memory counts as full: what it allows then is nothing, for one period.
  const mayBeSilentMs = Math.max(...windows.map(({ periodMs }) => periodMs)) * 1.1 + AFTER_RESTART_MS;
  const restarts = evidence.outcomes.filter(({ fault }) => fault.kind === 'restart Redis');
  const working = without(
    evidence.load,
    restarts.map(({ span }) => span),
  );
  const cost = evidence.counters.of(upstream);
  return {
    upstream,
    calls: arrivals.length,
    windows: windows.map((window) => checkWindow(arrivals, window)),
    usedShare: usedShare(arrivals, narrowest, working, mayBeSilentMs),
    stale: countOf(evidence, upstream, 'stale'),
    redisCallsPerPermit: cost.redisCalls / cost.permits,
  };
}

/** Of all workers together. */
const countOf = ({ counts }: QuotaEvidence, upstream: string, what: 'stale' | 'reported'): number =>
  counts.reduce((sum, byUpstream) => sum + (byUpstream[upstream]?.[what] ?? 0), 0);

function problemsOf(finding: BudgetFinding): string[] {
  const { upstream, windows, usedShare: used, redisCallsPerPermit, calls } = finding;
  if (calls === 0) return [];
  const above = windows.reduce((sum, window) => sum + window.above, 0);
  const isLeased = BUDGETS.some(
    (budget) => budget.upstream === upstream && budget.ratePerSecond >= LEASED_FROM_PER_SECOND,
  );
  return [
    ...(above > 0 ? [`${upstream}: ${above} windows above budget`] : []),
    ...(used !== null && used < USED_AT_LEAST
      ? [`${upstream}: ${(used * 100).toFixed(1)} % of the budget used`]
      : []),
    ...(isLeased && !(redisCallsPerPermit <= REDIS_CALLS_AT_MOST)
      ? [`${upstream}: ${redisCallsPerPermit.toFixed(3)} Redis calls per permit`]
      : []),
  ];
}

import type { CollectedObservation, LookedUpProduct } from '@souk/contracts';

/** What became of one item; `pending` with a time: it is tried again. */
export interface ItemOutcome {
  line: number;
  state: 'pending' | 'found' | 'failed';
  attempts: number;
  nextTryAt?: Date;
  problem?: { reason: string; detail: string };
  observations?: CollectedObservation[];
  attribution?: string | null;
  fetchedAt?: string;
  /** From then on its prices may not be kept. */
  endsAt?: Date;
}

const MAX_ATTEMPTS = 4;
const MAX_OBSERVATIONS = 20;
const SOURCE_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 3_600_000;

/** Nothing is said of the product: quota or Souk itself asks for patience. */
const POSTPONED: ReadonlySet<string> = new Set(['no-permit', 'too-many-waiting']);

export const FNSKU_PROBLEM = {
  reason: 'not-supported',
  detail:
    'an FNSKU labels one seller’s stock of a product; which ASIN it stands for is known to that seller only, and Souk does not have such a table of yours. Give the ASIN. Nothing was charged.',
} as const;

/**
 * A product that was found is paid for, everything else is not. A source that fails is asked up to four times, with
 * longer pauses each time; where quota declines, the item waits for as long as the job may last.
 */
export function outcomeOf(
  { line, attempts }: { line: number; attempts: number },
  looked: LookedUpProduct,
  { now, givesUpAt }: { now: Date; givesUpAt: Date },
): ItemOutcome {
  const { problem, observations, policy, fetchedAt } = looked;
  if (!problem) {
    const lifetimeMs = policy?.cacheLifetimeMs ?? null;
    return {
      line,
      attempts: attempts + 1,
      state: 'found',
      observations: observations.slice(0, MAX_OBSERVATIONS),
      attribution: policy?.attribution ?? null,
      ...(fetchedAt !== null && { fetchedAt }),
      ...(lifetimeMs !== null && {
        endsAt: new Date(Date.parse(fetchedAt ?? now.toISOString()) + lifetimeMs),
      }),
    };
  }
  const told = { reason: problem.reason, detail: problem.detail };
  const isPostponed = POSTPONED.has(problem.reason);
  const tried = isPostponed ? attempts : attempts + 1;
  const isOver =
    now >= givesUpAt || (!isPostponed && (problem.reason !== 'source-failed' || tried >= MAX_ATTEMPTS));
  if (isOver) return { line, attempts: tried, state: 'failed', problem: told };
  const ownPauseMs = isPostponed ? 0 : SOURCE_PAUSE_MS * 4 ** attempts;
  const pauseMs = Math.min(Math.max(problem.retryAfterMs ?? 0, ownPauseMs), MAX_PAUSE_MS);
  return {
    line,
    attempts: tried,
    state: 'pending',
    nextTryAt: new Date(now.getTime() + pauseMs),
    problem: told,
  };
}

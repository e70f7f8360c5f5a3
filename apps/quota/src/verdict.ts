import { afterOutcome, type Breaker, type BreakerPolicy, CLOSED, type Outcome, rested } from './breaker.ts';
import { type Pace, slowed, SLOWEST } from './pace.ts';

/** An outcome and the operation it is of; '' when the asker did not name one. */
export interface Report extends Outcome {
  operation: string;
  /** A successful call has used the account up for as long. */
  pauseMs?: number | undefined;
}

export interface Standing {
  /** Of the upstream as a whole. */
  breaker: Breaker;
  operations: ReadonlyMap<string, Breaker>;
  pace: Pace;
}

/** What is different after a report; nothing that stays as it is. */
export interface Verdict {
  breaker?: Breaker;
  operation?: Breaker;
  pace?: Pace;
}

/**
 * What the outcome of one call makes of its upstream.
 *
 * - Refused with a time: the whole upstream pauses for as long.
 * - Refused without: the pace is halved. At the slowest pace, or as a probe, it counts as a failure.
 * - Failed: counts against the operation; against the upstream when none is named or when it was the probe.
 * - Succeeded: closes what it probed, and clears what was counted. With a pause the whole upstream rests.
 */
export function judge(standing: Standing, report: Report, nowMs: number, policy: BreakerPolicy): Verdict {
  const { operation, outcome, retryAfterMs, pauseMs = 0 } = report;
  const ofOperation = standing.operations.get(operation) ?? CLOSED;
  const changed = (toUpstream?: Outcome, toOperation?: Outcome, pace = standing.pace): Verdict => {
    const breaker = toUpstream ? afterOutcome(standing.breaker, toUpstream, nowMs, policy) : standing.breaker;
    const next =
      toOperation && operation ? afterOutcome(ofOperation, toOperation, nowMs, policy) : ofOperation;
    return {
      ...(breaker !== standing.breaker && { breaker }),
      ...(next !== ofOperation && { operation: next }),
      ...(pace !== standing.pace && { pace }),
    };
  };
  const isProbeOfAll = standing.breaker.state === 'half-open';
  const failed: Outcome = { outcome: 'failed' };
  if (outcome === 'succeeded') {
    const verdict = changed(report, report);
    return pauseMs > 0 ? { ...verdict, breaker: rested(standing.breaker, pauseMs, nowMs) } : verdict;
  }
  if (outcome === 'failed') return changed(operation === '' || isProbeOfAll ? failed : undefined, failed);
  if (retryAfterMs !== undefined) return changed({ outcome, retryAfterMs });
  const pace = slowed(standing.pace, nowMs);
  const isHopeless = standing.pace.factor <= SLOWEST && pace !== standing.pace && pace.factor <= SLOWEST;
  const isProbe = isProbeOfAll || ofOperation.state === 'half-open';
  if (!isHopeless && !isProbe) return changed(undefined, undefined, pace);
  return changed(operation === '' || isProbeOfAll ? failed : undefined, failed, pace);
}

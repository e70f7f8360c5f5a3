import { Refusal } from '@souk/contracts';
import { Injectable } from '@nestjs/common';
import { RefusedBySource, UnexpectedAnswer } from './adapter.ts';
import { CanaryCheck } from './canary-check.ts';
import { CataloguePoll } from './catalogue-poll.ts';
import { type PollOutcome, postponed, STOPPING } from './poll-plan.ts';
import { isExpectedFailure, PermitDeclined } from './source-caller.ts';
import { SourceRegistry } from './source-registry.ts';
import type { ClaimedSource } from './source.store.ts';
import { StandIns } from './stand-ins.ts';
import { WatchedLookUps } from './watched-look-ups.ts';

/** One cycle of one source: its catalogue, what is watched of it, its canaries; and stand-ins where it fails. */
@Injectable()
export class SourceCycle {
  constructor(
    private readonly registry: SourceRegistry,
    private readonly catalogue: CataloguePoll,
    private readonly watched: WatchedLookUps,
    private readonly canaries: CanaryCheck,
    private readonly standIns: StandIns,
  ) {}

  async run(claim: ClaimedSource, signal: AbortSignal): Promise<PollOutcome> {
    const source = this.registry.get(claim.source);
    if (!source) return postponed('this process has no settings of it');
    const steps = [
      () =>
        source.adapter.catalogue || source.adapter.feed
          ? this.catalogue.run(claim, source, signal)
          : undefined,
      () => (source.adapter.lookup ? this.watched.run(claim, source, signal) : undefined),
      () => (source.adapter.lookup ? this.canaries.run(claim, source) : undefined),
    ];
    let outcome: PollOutcome = { kind: 'completed' };
    for (const step of steps) {
      outcome = (await this.outcomeOf(step, signal)) ?? outcome;
      if (outcome.kind !== 'completed') break;
    }
    if (!signal.aborted) await this.standIns.follow(claim, source, outcome);
    return outcome;
  }

  /** What quota or the bus decline postpones, what the source does fails; the rest is thrown. */
  private async outcomeOf(
    step: () => Promise<PollOutcome | undefined> | undefined,
    signal: AbortSignal,
  ): Promise<PollOutcome | undefined> {
    try {
      return await step();
    } catch (error) {
      if (signal.aborted) return STOPPING;
      if (!isExpectedFailure(error)) throw error;
      if (error instanceof Refusal) return postponed(error.message, error.retryAfterMs);
      if (error instanceof PermitDeclined && error.reason !== 'unknown-upstream')
        return postponed(error.message, error.retryAfterMs);
      const retryAfterMs = error instanceof RefusedBySource ? error.retryAfterMs : undefined;
      return {
        kind: 'failed',
        reason: error.message,
        retryAfterMs,
        isBroken: error instanceof UnexpectedAnswer,
      };
    }
  }
}

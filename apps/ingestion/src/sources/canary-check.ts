import { Clock, Database } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { storableText } from '../storable-text.ts';
import { LookUpDesk } from './lookups/look-up-desk.ts';
import type { LookedUp } from './lookups/look-up-queue.ts';
import { MAX_REASON_CHARACTERS, type PollOutcome } from './poll-plan.ts';
import type { Source } from './source-registry.ts';
import { type ClaimedSource, noteCanaries } from './source.store.ts';

/**
 * Asks for products that are known to be there. A reader that breaks in silence (an answer without products, another
 * shape, no price) is found within two cycles, however few products are watched.
 */
@Injectable()
export class CanaryCheck {
  constructor(
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly desk: LookUpDesk,
  ) {}

  async run(claim: ClaimedSource, source: Source): Promise<PollOutcome | undefined> {
    const { canaries, canaryIntervalMs } = source.entry;
    const now = this.clock.now();
    const ageMs = now.getTime() - (claim.canaryCheckedAt?.getTime() ?? -Infinity);
    // After a failure the next cycle looks again.
    if (canaries.length === 0 || (ageMs < canaryIntervalMs && claim.canaryFailures === 0)) return undefined;
    const looked = await Promise.all(
      canaries.map((product) => this.desk.lookUp(source, product, { priority: 'watch' })),
    );
    // Without a permit nothing is learned of the source.
    if (
      looked.some(({ problem }) => problem?.reason === 'no-permit' || problem?.reason === 'too-many-waiting')
    )
      return undefined;
    const dead = looked.filter(({ observations }) => observations.length === 0);
    const error =
      dead.length === 0 ? null : storableText(dead.map(inWords).join('; '), MAX_REASON_CHARACTERS);
    await this.database.transaction([], (tx) => noteCanaries(tx, claim, { at: now, error }));
    return error === null
      ? undefined
      : { kind: 'failed', reason: `known products came without a price: ${error}`, isBroken: true };
  }
}

const inWords = ({ product, problem }: LookedUp): string => `${product} (${problem?.detail ?? 'no offer'})`;

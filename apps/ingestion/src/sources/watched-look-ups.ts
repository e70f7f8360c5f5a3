import { Clock, Database } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { noteChecks } from '../planner/note-checks.ts';
import { dueProducts, isTheirOwnProblem, noteLookedUp } from '../tracking/watched.store.ts';
import { CLAIM_MS } from './catalogue-poll.ts';
import { LookUpDesk } from './lookups/look-up-desk.ts';
import type { LookedUp } from './lookups/look-up-queue.ts';
import { type PollOutcome, postponed, STOPPING } from './poll-plan.ts';
import type { Source } from './source-registry.ts';
import { type ClaimedSource, renewClaim } from './source.store.ts';
import { StandIns } from './stand-ins.ts';

/** Products looked up between two renewals of the claim. */
const SLICE = 100;
const SLICES_PER_CYCLE = 10;

/** Looks up what is watched of a source and due. */
@Injectable()
export class WatchedLookUps {
  constructor(
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly desk: LookUpDesk,
    private readonly standIns: StandIns,
  ) {}

  /**
   * Nothing when nothing was due; failed when not one product could be told of, unless those are the few that never can.
   */
  async run(claim: ClaimedSource, source: Source, signal: AbortSignal): Promise<PollOutcome | undefined> {
    const { intervalMs } = source.entry;
    let asked = 0;
    for (let slice = 0; slice < SLICES_PER_CYCLE; slice += 1) {
      if (signal.aborted) return STOPPING;
      const due = await this.database.transaction([], async (tx) =>
        (await renewClaim(tx, claim, CLAIM_MS)) ? dueProducts(tx, source.name, SLICE) : undefined,
      );
      if (!due) return postponed('another process polls it', 0);
      if (due.length === 0) break;
      const looked = await this.whileClaimed(
        claim,
        Promise.all(due.map(({ product }) => this.desk.lookUp(source, product, { priority: 'watch' }))),
      );
      // What was not asked for stays due: the budget is spent on it as soon as there is one.
      const [unasked, answered] = [looked.filter(isUnasked), looked.filter((one) => !isUnasked(one))];
      asked += answered.length;
      const told = answered.filter(({ problem }) => problem === null || GONE.has(problem.reason));
      const now = this.clock.now();
      const isTheirs = await this.database.transaction([], async (tx) => {
        const ids = answered.map(({ productId }) => productId);
        const isOwn = told.length === 0 && (await isTheirOwnProblem(tx, source.name, ids));
        await noteLookedUp(tx, {
          told: told.map(({ productId }) => productId),
          asked: answered,
          now,
          intervalMs,
        });
        await noteChecks(tx, answered, now);
        return isOwn;
      });
      if (told.length > 0 || isTheirs) {
        // Some are told of and some are not: those few need another source, though this one has not failed.
        const untold = answered.filter((one) => !told.includes(one));
        await this.standIns.standIn(
          untold.map(({ productId }) => productId),
          intervalMs,
        );
      } else if (answered.length > 0) {
        const { detail, retryAfterMs } = answered[0]!.problem!;
        return { kind: 'failed', reason: detail, retryAfterMs };
      }
      const declined = unasked[0]?.problem;
      if (declined) return postponed(declined.detail, declined.retryAfterMs);
    }
    return asked === 0 ? undefined : { kind: 'completed' };
  }

  /** Many slow look-ups may take longer than a claim lasts: it is renewed on the way, or another process doubles them. */
  private async whileClaimed<T>(claim: ClaimedSource, work: Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      // A claim that cannot be renewed is found lost by the next slice.
      this.database.transaction([], (tx) => renewClaim(tx, claim, CLAIM_MS)).catch(() => undefined);
    }, CLAIM_MS / 3);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }
}

/** Nobody was asked, for want of a permit or of room: nothing is known of the product or its source. */
const isUnasked = ({ problem }: LookedUp): boolean =>
  problem?.reason === 'no-permit' || problem?.reason === 'too-many-waiting';

/** The source told of the product: that it has no price to tell. */
const GONE: ReadonlySet<string> = new Set(['not-found', 'no-offer', 'invalid-product']);

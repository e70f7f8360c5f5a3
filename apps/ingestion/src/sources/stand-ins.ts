import type { Priority } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { Injectable, Logger } from '@nestjs/common';
import { type LinkedListing, linksOf } from '../tracking/link.store.ts';
import { endStandIns, linkedProducts, noteStandIn } from '../tracking/watched.store.ts';
import { LookUpDesk } from './lookups/look-up-desk.ts';
import type { LookedUp } from './lookups/look-up-queue.ts';
import type { PollOutcome } from './poll-plan.ts';
import { type Source, SourceRegistry } from './source-registry.ts';
import type { ClaimedSource } from './source.store.ts';

const PRODUCTS_PER_CYCLE = 100;
/** A source that was not read for so many intervals is stale, though it has not failed. */
const STALE_INTERVALS = 3;

/** Lets linked listings of other sources tell what a source cannot: they are asked in the operator's order. */
@Injectable()
export class StandIns {
  private readonly logger = new Logger('stand-ins');

  constructor(
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly registry: SourceRegistry,
    private readonly desk: LookUpDesk,
  ) {}

  /** After a cycle: asks elsewhere for what is watched of a source that failed or is stale, and notices when it is back. */
  async follow(claim: ClaimedSource, source: Source, outcome: PollOutcome): Promise<void> {
    if (outcome.kind === 'completed') {
      const ended = await this.database.transaction([], (tx) => endStandIns(tx, source.name));
      if (ended > 0)
        this.logger.log({ source: source.name, products: ended }, 'a source tells of its products again');
      return;
    }
    const staleMs = this.clock.now().getTime() - (claim.lastSucceededAt?.getTime() ?? 0);
    if (outcome.kind === 'postponed' && staleMs <= STALE_INTERVALS * source.entry.intervalMs) return;
    const products = await this.database.read([], (tx) =>
      linkedProducts(tx, source.name, PRODUCTS_PER_CYCLE),
    );
    await this.standIn(
      products.map(({ productId }) => productId),
      source.entry.intervalMs,
    );
  }

  /** The first linked listing that can be told of, of those at other sources, in their order. */
  async firstOf(
    links: readonly LinkedListing[],
    options: { priority: Priority; maxAgeMs: number },
  ): Promise<LookedUp | undefined> {
    const listings = links
      .map((link) => ({ link, source: this.registry.get(link.source) }))
      .filter(
        (one): one is { link: LinkedListing; source: Source } => one.source?.adapter.lookup !== undefined,
      )
      .toSorted((a, b) => a.source.order - b.source.order);
    for (const { link, source } of listings) {
      const looked = await this.desk.lookUp(source, link.product, options);
      if (looked.problem === null) return looked;
    }
    return undefined;
  }

  /** Looks for a listing elsewhere for each of these, content with one that was looked up lately. */
  async standIn(productIds: readonly string[], maxAgeMs: number): Promise<void> {
    const links = await this.database.read([], (tx) => linksOf(tx, productIds));
    const byProduct = Map.groupBy(links, ({ productId }) => productId);
    await Promise.all(
      [...byProduct].map(async ([productId, ofProduct]) => {
        const looked = await this.firstOf(ofProduct, { priority: 'watch', maxAgeMs });
        if (looked) await this.database.transaction([], (tx) => noteStandIn(tx, productId, looked.productId));
      }),
    );
  }
}

import { Controller } from '@nestjs/common';
import { Answer, Bus, type Unit } from '@souk/bus';
import {
  CreateWatch,
  DeleteWatch,
  GetWatch,
  ListWatches,
  type Product,
  Refusal,
  type ResponseOf,
  UpdateWatch,
  WatchChanged,
} from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { ChannelStore } from '../channels/channel.store.ts';
import { invalid } from '../invalid.ts';
import { alreadyTrue } from './already-true.ts';
import { boundTo, candidatesOf, type Named, watchedListings } from './binding.ts';
import { readConditions, type Threshold } from './conditions.ts';
import { Listings } from './listings.ts';
import { ProductStore } from './product.store.ts';
import { shownWatch, type StoredWatch, WatchStore } from './watch.store.ts';

/** Makes, changes and shows watches; the match index changes in the same transaction. */
@Controller()
export class WatchHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly watches: WatchStore,
    private readonly products: ProductStore,
    private readonly channels: ChannelStore,
    private readonly listings: Listings,
  ) {}

  @Answer(CreateWatch)
  async create(request: z.output<typeof CreateWatch.request>): Promise<ResponseOf<typeof CreateWatch>> {
    const { named, known } = await this.resolve(request);
    const bound = named.productId === null ? undefined : known.get(named.productId);
    const thresholds = thresholdsOf(request.when, bound);
    const deal = bound && (await this.listings.deal(request.accountId, bound.id));

    const watch = await this.bus.transaction([request.accountId], async (unit) => {
      const { tx } = unit;
      await this.products.lockListings(tx, [named], 'exclusive');
      const channels = await this.checkedChannels(unit, request.accountId, request.channels);
      const made: StoredWatch = {
        ...named,
        id: request.watchId,
        productId: await this.bind(unit, named, known),
        conditions: request.when,
        channels,
        paused: false,
        createdAt: this.clock.now(),
      };
      if (!(await this.watches.insert(tx, made))) {
        const existing = await this.watches.get(tx, request.accountId, request.watchId);
        if (!existing) throw new Refusal('conflict', 'this id is taken; use another Idempotency-Key');
        return existing;
      }
      await this.watches.index(tx, made, thresholds);
      publishChange(unit, made, 'created');
      return made;
    });
    return { watch: shownWatch(watch), alreadyTrue: deal ? alreadyTrue(thresholds, deal) : [] };
  }

  @Answer(UpdateWatch)
  async update(request: z.output<typeof UpdateWatch.request>): Promise<ResponseOf<typeof UpdateWatch>> {
    const { accountId, watchId } = request;
    const before = await this.database.read([accountId], (tx) => this.watches.get(tx, accountId, watchId));
    if (!before) throw unknownWatch();
    // Only conditions need to know more than is known here; a pause must work while others are down.
    const known = request.when
      ? await this.listings.get(accountId, idsToAsk(before))
      : new Map<string, Product>();

    return this.bus.transaction([accountId], async (unit) => {
      const { tx } = unit;
      // Listing first, watch second: the order in which news of a listing takes them.
      await this.products.lockListings(tx, [before], 'exclusive');
      const watch = await this.watches.lock(tx, accountId, watchId);
      if (!watch) throw unknownWatch();
      const changed: StoredWatch = {
        ...watch,
        conditions: request.when ?? watch.conditions,
        channels: request.channels
          ? await this.checkedChannels(unit, accountId, request.channels)
          : watch.channels,
        paused: request.paused ?? watch.paused,
        // A paused watch hears no news of listings; it may have something to catch up with.
        productId: await this.bind(unit, watch, known),
      };
      const offerOf = request.when && changed.productId !== null ? known.get(changed.productId) : undefined;
      await this.watches.update(tx, changed);
      await this.watches.index(tx, changed, thresholdsOf(changed.conditions, offerOf));
      publishChange(unit, changed, 'updated');
      return { watch: shownWatch(changed) };
    });
  }

  @Answer(DeleteWatch)
  async delete({ accountId, watchId }: z.output<typeof DeleteWatch.request>): Promise<Record<string, never>> {
    return this.bus.transaction([accountId], async (unit) => {
      const watch = await this.watches.lock(unit.tx, accountId, watchId);
      if (!watch) throw unknownWatch();
      await this.watches.delete(unit.tx, accountId, watchId);
      publishChange(unit, watch, 'deleted');
      return {};
    });
  }

  @Answer(GetWatch)
  async get({ accountId, watchId }: z.output<typeof GetWatch.request>): Promise<ResponseOf<typeof GetWatch>> {
    const watch = await this.database.read([accountId], (tx) => this.watches.get(tx, accountId, watchId));
    if (!watch) throw unknownWatch();
    return { watch: shownWatch(watch) };
  }

  @Answer(ListWatches)
  async list({
    accountId,
    limit,
    cursor,
  }: z.output<typeof ListWatches.request>): Promise<ResponseOf<typeof ListWatches>> {
    const { items, next } = await this.database.read([accountId], (tx) =>
      this.watches.list(tx, accountId, limit, cursor),
    );
    return { watches: items.map(shownWatch), next };
  }

  /** What the command names, and what enrichment knows of it. */
  private async resolve(
    request: z.output<typeof CreateWatch.request>,
  ): Promise<{ named: Named; known: Map<string, Product> }> {
    const { accountId, product, productId } = request;
    if (product && productId === undefined) {
      const named: Named = { accountId, ...product, pinned: false, productId: null };
      const known = await this.listings.get(accountId, idsToAsk(named));
      return { named: { ...named, productId: boundTo(named, (id) => known.has(id)) }, known };
    }
    if (productId === undefined || product) {
      throw invalid({ field: 'product', problem: 'name either source and product, or a productId' });
    }
    const known = await this.listings.get(accountId, [productId]);
    const listing = known.get(productId);
    if (!listing) throw invalid({ field: 'productId', problem: 'no such product' });
    return {
      named: { accountId, source: listing.source, product: listing.product, pinned: true, productId },
      known,
    };
  }

  /** What enrichment answered and its news here both count, since either may be ahead; a binding never goes back. */
  private async bind(unit: Unit, named: Named, known: ReadonlyMap<string, Product>): Promise<string | null> {
    const { own, shared } = candidatesOf(named);
    const heard = new Set(
      (await this.products.get(unit.tx, [own, shared])).map((product) => product.productId),
    );
    return boundTo(named, (id) => known.has(id) || heard.has(id) || id === named.productId);
  }

  private async checkedChannels(
    unit: Unit,
    accountId: string,
    channels: readonly string[],
  ): Promise<string[]> {
    const wanted = [...new Set(channels)];
    const existing = await this.channels.existing(unit.tx, accountId, wanted);
    const problems = channels.flatMap((channel, place) =>
      channel === 'inbox' || existing.has(channel)
        ? []
        : [{ field: `channels.${place}`, problem: 'is neither "inbox" nor the id of one of your channels' }],
    );
    if (problems.length > 0) throw invalid(...problems);
    return wanted;
  }
}

const idsToAsk = (named: Named): string[] =>
  named.pinned && named.productId !== null ? [named.productId] : Object.values(candidatesOf(named));

function thresholdsOf(when: StoredWatch['conditions'], listing: Product | undefined): Threshold[] {
  const read = readConditions(when, listing?.offers[0]?.currency);
  if ('problems' in read) throw invalid(...read.problems);
  return read.thresholds;
}

function publishChange(unit: Unit, watch: StoredWatch, change: 'created' | 'updated' | 'deleted'): void {
  unit.publish(
    WatchChanged,
    {
      watchId: watch.id,
      change,
      source: watch.source,
      product: watch.product,
      productIds: watchedListings(watch),
    },
    { accountId: watch.accountId, key: watch.id },
  );
}

const unknownWatch = (): Refusal => new Refusal('not-found', 'no such watch');

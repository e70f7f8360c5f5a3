import { Controller } from '@nestjs/common';
import { type Batch, type Message, Subscribe } from '@souk/bus';
import { ProductChanged } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { byTenants, setTenants } from '../tenants.ts';
import { boundTo, candidatesOf, watchedListings } from './binding.ts';
import { type KnownProduct, ProductStore } from './product.store.ts';
import { WatchStore } from './watch.store.ts';

/** Remembers what alerts say of listings, and binds watches that waited for a listing to appear. */
@Controller()
export class ProductHandlers {
  constructor(
    private readonly products: ProductStore,
    private readonly watches: WatchStore,
  ) {}

  @Subscribe(ProductChanged, { maxMessages: 50 })
  async remember(batch: Batch<typeof ProductChanged>): Promise<void> {
    const { tx, messages } = batch;
    const news = newestOf(messages);
    await this.products.lockListings(tx, news, 'shared');
    const appeared = await this.products.save(tx, news);
    if (appeared.length === 0) return;
    const interested = await this.watches.interestedIn(tx, appeared);
    for (const part of byTenants(interested)) {
      await setTenants(
        tx,
        [...messages, ...part].map(({ accountId }) => accountId),
      );
      await this.bind(
        tx,
        part.map((watch) => watch.watchId),
      );
    }
  }

  /** From nothing to the shared listing, from either to the own one; never back. */
  private async bind(tx: Tx, watchIds: readonly string[]): Promise<void> {
    const waiting = (await this.watches.lockMany(tx, watchIds)).filter(
      (watch) => !watch.pinned && watch.productId !== candidatesOf(watch).own,
    );
    const listings = await this.products.get(
      tx,
      waiting.flatMap((watch) => Object.values(candidatesOf(watch))),
    );
    const known = new Set(listings.map((listing) => listing.productId));
    const bound = waiting
      .map((watch) => ({ watch, productId: boundTo(watch, (id) => known.has(id)) }))
      .filter(({ watch, productId }) => productId !== null && productId !== watch.productId);
    await this.watches.bind(
      tx,
      bound.map(({ watch, productId }) => ({ id: watch.id, productId })),
    );
    // Bound to its own listing, a watch is not concerned with the shared one any more; the operator's are one.
    await this.watches.unindex(
      tx,
      bound.flatMap(({ watch, productId }) => {
        const watched = watchedListings({ ...watch, productId });
        return Object.values(candidatesOf(watch))
          .filter((candidate) => !watched.includes(candidate))
          .map((candidate) => ({ watchId: watch.id, productId: candidate }));
      }),
    );
  }
}

/** The last news of each listing; one statement must not touch a row twice. */
function newestOf(messages: readonly Message<typeof ProductChanged>[]): KnownProduct[] {
  const newest = new Map<string, KnownProduct>();
  for (const { accountId, data } of messages) {
    for (const { productId, source, product, facts, changedAt } of data.products) {
      const at = new Date(changedAt);
      const before = newest.get(productId);
      if (before && before.changedAt > at) continue;
      newest.set(productId, {
        productId,
        accountId,
        source,
        product,
        title: facts.title ?? null,
        url: facts.url ?? null,
        image: facts.image ?? null,
        changedAt: at,
      });
    }
  }
  return [...newest.values()];
}

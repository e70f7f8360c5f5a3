import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import { newestNews, ProductChanged } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { ruleOf } from '../alerts/crossings.ts';
import { byTenants, setTenants } from '../tenants.ts';
import { boundTo, candidatesOf, watchedListings } from './binding.ts';
import { Followers, type Interested } from './followers.ts';
import { IndexStore } from './index.store.ts';
import { type KnownProduct, ProductStore } from './product.store.ts';
import { scopesOf } from './scopes.ts';
import { namedBy } from './stored-watch.ts';
import { MAX_BOUND } from './watch-writer.ts';
import { WatchStore } from './watch.store.ts';
import { wordHash, wordsOf } from './words.ts';

type Batched = Batch<typeof ProductChanged>;

/** Remembers what alerts say of listings, and binds watches that waited for such a listing to appear. */
@Controller()
export class ProductHandlers {
  constructor(
    private readonly products: ProductStore,
    private readonly watches: WatchStore,
    private readonly index: IndexStore,
    private readonly followers: Followers,
  ) {}

  @Subscribe(ProductChanged, { maxMessages: 50 })
  async remember(batch: Batched): Promise<void> {
    const { tx, messages } = batch;
    const news = newestNews(messages).map(knownOf);
    await this.products.lockListings(tx, news, 'shared');
    const changed = await this.products.save(tx, news);
    if (changed.length === 0) return;
    const appeared = changed.filter(({ isNew }) => isNew).map(({ productId }) => productId);
    const titled = new Set(changed.map(({ productId }) => productId));
    await this.bindNamed(batch, appeared);
    const byWords = await this.bindByWords(
      batch,
      news.filter(({ productId, title }) => title !== null && titled.has(productId)),
    );
    const isNew = new Set(appeared);
    await this.followers.tellOf(
      batch,
      news.filter(({ productId }) => isNew.has(productId)),
      byWords,
    );
  }

  private async bindNamed(batch: Batched, appeared: readonly string[]): Promise<void> {
    if (appeared.length === 0) return;
    const interested = await this.index.interestedIn(batch.tx, appeared);
    for (const part of byTenants(interested)) {
      await this.widen(batch, part);
      await this.bind(
        batch.tx,
        part.map((watch) => watch.watchId),
      );
    }
  }

  /** Watches by words stand under every listing whose title has them. */
  private async bindByWords(batch: Batched, titled: readonly KnownProduct[]): Promise<Interested[]> {
    if (titled.length === 0) return [];
    const matches = await this.index.withWords(
      batch.tx,
      titled.map(({ productId, accountId, source, title }) => ({
        productId,
        accountId,
        source,
        words: wordsOf(title!).map(wordHash),
      })),
    );
    for (const part of byTenants(matches)) {
      await this.widen(batch, part);
      const ids = [...new Set(part.map(({ watchId }) => watchId))];
      const watches = await this.watches.lockMany(batch.tx, ids);
      const bound = await this.index.listingsOf(batch.tx, ids);
      const byId = new Map(
        watches
          .filter(({ id, paused }) => !paused && (bound.get(id)?.length ?? 0) < MAX_BOUND)
          .map((watch) => [watch.id, { watch, rule: ruleOf(watch) }]),
      );
      await this.index.addListings(
        batch.tx,
        part.flatMap(({ watchId, productId }) => {
          const found = byId.get(watchId);
          return found ? { ...found, productId } : [];
        }),
      );
    }
    return matches;
  }

  private async widen(batch: Batched, part: readonly { accountId: string }[]): Promise<void> {
    await setTenants(
      batch.tx,
      [...batch.messages, ...part].map(({ accountId }) => accountId),
    );
  }

  /** From nothing to the shared listing, from either to the own one; never back. */
  private async bind(tx: Tx, watchIds: readonly string[]): Promise<void> {
    const waiting = (await this.watches.lockMany(tx, watchIds))
      .flatMap((watch) => {
        const named = namedBy(watch);
        return named ? { id: watch.id, ...named } : [];
      })
      .filter((named) => !named.pinned && named.productId !== candidatesOf(named).own);
    const listings = await this.products.get(
      tx,
      waiting.flatMap((named) => Object.values(candidatesOf(named))),
    );
    const known = new Set(listings.map((listing) => listing.productId));
    const bound = waiting
      .map((named) => ({ named, productId: boundTo(named, (id) => known.has(id)) }))
      .filter(({ named, productId }) => productId !== null && productId !== named.productId);
    await this.watches.bind(
      tx,
      bound.map(({ named, productId }) => ({ id: named.id, productId })),
    );
    // Bound to its own listing, a watch is not concerned with the shared one any more; the operator's are one.
    await this.index.unindex(
      tx,
      bound.flatMap(({ named, productId }) => {
        const watched = watchedListings({ ...named, productId });
        return Object.values(candidatesOf(named))
          .filter((candidate) => !watched.includes(candidate))
          .map((candidate) => ({ watchId: named.id, productId: candidate }));
      }),
    );
  }
}

const knownOf = ({
  facts,
  changedAt,
  productId,
  accountId,
  source,
  product,
}: ReturnType<typeof newestNews>[number]): KnownProduct => ({
  productId,
  accountId,
  source,
  product,
  title: facts.title ?? null,
  url: facts.url ?? null,
  image: facts.image ?? null,
  scopes: scopesOf(source, product, facts),
  variant: facts.variant ?? null,
  changedAt: new Date(changedAt),
});

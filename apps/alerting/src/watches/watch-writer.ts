import { Injectable } from '@nestjs/common';
import type { Unit } from '@souk/bus';
import {
  type DataOf,
  type FieldProblem,
  OPERATOR_ACCOUNT_ID,
  type Product,
  WatchChanged,
} from '@souk/contracts';
import type { Tx } from '@souk/service';
import { ruleOf } from '../alerts/crossings.ts';
import { ChannelStore } from '../channels/channel.store.ts';
import { boundTo, candidatesOf, watchedListings } from './binding.ts';
import { IndexStore } from './index.store.ts';
import { type KnownProduct, ProductStore } from './product.store.ts';
import { hasAttributes, scopeOf } from './scopes.ts';
import { namedBy, type StoredWatch } from './stored-watch.ts';
import { WatchStore } from './watch.store.ts';

/** Listings of a watch on many that are worth tracking. */
export const MAX_TRACKED = 50;
/** Listings that a watch by words is bound to at most. */
export const MAX_BOUND = 500;

export const FOREIGN_CHANNEL = 'is neither "inbox" nor the id of one of your channels';

/** Writes watches with their rows in the match index, many at once, and tells of the change. */
@Injectable()
export class WatchWriter {
  constructor(
    private readonly watches: WatchStore,
    private readonly index: IndexStore,
    private readonly products: ProductStore,
    private readonly channels: ChannelStore,
  ) {}

  /** Answers those that are new; the others are there already, whoever has them. */
  async insert(
    unit: Unit,
    watches: readonly StoredWatch[],
    known: ReadonlyMap<string, Product>,
  ): Promise<StoredWatch[]> {
    await this.lockListings(unit.tx, watches);
    const bound = await this.bindAll(unit.tx, watches, known);
    const isNew = await this.watches.insert(unit.tx, bound);
    const made = bound.filter((watch) => isNew.has(watch.id));
    await this.index.write(
      unit.tx,
      made.map((watch) => ({ watch, rule: ruleOf(watch) })),
    );
    await this.tell(unit, made, 'created');
    return made;
  }

  /** Locks the listings that watches name: first of all, as news of a listing do. */
  async lockListings(tx: Tx, watches: readonly StoredWatch[]): Promise<void> {
    const named = watches.flatMap((watch) => namedBy(watch) ?? []);
    if (named.length > 0) await this.products.lockListings(tx, named, 'exclusive');
  }

  /** The watches are locked, and so are their listings. */
  async update(
    unit: Unit,
    watches: readonly StoredWatch[],
    known: ReadonlyMap<string, Product>,
  ): Promise<StoredWatch[]> {
    // A paused watch hears no news of listings; it may have something to catch up with.
    const changed = await this.bindAll(unit.tx, watches, known);
    const found = await this.index.listingsOf(
      unit.tx,
      changed.filter(({ target }) => target?.kind === 'query').map(({ id }) => id),
    );
    await this.watches.update(unit.tx, changed);
    await this.index.write(
      unit.tx,
      changed.map((watch) => ({ watch, rule: ruleOf(watch), found: found.get(watch.id) ?? [] })),
    );
    await this.tell(unit, changed, 'updated');
    return changed;
  }

  async delete(unit: Unit, watches: readonly StoredWatch[]): Promise<void> {
    const byAccount = Map.groupBy(watches, ({ accountId }) => accountId);
    for (const [accountId, of] of byAccount) {
      const ids = of.map(({ id }) => id);
      await this.index.remove(unit.tx, ids);
      await this.watches.delete(unit.tx, accountId, ids);
    }
    await this.tell(unit, watches, 'deleted');
  }

  /** Binds a watch by words to listings that were found for it; what it is bound to already stays. */
  async bindFound(unit: Unit, watchId: string, found: readonly Product[]): Promise<void> {
    const [watch] = await this.watches.lockMany(unit.tx, [watchId]);
    if (!watch || watch.paused) return;
    const bound = (await this.index.listingsOf(unit.tx, [watchId])).get(watchId) ?? [];
    const fresh = found.filter(({ id }) => !bound.includes(id)).slice(0, MAX_BOUND - bound.length);
    if (fresh.length === 0) return;
    const rule = ruleOf(watch);
    await this.index.addListings(
      unit.tx,
      fresh.map(({ id }) => ({ watch, rule, productId: id })),
    );
    await this.tell(unit, [watch], 'updated');
  }

  /** What is wrong with the channels of a watch, by field; the ids of those that exist. */
  async checkChannels(
    tx: Tx,
    accountId: string,
    channels: readonly string[],
  ): Promise<{ channels: string[] } | { problems: FieldProblem[] }> {
    const foreign = await this.foreignChannels(tx, accountId, channels);
    const problems = channels.flatMap((channel, place) =>
      foreign.has(channel) ? [{ field: `channels.${place}`, problem: FOREIGN_CHANNEL }] : [],
    );
    return problems.length > 0 ? { problems } : { channels: [...new Set(channels)] };
  }

  /** Those of the channels that the account does not have. */
  async foreignChannels(tx: Tx, accountId: string, channels: readonly string[]): Promise<Set<string>> {
    const wanted = new Set(channels);
    wanted.delete('inbox');
    return wanted.difference(await this.channels.existing(tx, accountId, [...wanted]));
  }

  /** What enrichment answered and its news here both count, since either may be ahead; a binding never goes back. */
  private async bindAll(
    tx: Tx,
    watches: readonly StoredWatch[],
    known: ReadonlyMap<string, Product>,
  ): Promise<StoredWatch[]> {
    const candidates = watches.flatMap((watch) => {
      const named = namedBy(watch);
      return named && !named.pinned ? Object.values(candidatesOf(named)) : [];
    });
    if (candidates.length === 0) return [...watches];
    const heard = new Set((await this.products.get(tx, candidates)).map(({ productId }) => productId));
    return watches.map((watch) => {
      const named = namedBy(watch);
      if (!named) return watch;
      const productId = boundTo(named, (id) => known.has(id) || heard.has(id) || id === named.productId);
      return { ...watch, productId };
    });
  }

  /** Listings of a watch on many that are looked up for it: those that there are by now, the newest ones. */
  async followed(tx: Tx, watch: StoredWatch): Promise<KnownProduct[]> {
    return watch.paused ? [] : this.worthTracking(tx, watch);
  }

  /** What a watch is on as others are told of it. */
  async subjectOf(tx: Tx, watch: StoredWatch, change: DataOf<typeof WatchChanged>['change']) {
    const named = namedBy(watch);
    return named
      ? { source: named.source, product: named.product, productIds: watchedListings(named) }
      : this.broadSubject(tx, watch, change);
  }

  private async tell(
    unit: Unit,
    watches: readonly StoredWatch[],
    change: 'created' | 'updated' | 'deleted',
  ): Promise<void> {
    for (const watch of watches) {
      const { id: watchId, accountId } = watch;
      const data = await this.subjectOf(unit.tx, watch, change);
      unit.publish(WatchChanged, { watchId, change, ...data }, { accountId, key: watchId });
    }
  }

  private async broadSubject(tx: Tx, watch: StoredWatch, change: string) {
    const { target } = watch;
    const source = (target && 'source' in target && target.source) || 'any';
    const listed = change === 'deleted' ? [] : await this.followed(tx, watch);
    return {
      source,
      product: nameOf(target).slice(0, 200),
      productIds: [],
      products: listed.map(({ productId, source: of, product }) => ({ productId, source: of, product })),
    };
  }

  private async worthTracking(tx: Tx, { id, accountId, target }: StoredWatch): Promise<KnownProduct[]> {
    // What accounts post cannot be looked up: of all that there is, what Souk fetches is worth it.
    if (target?.kind === 'source') return this.products.fetched(tx, { source: target.source }, MAX_TRACKED);
    if (target?.kind === 'category')
      return this.products.fetched(tx, { scope: scopeOf(target)! }, MAX_TRACKED);
    if (target?.kind === 'query') {
      const bound = (await this.index.listingsOf(tx, [id])).get(id) ?? [];
      return this.products.get(tx, bound.slice(0, MAX_TRACKED));
    }
    if (target?.kind !== 'variants') return [];
    const variations = await this.products.inScope(tx, scopeOf(target)!, MAX_BOUND);
    return variations
      .filter((one) => one.accountId === accountId || one.accountId === OPERATOR_ACCOUNT_ID)
      .filter(({ variant }) => hasAttributes(target.attributes, variant))
      .slice(0, MAX_TRACKED);
  }
}

/** What a watch on many listings is on, in a word. */
function nameOf(target: StoredWatch['target']): string {
  switch (target?.kind) {
    case 'query':
      return target.text;
    case 'category':
      return target.category;
    case 'variants':
      return target.product;
    default:
      return 'all';
  }
}

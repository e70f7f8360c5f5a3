import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ListWatches, type Watch } from '@souk/contracts';
import { Listings } from '../watches/listings.ts';
import { hasWords, wordsOf } from '../watches/words.ts';
import { titleOf, type Turn } from './turn.ts';

const LOOKED_AT = 200;

export interface NamedWatch {
  watch: Watch;
  /** Its own name, the product's title, or the words that it is on. */
  name: string;
}

/** Finds the watches that a sentence means. Remote calls: never within a transaction. */
@Injectable()
export class WatchFinder {
  constructor(
    private readonly bus: Bus,
    private readonly listings: Listings,
  ) {}

  async all(accountId: string): Promise<NamedWatch[]> {
    const { watches } = await this.bus.ask(ListWatches, { accountId, limit: LOOKED_AT });
    return this.named(accountId, watches);
  }

  async named(accountId: string, watches: readonly Watch[]): Promise<NamedWatch[]> {
    const ids = watches.flatMap(({ productId }) => productId ?? []);
    const known = ids.length > 0 ? await this.listings.get(accountId, ids) : new Map();
    return watches.map((watch) => ({ watch, name: nameOf(watch, known.get(watch.productId ?? '')) }));
  }

  /** Those that have the words; without words what the chat spoke of last, then the only one there is, else all. */
  async meant({ input: { accountId }, memory }: Turn, words: string | null): Promise<NamedWatch[]> {
    const all = await this.all(accountId);
    if (words !== null) {
      const wanted = wordsOf(words);
      const exact = all.filter(({ name }) => hasWords(name, wanted));
      if (exact.length > 0) return exact;
      const some = all.filter(({ name }) => wordsOf(name).some((word) => wanted.includes(word)));
      if (some.length > 0) return some;
    }
    const last = all.filter(
      ({ watch }) =>
        watch.id === memory.watchId || (watch.productId !== null && watch.productId === memory.productId),
    );
    return last.length > 0 ? last : all;
  }
}

function nameOf(watch: Watch, product: Parameters<typeof titleOf>[0] | undefined): string {
  if (watch.name) return watch.name;
  if (product) return titleOf(product);
  const { target } = watch;
  if (target?.kind === 'query') return target.text;
  if (target?.kind === 'category') return target.category;
  if (target?.kind === 'source') return target.source;
  return watch.product ? `${watch.product.source} ${watch.product.product}` : watch.id;
}

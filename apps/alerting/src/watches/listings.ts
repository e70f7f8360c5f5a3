import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  type Deal,
  FindProducts,
  GetDeals,
  GetProducts,
  ListSources,
  type Product,
  Refusal,
  type SourceState,
} from '@souk/contracts';
import { hasWords, wordsOf } from './words.ts';

const AT_ONCE = 200;
/** Listings that a search is bound to when it is made; those that appear later come on top. */
export const MAX_FOUND = 200;
const SOURCES_WITHIN_MS = 2_000;

/** What other services know of listings. Remote calls: never within a transaction. */
@Injectable()
export class Listings {
  constructor(private readonly bus: Bus) {}

  /** The listings of these ids that exist and that the account may see. */
  async get(accountId: string, productIds: readonly string[]): Promise<Map<string, Product>> {
    const ids = [...new Set(productIds)];
    const found = new Map<string, Product>();
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const productIdsAsked = ids.slice(from, from + AT_ONCE);
      const { products } = await this.bus.ask(GetProducts, { accountId, productIds: productIdsAsked });
      for (const product of products) found.set(product.id, product);
    }
    return found;
  }

  /** Price and score of a listing right now; nothing while it has none. */
  async deal(accountId: string, productId: string): Promise<Deal | undefined> {
    return (await this.deals(accountId, [productId])).get(productId);
  }

  /** Price and score of at most 200 listings right now; those without any are left out. */
  async deals(accountId: string, productIds: readonly string[]): Promise<Map<string, Deal>> {
    if (productIds.length === 0) return new Map();
    const { deals } = await this.bus.ask(GetDeals, { accountId, productIds: productIds.slice(0, AT_ONCE) });
    return new Map(deals.map((deal) => [deal.productId, deal]));
  }

  /** Listings whose titles have all words of a search, the newest ones. */
  async withWords(accountId: string, text: string, source: string | undefined): Promise<Product[]> {
    const words = wordsOf(text);
    const { products } = await this.bus.ask(FindProducts, {
      accountId,
      text: words.join(' '),
      limit: MAX_FOUND,
      ...(source !== undefined && { source }),
    });
    return products.filter(({ facts }) => hasWords(facts.title ?? '', words));
  }

  /** Listings of a source, the newest ones. */
  async ofSource(accountId: string, source: string): Promise<Product[]> {
    return (await this.bus.ask(FindProducts, { accountId, source, limit: AT_ONCE })).products;
  }

  /** The sources there are; none when nobody could say. */
  async sources(): Promise<SourceState[]> {
    try {
      return (await this.bus.ask(ListSources, {}, { deadlineMs: SOURCES_WITHIN_MS })).sources;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [];
    }
  }
}

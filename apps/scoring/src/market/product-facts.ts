import type { Message } from '@souk/bus';
import type { ProductChanged } from '@souk/contracts';

/** What scoring knows of a listing besides its prices. Texts as the source writes them. */
export interface KnownFacts {
  productId: string;
  accountId: string;
  source: string;
  product: string;
  title: string | null;
  brand: string | null;
  /** From the widest level to the narrowest; empty when the source tells none. */
  category: string[];
  rating: number | null;
  reviewCount: number | null;
  changedAt: Date;
}

/** One spelling of a name, for comparisons: `  Home &  Garden` and `home & garden` are one category. */
export const nameKey = (name: string): string =>
  name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

/** The last news of each listing; one statement must not touch a row twice. */
export function newestFacts(
  messages: readonly Pick<Message<typeof ProductChanged>, 'accountId' | 'data'>[],
): KnownFacts[] {
  const newest = new Map<string, KnownFacts>();
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
        brand: facts.brand ?? null,
        category: facts.category ?? [],
        rating: facts.rating ?? null,
        reviewCount: facts.reviewCount ?? null,
        changedAt: at,
      });
    }
  }
  return [...newest.values()];
}

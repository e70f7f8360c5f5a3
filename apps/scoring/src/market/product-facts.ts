import type { Message } from '@souk/bus';
import { newestNews, type ProductChanged } from '@souk/contracts';

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

/** One row for each listing: its last news. */
export const newestFacts = (
  messages: readonly Pick<Message<typeof ProductChanged>, 'accountId' | 'data'>[],
): KnownFacts[] =>
  newestNews(messages).map(({ facts, changedAt, productId, accountId, source, product }) => ({
    productId,
    accountId,
    source,
    product,
    title: facts.title ?? null,
    brand: facts.brand ?? null,
    category: facts.category ?? [],
    rating: facts.rating ?? null,
    reviewCount: facts.reviewCount ?? null,
    changedAt: new Date(changedAt),
  }));

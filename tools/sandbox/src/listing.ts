import { formatAmount } from '@souk/money';
import type { SandboxProduct } from './catalogue.ts';
import { priceAt } from './price-moves.ts';

/** One product as `/products` shows it: prices are decimal texts. */
export interface Listing {
  id: string;
  title: string;
  brand: string;
  category: readonly string[];
  price: string;
  currency: string;
  listPrice: string;
  availability: string;
  seller: string;
  condition: string;
  shipping: string;
  image: string;
  rating: number;
  reviewCount: number;
  url: string;
  gtin: string;
  observedAt: string;
}

/** `origin` is the shop's own address as the client wrote it: links and images lead back to it. */
export function listingOf(
  seed: string,
  product: SandboxProduct,
  tick: number,
  observedAt: string,
  origin: string,
): Listing {
  const { priceMinor, listPriceMinor, availability } = priceAt(seed, product, tick);
  const { id, title, brand, category, currency, seller, condition, shipping, rating, reviewCount, gtin } =
    product;
  return {
    id,
    title,
    brand,
    category,
    price: formatAmount(priceMinor, currency),
    currency,
    listPrice: formatAmount(listPriceMinor, currency),
    availability,
    seller,
    condition,
    shipping,
    image: `${origin}/images/${id}.svg`,
    rating,
    reviewCount,
    url: `${origin}/p/${id}`,
    gtin,
    observedAt,
  };
}

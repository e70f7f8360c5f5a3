/** How a page can say what it sells, the most trusted first. */
export type Notation = 'json-ld' | 'microdata' | 'rdfa' | 'open-graph' | 'selectors';

export type PageAvailability = 'in_stock' | 'limited' | 'preorder' | 'out_of_stock' | 'unknown';
export type PageCondition = 'new' | 'refurbished' | 'used' | 'open_box' | 'collectible';

/** One thing to buy on the page: a size, a colour, a seller. Amounts are exact decimals. */
export interface PageOffer {
  price?: string;
  currency?: string;
  listPrice?: string;
  /** Of a range the upper end; `price` is the lower. */
  highPrice?: string;
  availability?: PageAvailability;
  condition?: PageCondition;
  seller?: string;
}

export interface PageVariant extends PageOffer {
  title?: string;
  sku?: string;
  gtin?: string;
  url?: string;
}

/** What a page says of its product. */
export interface ProductFacts extends PageOffer {
  title?: string;
  brand?: string;
  gtin?: string;
  sku?: string;
  mpn?: string;
  image?: string;
  url?: string;
  /** From 0 to 5, whatever scale the page has. */
  rating?: number;
  reviewCount?: number;
  /** Names from the root of the shop down to the product's category. */
  category?: string[];
  variants?: PageVariant[];
}

/** What one notation of a page says. */
export interface Reading {
  notation: Notation;
  facts: ProductFacts;
}

/** A copy without what is undefined or empty. */
export function present<Facts extends object>(facts: Facts): Facts {
  const kept = Object.entries(facts).filter(([, value]) => {
    return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
  });
  return Object.fromEntries(kept) as Facts;
}

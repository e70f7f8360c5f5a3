import { marketplaceAt, marketplaceIn } from '@souk/amazon';
import type { Product } from '@souk/contracts';

/** The country that a listing is sold in, by its page or by the name of its source (`amazon-in`); undefined: not known. */
export function marketplaceOf({ source, facts }: Pick<Product, 'source' | 'facts'>): string | undefined {
  const byPage = facts.url === undefined ? undefined : marketplaceAt(facts.url);
  const byName = /^(?:amazon|keepa)-([a-z]{2})$/.exec(source)?.[1];
  return (byPage ?? (byName === undefined ? undefined : marketplaceIn(byName.toUpperCase())))?.country;
}

import { marketplaceAt, marketplaceIn } from '@souk/amazon';
import type { Product, SourceState } from '@souk/contracts';

type Known = readonly Pick<SourceState, 'source' | 'marketplace' | 'abilities' | 'order'>[];

/**
 * The country that a listing is sold in: by its page, by what its source says of itself, or, where no source of the
 * operator's has that name, by the name that prices were posted under (`amazon-in`); undefined: not known.
 */
export function marketplaceOf(
  { source, facts }: Pick<Product, 'source' | 'facts'>,
  sources: Known,
): string | undefined {
  const byPage = facts.url === undefined ? undefined : marketplaceAt(facts.url)?.country;
  const own = sources.find((one) => one.source === source);
  if (byPage !== undefined || own) return byPage ?? own?.marketplace;
  const byName = /^(?:amazon|keepa)-([a-z]{2})$/.exec(source)?.[1];
  return byName === undefined ? undefined : marketplaceIn(byName.toUpperCase())?.country;
}

/** The source to ask for a product of a marketplace: the first in the operator's order that looks products up. */
export function sourceIn(country: string, sources: Known): string {
  const there = sources
    .filter(({ marketplace, abilities }) => marketplace === country && abilities?.includes('lookup'))
    .toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
  return there[0]?.source ?? `amazon-${country.toLowerCase()}`;
}

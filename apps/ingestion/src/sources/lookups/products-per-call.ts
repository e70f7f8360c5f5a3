import type { SourceAdapter } from '../adapter.ts';

type Lookup = NonNullable<SourceAdapter['lookup']>;

/** Products that one call can hold: no more than the source takes, and than permits are ever given for at once. */
export function productsPerCall({ maxProducts, cost }: Lookup, permitsAtOnce: number): number {
  if (!cost) return maxProducts;
  let products = maxProducts;
  while (products > 1 && cost(products) > permitsAtOnce) products -= 1;
  return products;
}

/** Products that one permit is good for, in calls as full as may be. */
export const productsPerPermit = ({ maxProducts, cost }: Lookup): number =>
  cost ? maxProducts / cost(maxProducts) : maxProducts;

import { OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';

/** What a watch names: a product by its shop's code, or one listing by its id. */
export interface Named {
  accountId: string;
  source: string;
  product: string;
  /** The listing was named by its id and stays the one. */
  pinned: boolean;
  productId: string | null;
}

/** The listings that a watch by source and product may mean: the account's own one, and the one shared with all. */
export function candidatesOf(named: Pick<Named, 'accountId' | 'source' | 'product'>): {
  own: string;
  shared: string;
} {
  const { accountId, source, product } = named;
  return {
    own: productIdOf(accountId, source, product),
    shared: productIdOf(OPERATOR_ACCOUNT_ID, source, product),
  };
}

/** The account's own listing if it is known, else the shared one, else none yet. */
export function boundTo(named: Named, isKnown: (productId: string) => boolean): string | null {
  if (named.pinned) return named.productId;
  const { own, shared } = candidatesOf(named);
  if (isKnown(own)) return own;
  return isKnown(shared) ? shared : null;
}

/**
 * The listings whose prices a watch is matched against. Until the own listing is known its id is watched beside
 * the shared one, so that its very first price counts even if news of the listing itself comes later.
 */
export function watchedListings(named: Named): string[] {
  if (named.pinned && named.productId !== null) return [named.productId];
  const { own, shared } = candidatesOf(named);
  return named.productId === own || own === shared ? [own] : [own, shared];
}

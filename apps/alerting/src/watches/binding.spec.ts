import { OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import { boundTo, candidatesOf, type Named, watchedListings } from './binding.ts';

const accountId = '018f0000-0000-7000-8000-0000000000a1';
const named: Named = { accountId, source: 'steam', product: '730', pinned: false, productId: null };
const own = productIdOf(accountId, 'steam', '730');
const shared = productIdOf(OPERATOR_ACCOUNT_ID, 'steam', '730');

describe('the listing that a watch by source and product means', () => {
  it("is the account's own one first, then the shared one, then none yet", () => {
    expect(candidatesOf(named)).toEqual({ own, shared });
    expect(boundTo(named, () => true)).toBe(own);
    expect(boundTo(named, (id) => id === shared)).toBe(shared);
    expect(boundTo(named, () => false)).toBeNull();
  });

  it('the own listing is watched from its first price on, the shared one until then', () => {
    expect(watchedListings(named)).toEqual([own, shared]);
    expect(watchedListings({ ...named, productId: shared })).toEqual([own, shared]);
    expect(watchedListings({ ...named, productId: own })).toEqual([own]);
  });

  it('a listing named by its id stays the one', () => {
    const pinned = { ...named, pinned: true, productId: shared };
    expect(boundTo(pinned, () => true)).toBe(shared);
    expect(watchedListings(pinned)).toEqual([shared]);
  });

  it('the operator has one listing, not two', () => {
    expect(watchedListings({ ...named, accountId: OPERATOR_ACCOUNT_ID })).toEqual([shared]);
  });
});

import { amazonAdapter } from '../amazon/amazon.adapter.ts';
import { keepaAdapter } from '../keepa/keepa.adapter.ts';
import { productsPerCall, productsPerPermit } from './products-per-call.ts';

describe('products in one call', () => {
  it('are as many as the source takes where calls are counted', () => {
    expect(productsPerCall(amazonAdapter.lookup!, 1)).toBe(10);
    expect(productsPerPermit(amazonAdapter.lookup!)).toBe(10);
  });

  it('are as many as there ever are permits where products are counted, and at least one', () => {
    const lookup = keepaAdapter.lookup!;
    expect([1_000, 100, 20, 0].map((atOnce) => productsPerCall(lookup, atOnce))).toEqual([100, 100, 20, 1]);
    expect(productsPerPermit(lookup)).toBe(1);
  });
});

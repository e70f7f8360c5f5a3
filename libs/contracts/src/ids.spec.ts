import * as fc from 'fast-check';
import { commandIdOf, newId, offerIdOf, OPERATOR_ACCOUNT_ID, partitionOf, productIdOf } from './ids.ts';

const shop = '019a6f3e-2b1c-7d4e-8a5f-6c7d8e9f0a1b';

describe('productIdOf', () => {
  // Histories, watches and links are kept under these ids: they may never change.
  it.each([
    [OPERATOR_ACCOUNT_ID, 'steam', '620', '605b76b4-8e84-5173-915e-ea4a402e6713'],
    [OPERATOR_ACCOUNT_ID, 'amazon-de', 'B0CHX1W1XY', '126cdd38-9193-50a0-bbb7-f05bd3acfdae'],
    [shop, 'baumarkt', 'GSR-12V-15', 'b412092c-a18b-5346-a3ca-d8dba4ab4eed'],
    [shop, 'steam', '620', '0eac01b1-448c-57b2-9b5f-dc6c7c8b9e8b'],
    [shop, 'märkte', 'Größe ½ 🍋', 'c444dafe-9d66-521a-8f9a-ac521f304a2c'],
  ])('%s %s %s is one id for ever', (account, source, product, id) => {
    expect(productIdOf(account, source, product)).toBe(id);
  });

  it('names an offer by seller and condition; without both it is the listing itself', () => {
    const product = productIdOf(shop, 'baumarkt', 'GSR-12V-15');
    expect(offerIdOf(product, undefined, undefined)).toBe(product);
    expect(offerIdOf(product, 'Werkzeug Müller', 'new')).toBe('19411729-ac38-5ac8-bcb9-e12a0250494b');
    const offers = [
      offerIdOf(product, 'A', undefined),
      offerIdOf(product, undefined, 'new'),
      offerIdOf(product, 'A', 'new'),
      offerIdOf(product, 'A\nnew', undefined),
      product,
    ];
    expect(new Set(offers).size).toBe(offers.length);
  });

  it('different owners, sources and products never share an id', () => {
    const part = fc.constantFrom('a', 'b', 'ab', 'ba', 'a-b', 'steam', '620', '6', '20');
    fc.assert(
      fc.property(fc.tuple(part, part), fc.tuple(part, part), (one, other) => {
        const same = one[0] === other[0] && one[1] === other[1];
        return same === (productIdOf(shop, ...one) === productIdOf(shop, ...other));
      }),
    );
  });
});

it('a command has one id in its account, and another one in every other', () => {
  expect(commandIdOf(shop, 'order-7')).toBe(commandIdOf(shop, 'order-7'));
  expect(commandIdOf(shop, 'order-7')).not.toBe(commandIdOf(OPERATOR_ACCOUNT_ID, 'order-7'));
  expect(commandIdOf(shop, 'order-7')).not.toBe(productIdOf(shop, '', 'order-7'));
});

describe('partitionOf', () => {
  it.each([1, 2, 4, 7, 64])('spreads ids of every kind evenly over %d partitions', (partitions) => {
    const count = 20_000;
    const kinds = [
      (index: number) => productIdOf(shop, 'steam', String(index)),
      () => newId(),
      () => crypto.randomUUID(),
    ];
    for (const idOf of kinds) {
      const hits = Array.from({ length: partitions }, () => 0);
      for (let index = 0; index < count; index++) hits[partitionOf(idOf(index), partitions)]! += 1;
      const fair = count / partitions;
      // six standard deviations of a fair throw: a spread beyond that is no chance
      const allowed = 6 * Math.sqrt(fair * (1 - 1 / partitions)) + 1e-9;
      for (const hit of hits) expect(Math.abs(hit - fair)).toBeLessThanOrEqual(allowed);
    }
  });

  it('is a number below the count, for every UUID', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 256 }), (id, partitions) => {
        const partition = partitionOf(id, partitions);
        return Number.isInteger(partition) && partition >= 0 && partition < partitions;
      }),
    );
  });
});

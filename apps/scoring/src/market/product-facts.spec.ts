import { productIdOf } from '@souk/contracts';
import { nameKey, newestFacts } from './product-facts.ts';

const accountId = '0190a000-0000-7000-8000-000000000001';
const news = (changedAt: string, title: string, product = 'one') => ({
  accountId,
  data: {
    products: [
      {
        productId: productIdOf(accountId, 'shop', product),
        source: 'shop',
        product,
        facts: { title },
        changedAt,
      },
    ],
  },
});

describe('facts of a batch', () => {
  it('are the newest of each listing, whatever the order of the messages', () => {
    const found = newestFacts([
      news('2026-01-02T00:00:00.000Z', 'newer'),
      news('2026-01-01T00:00:00.000Z', 'older'),
      news('2026-01-01T00:00:00.000Z', 'other', 'two'),
    ]);
    expect(found.map(({ product, title }) => `${product} ${title}`)).toEqual(['one newer', 'two other']);
  });
});

describe('a name', () => {
  it.each([
    ['  Home &  Garden', 'home & garden'],
    ['ＳＯＮＹ', 'sony'],
    ['ÉLECTRONIQUE', 'électronique'],
  ])('%j is compared as %j', (name, key) => expect(nameKey(name)).toBe(key));
});

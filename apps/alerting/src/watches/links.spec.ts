import { productOfLink, readLink } from './links.ts';
import { scopeOf, scopesOf } from './scopes.ts';
import { hasWords, wordsOf } from './words.ts';

it.each([
  ['https://www.amazon.in/Some-Thing/dp/B0CHX1W1XY/ref=sr_1?tag=x', 'amazon-in', 'B0CHX1W1XY'],
  ['https://amazon.de/gp/product/0306406152', 'amazon-de', '0306406152'],
  ['https://www.amazon.co.jp/d/b0chx1w1xy', 'nippon', 'B0CHX1W1XY'],
  ['https://shop.example/kettle?utm_source=mail&id=7#top', 'pages', 'https://shop.example/kettle?id=7'],
])('%s is a product of a source', (link, source, product) => {
  const sources = [
    // Sources are known by what they say of themselves, not by their names.
    { source: 'keepa-jp', adapter: 'keepa', marketplace: 'JP', abilities: ['lookup' as const], order: 2 },
    { source: 'nippon', adapter: 'amazon', marketplace: 'JP', abilities: ['lookup' as const], order: 1 },
    { source: 'amazon-co', adapter: 'feed', marketplace: 'DE', abilities: ['catalogue' as const] },
    { source: 'pages', adapter: 'page' },
  ];
  expect(productOfLink(readLink(link), sources)).toEqual({ source, product });
});

it.each(['https://shop.example/kettle', `https://www.amazon.in/gp/cart`])(
  '%s is none without a source of pages',
  (link) => {
    expect(productOfLink(readLink(link), [])).toBeNull();
  },
);

it('a title has the words of a search in any order, case and script, whole words only', () => {
  expect(hasWords('MSI GeForce RTX-5070 Ventus', wordsOf('rtx 5070'))).toBe(true);
  expect(hasWords('Café Crème 500g', wordsOf('CREME cafe'))).toBe(true);
  expect(hasWords('RTX 50700', wordsOf('rtx 5070'))).toBe(false);
  expect(hasWords('चाय मसाला', wordsOf('मसाला'))).toBe(true);
  expect(wordsOf('?!')).toEqual([]);
});

it('a listing is in the scopes that watches on it have, whatever their case', () => {
  const scopes = scopesOf('shop', 'red-m', { category: ['Fashion', 'Shirts'], variantOf: 'shirt' });
  expect(scopes).toContain(scopeOf({ kind: 'category', category: ' shirts ' }));
  expect(scopes).toContain(scopeOf({ kind: 'category', category: 'Fashion', source: 'shop' }));
  expect(scopes).toContain(scopeOf({ kind: 'variants', source: 'shop', product: 'shirt', attributes: {} }));
  expect(scopes).not.toContain(scopeOf({ kind: 'category', category: 'Shirts', source: 'other' }));
});

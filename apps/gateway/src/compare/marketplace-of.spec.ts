import { marketplaceOf, sourceIn } from './marketplace-of.ts';

const lookup = ['lookup' as const];
const sources = [
  { source: 'books', marketplace: 'DE', abilities: lookup, order: 2 },
  { source: 'buecher', marketplace: 'DE', abilities: lookup, order: 1 },
  { source: 'german-feed', marketplace: 'DE', abilities: ['catalogue' as const], order: 0 },
  { source: 'amazon-us', abilities: lookup, order: 0 },
];

it.each([
  ['books', {}, 'DE'],
  ['books', { url: 'https://www.amazon.in/dp/B0CHX1W1XY' }, 'IN'],
  ['keepa-in', {}, 'IN'],
  ['amazon-xx', {}, undefined],
  ['amazon-us', {}, undefined],
  ['shop', { url: 'https://shop.example/x' }, undefined],
])('a listing of %s with %j is sold in %s', (source, facts, country) => {
  expect(marketplaceOf({ source, facts }, sources)).toBe(country);
});

it('the source of a marketplace is the first that looks products up, whatever its name; else by name', () => {
  expect(['DE', 'US', 'IN'].map((country) => sourceIn(country, sources))).toEqual([
    'buecher',
    'amazon-us',
    'amazon-in',
  ]);
});

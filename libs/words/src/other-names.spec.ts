import { otherNames } from './index.ts';

it.each([
  ['speakers', 'speaker'],
  ['gaming laptops', 'gaming laptop'],
  ['kopfhörer', 'headphones'],
  ['bluetooth kopfhörer', 'bluetooth headphones'],
  ['headphones', 'kopfhörer'],
  ['mesin cuci samsung', 'washing machine samsung'],
  ['kettles', 'wasserkocher'],
])('"%s" may be called "%s" as well', (product, other) => {
  expect(otherNames(product)).toContain(other);
});

it.each([['ps5'], ['aurora'], ['asus'], ['iphone 15'], ['soundbar'], ['gaming mouse pad']])(
  'for "%s" nothing else is looked for than the same thing',
  (product) => {
    const heads = otherNames(product).join(' ');
    expect(heads).not.toMatch(/speaker|asu(?!s)|laptop|phone/u);
  },
);

it('few names are tried', () => {
  for (const name of ['phones', 'shoes', 'a b c d e f g']) expect(otherNames(name).length).toBeLessThan(7);
});

import { productPages } from './product-pages.ts';

const changed = (count: number, titleLength: number) =>
  new Map(
    Array.from({ length: count }, (_, index) => [
      `id ${index}`,
      { product: `${index}`, facts: { title: 'x'.repeat(titleLength) } },
    ]),
  );
const pages = (count: number, titleLength: number) => [
  ...productPages(changed(count, titleLength), 'steam', '2026-03-01T00:00:00.000Z'),
];

describe('pages of changed products', () => {
  it('hold a hundred products at most, in order, and none twice', () => {
    const all = pages(250, 10);
    expect(all.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(all.flat().map((product) => product.productId)).toEqual([...changed(250, 10).keys()]);
  });

  it('hold fewer when they are large, so that an event fits the bus', () => {
    const all = pages(50, 30_000);
    expect(all.flat()).toHaveLength(50);
    for (const page of all) expect(JSON.stringify(page).length).toBeLessThan(250_000);
  });

  it('are none when nothing changed', () => {
    expect(pages(0, 0)).toEqual([]);
  });
});

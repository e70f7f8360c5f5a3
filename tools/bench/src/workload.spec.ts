import { OPERATOR_ACCOUNT_ID, partitionOf, productIdOf } from '@souk/contracts';
import { HIGHEST_THRESHOLD, linesOf, makeProducts, PER_MESSAGE, PER_POST } from './workload.ts';

const products = makeProducts('bench', 1_000);

it('a post has one message of each partition', () => {
  expect(products.map(({ length }) => length)).toEqual([250, 250, 250, 250]);
  for (const [partition, names] of products.entries()) {
    for (const name of names) {
      expect(partitionOf(productIdOf(OPERATOR_ACCOUNT_ID, 'bench', name), 4)).toBe(partition);
    }
  }
});

it('raises an alert with one price in a hundred, each of them a crossing', () => {
  const last = new Map<string, number>();
  let crossings = 0;
  let alerts = 0;
  for (let post = 0; post < 105; post += 1) {
    const lines = products.flatMap((names, partition) => linesOf(names, partition, post, 0));
    expect(new Set(lines.map(({ product }) => product)).size).toBe(PER_POST);
    for (const { product, price, isAlert } of lines) {
      const isBelow = Number(price) < HIGHEST_THRESHOLD;
      if (isBelow && (last.get(product) ?? 0) >= HIGHEST_THRESHOLD) crossings += 1;
      if (isAlert) alerts += 1;
      last.set(product, Number(price));
    }
  }
  expect(alerts).toBe((100 * PER_POST) / 100); // none in the first round of five posts
  expect(crossings).toBe(alerts);
});

it('the closing post raises one in every partition', () => {
  const closing = products.map((names, partition) => linesOf(names, partition, 9, 0, true));
  expect(closing.map((lines) => lines.filter(({ isAlert }) => isAlert).length)).toEqual([1, 1, 1, 1]);
  expect(closing[0]).toHaveLength(PER_MESSAGE);
});

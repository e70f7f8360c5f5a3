import { zipf } from './zipf.ts';

it('the second is drawn half as often as the first, the tenth a tenth as often, and nothing beyond the last', () => {
  const draw = zipf(1_000);
  const counts = new Map<number, number>();
  for (let drawn = 0; drawn < 200_000; drawn += 1) {
    const rank = draw();
    counts.set(rank, (counts.get(rank) ?? 0) + 1);
  }
  const first = counts.get(0)!;
  expect(counts.get(1)! / first).toBeCloseTo(1 / 2, 1);
  expect(counts.get(9)! / first).toBeCloseTo(1 / 10, 1);
  expect(Math.max(...counts.keys())).toBeLessThan(1_000);
});

import { freshnessOfMany } from './freshness-of-many.ts';

const every = (minutes: number) => ({
  intervalMs: minutes * 60_000,
  sentence: `checked about every ${minutes} min`,
});
const posted = { intervalMs: null, sentence: 'not looked up' };

it.each([
  [[], null, /^none of its listings is looked up/],
  [[posted], null, /^none of its listings is looked up/],
  [[every(5), posted], 300_000, /^one listing is looked up for it, checked about every 5 min; others/],
  [[every(5), every(40), posted], 2_400_000, /^2 listings are looked up for it, checked about every 40 min/],
  [Array.from({ length: 50 }, () => every(3)), 180_000, /^its 50 newest listings are looked up/],
])('a watch on many says what is looked up for it, by the slowest', (planned, intervalMs, sentence) => {
  expect(freshnessOfMany(planned)).toEqual({ intervalMs, sentence: expect.stringMatching(sentence) });
});

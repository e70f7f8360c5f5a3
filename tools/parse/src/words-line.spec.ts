import { wordsLine } from './words-line.ts';

it('a sentence is one line with exactly its nine members', () => {
  expect(wordsLine('ps5 unter 400 euro')).toBe(
    '{"intent":"search","product":"ps5","category":"console","features":[],' +
      '"minPrice":null,"maxPrice":400,"currency":"EUR","condition":null,"confidence":0.9}',
  );
});

it('a line of ten thousand characters is one line too', () => {
  const line = wordsLine(`laptop under 500 ${'and so on '.repeat(1_000)}`);
  expect(JSON.parse(line)).toMatchObject({ intent: 'search', maxPrice: 500 });
  expect(line).not.toContain('\n');
});

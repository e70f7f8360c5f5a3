import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWords } from '../src/index.ts';

interface Labelled {
  text: string;
  intent: string;
  minPrice: number | null;
  maxPrice: number | null;
  currency: string | null;
  condition: string | null;
  category?: string;
}

const read = (name: string): Labelled[] =>
  readFileSync(join(import.meta.dirname, `${name}.ndjson`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Labelled);

/** The sentences that were read otherwise than people labelled them. */
function wrong(
  rows: readonly Labelled[],
  isRight: (row: Labelled, found: ReturnType<typeof parseWords>) => boolean,
) {
  return rows.filter((row) => !isRight(row, parseWords(row.text))).map(({ text }) => text);
}

describe.each([
  // The set that the rules were written with, one that was written before them, and two later ones of other phrasings.
  { name: 'sentences', atLeast: 400, intentShare: 0.99, budgetShare: 0.99 },
  { name: 'holdout', atLeast: 100, intentShare: 0.95, budgetShare: 0.98 },
  { name: 'holdout-later', atLeast: 70, intentShare: 0.95, budgetShare: 0.98 },
  { name: 'holdout-last', atLeast: 60, intentShare: 0.95, budgetShare: 0.98 },
  { name: 'other-voices', atLeast: 200, intentShare: 0.97, budgetShare: 0.98 },
  { name: 'others-later', atLeast: 100, intentShare: 0.97, budgetShare: 0.98 },
  { name: 'reviewed', atLeast: 1_000, intentShare: 0.98, budgetShare: 0.99 },
  { name: 'reviewed-last', atLeast: 200, intentShare: 0.98, budgetShare: 0.98 },
  { name: 'others-last', atLeast: 100, intentShare: 0.97, budgetShare: 0.98 },
])('the labelled set "$name"', ({ name, atLeast, intentShare, budgetShare }) => {
  const rows = read(name);
  const mayBeWrong = (share: number) => Math.floor(rows.length * (1 - share) + 1e-9);

  it('is large enough', () => expect(rows.length).toBeGreaterThanOrEqual(atLeast));

  it('has its intents understood', () => {
    const found = wrong(rows, (row, { intent }) => intent === row.intent);
    expect(found.slice(mayBeWrong(intentShare))).toEqual([]);
  });

  it('has its budgets understood', () => {
    const found = wrong(
      rows,
      (row, { minPrice, maxPrice, currency }) =>
        minPrice === row.minPrice && maxPrice === row.maxPrice && currency === row.currency,
    );
    expect(found.slice(mayBeWrong(budgetShare))).toEqual([]);
  });

  it('has its conditions and categories understood', () => {
    const found = wrong(
      rows,
      (row, { condition, category }) =>
        condition === row.condition && (row.category === undefined || category === row.category),
    );
    expect(found.slice(mayBeWrong(0.98))).toEqual([]);
  });
});

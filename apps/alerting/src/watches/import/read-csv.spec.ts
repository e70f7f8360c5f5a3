import { readWatchCsv } from './read-csv.ts';
import { readWatchJson } from './read-others.ts';

describe('watches of a CSV', () => {
  it('are on a whole source only when that is said: an empty cell is refused', () => {
    const file = readWatchCsv('source,product,priceBelow\nshop,*,5\nshop,,5\nshop,lamp,5\n');
    expect(file.drafts.map(({ line, draft }) => [line, draft.source, draft.product])).toEqual([
      [2, 'shop', undefined],
      [4, undefined, { source: 'shop', product: 'lamp' }],
    ]);
    expect(file.problems).toMatchObject([{ line: 3, field: 'product' }]);
  });

  it('are on what a query or a category of a source finds', () => {
    const file = readWatchCsv('source,query,category,allTimeLow\nshop,red lamp,,yes\nshop,,Lamps,yes\n');
    expect(file.problems).toEqual([]);
    expect(file.drafts.map(({ draft }) => draft.query ?? draft.category)).toEqual([
      { text: 'red lamp', source: 'shop' },
      { name: 'Lamps', source: 'shop' },
    ]);
  });
});

describe('watches of a JSON list', () => {
  it('may write amounts as numbers, at any level, as requests may', () => {
    const when = { all: [{ priceBelow: 9.5 }, { any: [{ dropAmount: 2 }, { dropPercent: 10 }] }] };
    const file = readWatchJson(JSON.stringify([{ product: { source: 'shop', product: 'lamp' }, when }]));
    expect(file.problems).toEqual([]);
    expect(file.drafts[0]!.draft.when).toEqual({
      all: [{ priceBelow: '9.5' }, { any: [{ dropAmount: '2' }, { dropPercent: 10 }] }],
    });
  });

  it('with text that no database keeps are refused by line', () => {
    const watch = (name: string) =>
      `{"product":{"source":"shop","product":"lamp"},"name":"${name}","when":{"allTimeLow":true}}`;
    const file = readWatchJson(`[${['fine', '\\\\u0000', '\\u0000', '\\ud800'].map(watch).join(',')}]`);
    expect(file.drafts.map(({ line }) => line)).toEqual([1, 2]);
    expect(file.problems).toMatchObject([{ line: 3 }, { line: 4 }]);
  });

  it('that nest without end are refused, not followed', () => {
    const depth = 100_000;
    const file = readWatchJson(`[{"when":${'{"all":['.repeat(depth)}${']}'.repeat(depth)}}]`);
    expect(file.drafts).toEqual([]);
    expect(file.problems.length).toBeGreaterThan(0);
  });
});

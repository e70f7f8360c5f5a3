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

  it('are read as spreadsheets of other countries write them', () => {
    const file = readWatchCsv('\uFEFFSource;Product;Price Below;allTimeLow\r\nshop;lamp, red;5.50;\r\n');
    expect(file.problems).toEqual([]);
    expect(file.drafts[0]!.draft).toMatchObject({
      product: { source: 'shop', product: 'lamp, red' },
      when: { priceBelow: '5.50' },
    });
    expect(readWatchCsv('source\tproduct\tallTimeLow\nshop\tlamp\tyes\n').drafts).toHaveLength(1);
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

describe('watches of a CSV that say too much', () => {
  const problemsOf = (text: string) => {
    const { drafts, problems } = readWatchCsv(text);
    return [drafts.map(({ line }) => line), problems.map(({ line, field }) => [line, field])];
  };

  it('are refused line by line, and the others are made', () => {
    const columns = 'source,product,query,url,variants,when,priceBelow';
    const lines = [
      'shop,lamp,red lamp,,,,5',
      'shop,lamp,,,,,5',
      'shop,lamp,,,,"{""allTimeLow"":true}",5',
      'shop,*,red lamp,,,,5',
      'shop,,,https://shop.example/lamp,,,5',
      'shop,lamp,,,,,5,"what is this"',
      'shop,lamp,,,"{""size"":""M""}",,5',
      'shop,lamp,,,,nonsense,',
      ',lamp,,,,,5,,',
    ];
    expect(problemsOf([columns, ...lines].join('\n'))).toEqual([
      [3, 8],
      [
        [2, 'product'],
        [4, 'priceBelow'],
        [5, 'product'],
        [6, 'product'],
        [7, 'line'],
        [9, 'when'],
        [10, 'product.source'],
      ],
    ]);
  });

  it('have no column that nobody reads, and none twice', () => {
    expect(problemsOf('source,product,prizeBelow\nshop,lamp,5\n')).toEqual([[], [[1, 'prizeBelow']]]);
    expect(problemsOf('source,product,product\nshop,lamp,5\n')).toEqual([[], [[1, 'product']]]);
    expect(problemsOf('"source\n')).toEqual([[], [[1, 'content']]]);
  });
});

describe('watches of a JSON list', () => {
  it('may say nothing that a request for one may not, and are told alike', () => {
    const product = { source: 'shop', product: 'lamp' };
    const good = { product, when: { priceBelow: 5 } };
    const file = readWatchJson(
      JSON.stringify([{ ...good, prise: 5 }, good, { ...good, query: { text: 'lamp' } }, 'lamp']),
    );
    expect(file.drafts.map(({ line }) => line)).toEqual([2]);
    expect(file.problems).toEqual([
      { line: 1, field: 'prise', problem: 'is not known here' },
      { line: 3, field: 'product', problem: expect.stringMatching(/^give one of product, productId, url/) },
      { line: 4, field: 'line', problem: 'must be an object' },
    ]);
  });

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

import { readCsvLines, readJsonLines } from './read-lines.ts';

const csv = (text: string, place = {}) => readCsvLines(text, place);

describe('a table of identifiers', () => {
  it.each([
    ['commas', 'asin,marketplace\nB012345678,IN\n'],
    ['semicolons', 'ASIN;Marketplace\r\nB012345678;IN\r\n'],
    ['tabs', 'asin\tmarketplace\nB012345678\tIN'],
    ['a byte order mark', '\uFEFFasin,marketplace\nB012345678,IN\n'],
    ['quotes', '"asin","marketplace"\n"B012345678","IN"\n'],
    ['blanks and further columns', ' asin , note , Country \n B012345678 , "a, b" , IN \n'],
  ])('is read with %s', (_name, text) => {
    expect(csv(text)).toEqual([{ line: 2, product: 'B012345678', marketplace: 'IN' }]);
  });

  it('tells each row by its line, across empty lines and line breaks in quotes', () => {
    const text = 'product,note,source\na,"one\ntwo",x\n\nb,,y\n,,\nc,"q""q",z\n';
    expect(csv(text).map(({ line, product, source }) => [line, product, source])).toEqual([
      [2, 'a', 'x'],
      [5, 'b', 'y'],
      [7, 'c', 'z'],
    ]);
  });

  it('of one column needs no header', () => {
    expect(csv('B012345678\nB087654321\n', { source: 'shop' })).toEqual([
      { line: 1, product: 'B012345678', source: 'shop' },
      { line: 2, product: 'B087654321', source: 'shop' },
    ]);
  });

  it('takes the place of a row before the one that is given for all', () => {
    expect(csv('asin,source\na,own\nb,\n', { source: 'all' }).map(({ source }) => source)).toEqual([
      'own',
      'all',
    ]);
  });

  it('keeps FNSKUs apart from products', () => {
    expect(csv('asin,fnsku\nB012345678,X001ABCDEF\n,X001ABCDEF\n', { marketplace: 'IN' })).toEqual([
      { line: 2, product: 'B012345678', marketplace: 'IN' },
      { line: 3, product: 'X001ABCDEF', marketplace: 'IN', isFnsku: true },
    ]);
  });

  it('keeps a row without an identifier, to be told as wrong', () => {
    expect(csv('asin,source\n,x\n')).toEqual([{ line: 2, product: '', source: 'x' }]);
  });

  it.each([
    ['nothing', '', 'invalid', /no identifier/],
    ['a header alone', 'asin,source\n', 'invalid', /no identifier/],
    ['columns that nobody knows', 'a,b\n1,2\n', 'invalid', /header must name/],
    ['a quote that never ends', 'asin\n"B012\n', 'malformed-body', /no CSV/],
    ['10,001 lines', `asin\n${'x\n'.repeat(10_001)}`, 'too-large', /at most 10000 identifiers, not 10001/],
    ['a code without an end', `asin\n${'x'.repeat(201)}\n`, 'invalid', /Line 2 is too long/],
    ['a NUL', 'asin\na\0b\n', 'invalid', /Line 2 holds a NUL/],
    [
      'more than a message holds',
      `asin,source\n${`${'ж'.repeat(190)},s\n`.repeat(5_000)}`,
      'too-large',
      /two jobs/,
    ],
  ])('with %s is refused with what is wrong', (_name, text, code, detail) => {
    let refused: unknown;
    try {
      csv(text);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code, message: expect.stringMatching(detail) });
  });

  it('of 10,000 lines is taken', () => {
    expect(csv(`asin\n${'x\n'.repeat(10_000)}`)).toHaveLength(10_000);
  });
});

describe('a list of identifiers', () => {
  it.each<[string, unknown]>([
    ['codes with one source', { source: 'shop', products: ['730', 440] }],
    ['objects with one source', { source: 'shop', products: [{ product: '730' }, { asin: 440 }] }],
    [
      'objects with sources',
      [
        { source: 'shop', product: '730' },
        { source: 'shop', identifier: '440' },
      ],
    ],
  ])('may be %s', (_name, body) => {
    expect(readJsonLines(JSON.stringify(body), {})).toEqual([
      { line: 1, source: 'shop', product: '730' },
      { line: 2, source: 'shop', product: '440' },
    ]);
  });

  it.each<[string, string, string]>([
    ['no list', '{"source":"x"}', 'invalid'],
    ['an unknown field', '[{"produkt":"x"}]', 'invalid'],
    ['broken JSON', '[{', 'malformed-body'],
    ['an empty list', '[]', 'invalid'],
  ])('of %s is refused', (_name, body, code) => {
    expect(() => readJsonLines(body, {})).toThrow(expect.objectContaining({ code }));
  });
});

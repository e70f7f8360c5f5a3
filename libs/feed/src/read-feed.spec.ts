import { gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { FeedLayout, FeedMapping } from './feed-settings.ts';
import { openFeed, readFeed } from './read-feed.ts';
import type { FeedItem } from './read-row.ts';

const now = new Date('2026-03-10T12:00:00Z');
const columns = { product: 'sku', title: 'name', price: 'price' };
const csv = 'sku,name,price\na1,Kettle,14.99\na2,Toaster,24.50\n';

async function read(
  content: string | Uint8Array,
  mapping: object = {},
  options: { layout?: object; step?: number; maxBytes?: number } = {},
): Promise<FeedItem[]> {
  const bytes = Buffer.from(content as string);
  const step = options.step ?? 65_536;
  const feed = await openFeed(
    (async function* () {
      for (let start = 0; start < bytes.length; start += step) yield bytes.subarray(start, start + step);
    })(),
    FeedLayout.parse(options.layout ?? {}),
    { maxBytes: options.maxBytes ?? 1_000_000 },
  );
  return Array.fromAsync(
    readFeed(feed, FeedMapping.parse({ columns, defaultCurrency: 'EUR', ...mapping }), { now }),
  );
}

const posted = async (...args: Parameters<typeof read>) =>
  (await read(...args)).map((item) => item.problem ?? item.posted);

describe('a feed', () => {
  it('gives each row as an observation with its line', async () => {
    expect(await read(csv)).toEqual([
      {
        line: 2,
        raw: { product: 'a1', title: 'Kettle', price: '14.99' },
        posted: { product: 'a1', title: 'Kettle', price: '14.99', currency: 'EUR' },
      },
      expect.objectContaining({ line: 3 }),
    ]);
  });

  it.each([
    ['semicolons', csv.replaceAll(',', ';')],
    ['tabs', csv.replaceAll(',', '\t')],
    ['bars', csv.replaceAll(',', '|')],
    ['lines that end in CRLF', csv.replaceAll('\n', '\r\n')],
    ['blank lines between', csv.replaceAll('\n', '\n\n')],
    ['no last line break', csv.trimEnd()],
    ['a byte order mark', `\uFEFF${csv}`],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${csv}`, 'utf16le')],
    ['UTF-16 without one', Buffer.from(csv, 'utf16le')],
    ['gzip', gzipSync(csv)],
    ['Zstandard', zstdCompressSync(csv)],
    ['zip', zipSync({ 'README.md': Buffer.from('no feed'), 'feed.csv': Buffer.from(csv) })],
    ['NDJSON', '{"sku":"a1","name":"Kettle","price":"14.99"}\n{"sku":"a2","name":"Toaster","price":24.50}\n'],
    ['JSON', '[{"sku":"a1","name":"Kettle","price":14.99},\n{"sku":"a2","name":"Toaster","price":24.50}]'],
    [
      'an inner list',
      '{"shop":{"a":[1,"]"]},"items":[{"sku":"a1","name":"Kettle","price":14.99},{"sku":"a2","name":"Toaster","price":24.50}]}',
    ],
  ])('is read whatever its form: %s', async (_form, content) => {
    const expected = [
      { product: 'a1', title: 'Kettle', price: '14.99', currency: 'EUR' },
      { product: 'a2', title: 'Toaster', price: '24.50', currency: 'EUR' },
    ];
    expect(await posted(content)).toEqual(expected);
    // One byte at a time: nothing depends on where chunks end.
    expect(await posted(content, {}, { step: 1 })).toEqual(expected);
  });

  it('keeps letters of UTF-8 and of Windows-1252, also when the first comes late', async () => {
    const late = `${csv}${'b1,Plain,1.00\n'.repeat(6_000)}`;
    const utf8 = await read(`${late}a3,Käse – 5 €,1.00\n`);
    const windows = await read(
      Buffer.concat([Buffer.from(late), Buffer.from('a3,K\xe4se \x80,1.00\n', 'latin1')]),
    );
    expect(utf8.at(-1)!.posted.title).toBe('Käse – 5 €');
    expect(windows.at(-1)!.posted.title).toBe('Käse €');
  });

  it('takes delimiters, quotes and line breaks in quoted cells for text, and counts lines as an editor does', async () => {
    const items = await read('sku,name,price\na1,"Kettle, 2"" lid\nsteel",1.00\na2,Toaster,2.00\n');
    expect(items.map(({ line, posted: { title } }) => [line, title])).toEqual([
      [2, 'Kettle, 2" lid\nsteel'],
      [4, 'Toaster'],
    ]);
  });

  it('names line and field of a row that cannot be read, and goes on after it', async () => {
    const rows = [
      'a1,Kettle,call us',
      ',Nameless,3.00',
      'a2,Cut, in two,4.00',
      'a3,Short',
      'a4,Good,5.00',
      ',Picture,',
    ];
    const items = await read(`sku,name,price\n${rows.join('\n')}`);
    expect(items.map(({ line, posted: { product }, problem }) => [line, product, problem?.field])).toEqual([
      [2, 'a1', 'price'],
      [3, '', 'product'],
      [4, 'a2', ''],
      [5, 'a3', 'price'],
      [6, 'a4', undefined],
    ]);
    expect(items[0]!.problem!.problem).toBe('contains no number: "call us"');
    expect(items[2]!.problem!.problem).toMatch(/has 4 cells where there are 3 columns/);
  });

  it('ends at a quote that is never closed, and says at which line', async () => {
    const items = await read(`${csv}a3,"Lamp,1.00\na4,Fan,2.00\n`);
    expect(items.map(({ line, problem }) => [line, problem?.problem])).toEqual([
      [2, undefined],
      [3, undefined],
      [4, 'opens a quote that is not closed; what follows cannot be read'],
    ]);
  });

  it('is refused when columns are gone, with what they may be called now', async () => {
    await expect(read('sku,name,Preis,stock\na1,Kettle,1.00,5')).rejects.toThrow(
      'its columns changed: the column "price" (price) is not there, perhaps it is "Preis" now. It has sku, name, Preis, stock',
    );
    await expect(read('a1,Kettle,1.00\na2,Toaster,2.00')).rejects.toThrow(/holds no column names any more/);
    await expect(read(csv, { columns: { product: 1, price: 9 } })).rejects.toThrow(
      /the column 9 \(price\) is not there/,
    );
  });

  it('may have its columns in another order and its names in other case', async () => {
    expect(await posted('PRICE,extra,Sku ,name\n14.99,x,a1,Kettle\n')).toEqual([
      { product: 'a1', title: 'Kettle', price: '14.99', currency: 'EUR' },
    ]);
  });

  it.each([
    ['', /it is empty/],
    ['<!DOCTYPE html><p>Log in', /HTML or XML/],
    ['{"items":[]}', /no list of objects/],
    ['[{"sku":"a1"},{"sku":', /cut off/],
    [gzipSync(csv).subarray(0, 30), /gzip compression is broken or cut off/],
    [zipSync({ 'a.pdf': Buffer.from('x') }), /holds no CSV, TSV or JSON file, only a.pdf/],
    [zipSync({ 'a.csv': Buffer.from(csv) }).subarray(0, 60), /archive is broken|cut off/],
    [gzipSync(Buffer.alloc(5_000_000, 'a')), /larger than the 1000000 bytes/],
    [zipSync({ 'a.csv': Buffer.alloc(5_000_000, 'a') }), /larger than the 1000000 bytes/],
  ])('that is none is refused with the reason: %#', async (content, reason) => {
    await expect(read(content)).rejects.toThrow(reason);
  });

  it('is never read far ahead of what is taken from it, however long it is', async () => {
    const [rows, rowBytes] = [4_000, 1_010];
    const row = Buffer.from(`a1,${'x'.repeat(1_000)},1.00\n`);
    let [given, taken, farthest] = [0, 0, 0];
    async function* long() {
      yield Buffer.from('sku,name,price\n');
      for (; given < rows; given += 1) yield row;
    }
    const feed = await openFeed(long(), {}, { maxBytes: 200_000_000 });
    const mapping = FeedMapping.parse({ columns, defaultCurrency: 'EUR' });
    for await (const item of readFeed(feed, mapping, { now })) {
      taken += item.problem ? 0 : 1;
      farthest = Math.max(farthest, given - taken);
    }
    expect(taken).toBe(rows);
    expect(farthest * rowBytes).toBeLessThan(500_000);
  });
});

describe('a row', () => {
  const one = async (row: Record<string, unknown>, mapping: object = {}) => {
    const names = Object.fromEntries(Object.keys(row).map((name) => [name, name]));
    const [item] = await posted(
      `${JSON.stringify(row)}\n`,
      { columns: names, ...mapping },
      { layout: { format: 'ndjson' } },
    );
    return item as Record<string, unknown>;
  };

  it.each([
    [{ price: '1.234,56 €' }, {}, { price: '1234.56', currency: 'EUR' }],
    [{ price: 'Rp 1.299.000' }, {}, { price: '1299000', currency: 'IDR' }],
    [{ price: '14.99', currency: 'USD' }, {}, { price: '14.99', currency: 'USD' }],
    [{ price: '1.299' }, { decimalSeparator: ',' }, { price: '1299' }],
    [{ price: '1.299' }, { decimalSeparator: '.' }, { price: '1.299' }],
    [{ price: '20.00 EUR', salePrice: '15.00 EUR' }, {}, { price: '15.00', listPrice: '20.00' }],
    [{ price: '20', listPrice: '20.01' }, {}, { listPrice: '20.01' }],
    [{ price: '20', shipping: 'DE::Standard:4.90 EUR' }, {}, { shipping: '4.90' }],
    [{ price: '20', category: 'Home > Kitchen>Kettles' }, {}, { category: ['Home', 'Kitchen', 'Kettles'] }],
    [{ price: '20', availability: 'Auf Lager' }, {}, { availability: 'in_stock' }],
    [{ price: '20', availability: 'stok habis' }, {}, { availability: 'out_of_stock' }],
    [{ price: '20', availability: 'http://schema.org/PreOrder' }, {}, { availability: 'preorder' }],
    [{ price: '20', availability: '-3' }, {}, { availability: 'out_of_stock' }],
    [
      { price: '20', availability: 'ab Werk' },
      { availability: { 'ab werk': 'limited' } },
      { availability: 'limited' },
    ],
    [{ price: '20', observedAt: '2026-03-09 08:30' }, {}, { observedAt: '2026-03-09T08:30:00.000Z' }],
    [
      { price: '20', observedAt: '9.3.2026' },
      { dateFormat: 'dd.MM.yyyy' },
      { observedAt: '2026-03-09T00:00:00.000Z' },
    ],
    [
      { price: '20', observedAt: '1772000000' },
      { dateFormat: 'unix' },
      { observedAt: '2026-02-25T06:13:20.000Z' },
    ],
    [{ price: '20', gtin: "'4006381-333931" }, {}, { gtin: '4006381333931' }],
    [
      { price: '20', image: 'https://x.example/1.jpg, https://x.example/2.jpg' },
      {},
      { image: 'https://x.example/1.jpg' },
    ],
    [{ price: '20', condition: 'Gebraucht', rating: '4,5' }, {}, { condition: 'used', rating: 4.5 }],
  ])('%j with %j', async (row, mapping, expected) => {
    expect(await one({ product: 'a', ...row }, mapping)).toMatchObject(expected);
  });

  it('has its sale price only while the sale lasts', async () => {
    const row = { product: 'a', price: '20', salePrice: '15' };
    const during = { ...row, saleDates: '2026-03-01T00:00+0100/2026-03-31T00:00+0100' };
    const after = { ...row, saleDates: '2026-01-01T00:00Z/2026-01-31T00:00Z' };
    expect([await one(during), await one(after)]).toMatchObject([{ price: '15' }, { price: '20' }]);
    expect((await one(after)).listPrice).toBeUndefined();
  });

  it.each([
    [{ price: '5' }, { defaultCurrency: undefined }, 'currency', /set defaultCurrency/],
    [{ price: '-5 €' }, {}, 'price', /is negative/],
    [{ price: 'Kettle 20' }, {}, 'price', /is no price: "Kettle 20"/],
    [{ price: 'a1' }, {}, 'price', /is no price/],
    [{ price: '5', availability: 'maybe' }, {}, 'availability', /"maybe"; say under `availability`/],
    [{ price: '5', observedAt: '31.02.2026' }, { dateFormat: 'dd.MM.yyyy' }, 'observedAt', /set dateFormat/],
    [{ price: '5', gtin: '4.00638E+12' }, {}, 'gtin', /made a number by a spreadsheet/],
    [{ price: '5 EUR', listPrice: '7 USD' }, {}, 'listPrice', /is in USD, the price in EUR/],
  ])('%j with %j says what is wrong with %s', async (row, mapping, field, problem) => {
    const item = await one({ product: 'a', ...row }, mapping);
    expect(item).toEqual({ field, problem: expect.stringMatching(problem) });
  });

  it('has no list price that is not above its price', async () => {
    expect(Object.keys(await one({ product: 'a', price: '20', listPrice: '20.00' }))).toEqual([
      'product',
      'price',
      'currency',
    ]);
  });

  it('keeps further columns as attributes and variants, constants, and paths into objects', async () => {
    const text = JSON.stringify({ id: 7, offer: { price: 1.1 }, variants: [{ colour: 'red' }], energy: 'A' });
    const [item] = await posted(
      text,
      {
        columns: { product: 'id', price: 'offer.price', currency: { constant: 'USD' } },
        attributes: { energyClass: 'energy' },
        variant: { colour: 'variants.0.colour' },
      },
      { layout: { format: 'ndjson' } },
    );
    expect(item).toEqual({
      product: '7',
      price: '1.1',
      currency: 'USD',
      attributes: { energyClass: 'A' },
      variant: { colour: 'red' },
    });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { keepaMinutes } from '@souk/amazon';
import { keepaRows } from './keepa.ts';
import { paapi5Rows } from './paapi5.ts';
import { readHistory } from './read-history.ts';

const start = keepaMinutes(Date.UTC(2025, 0, 1));
const keepa = (products: unknown, name = 'answer.json') => [
  ...keepaRows({ name, text: JSON.stringify({ products }) }),
];
const series = [start, -1, start + 1, 1299, start + 2, 1199];

describe('a saved answer of Keepa', () => {
  it('gives every point of its series as a row, those without a price as skipped ones', () => {
    const rows = keepa([{ asin: 'B0DEMO0001', domainId: 3, csv: [series] }]);
    expect(rows).toMatchObject([
      {
        at: 'answer.json:1',
        observation: { source: 'keepa-de', product: 'B0DEMO0001', price: '12.99', currency: 'EUR' },
      },
      { observation: { price: '11.99', seller: 'Amazon', observedAt: '2025-01-01T00:02:00.000Z' } },
      { skipped: 'no price' },
    ]);
  });

  it('may be a fragment whose file is named after the product', () => {
    const [row] = keepa([{ csv: [series] }], 'product_0306406152.json');
    expect(row).toMatchObject({
      observation: { source: 'keepa-us', product: '0306406152', currency: 'USD' },
    });
    expect(keepa([{ csv: [series] }])).toMatchObject([{ skipped: 'unreadable row', detail: 'asin' }]);
  });

  it('sets a product of another shape apart and refuses what is no answer', () => {
    const rows = keepa([{ asin: 'B0DEMO0001', domainId: 3, csv: [[1, 2, 3]] }, 7]);
    expect(rows).toMatchObject(
      [{ skipped: 'unreadable row', detail: /series 0/ }, { skipped: 'unreadable row' }].map((row) =>
        'detail' in row ? { ...row, detail: expect.stringMatching(row.detail!) } : row,
      ),
    );
    expect(() => keepa(undefined)).toThrow(/no products/);
  });
});

describe('a recorded answer of the PA-API', () => {
  const offer = { Price: { Amount: 5.5, Currency: 'EUR' }, Condition: { Value: 'New' } };
  const item = {
    ASIN: 'B0DEMO0001',
    DetailPageURL: 'https://www.amazon.de/dp/B0DEMO0001',
    Offers: { Listings: [offer] },
  };
  const recorded = (items: unknown[]) => [
    ...paapi5Rows(
      { name: 'a.json', text: JSON.stringify({ ItemsResult: { Items: items } }) },
      '2020-03-01T00:00:00.000Z',
    ),
  ];

  it('gives its offers with the time that is told, at the marketplace of their address', () => {
    expect(recorded([item])).toMatchObject([
      {
        at: 'a.json:1',
        observation: { source: 'amazon-de', price: '5.5', observedAt: '2020-03-01T00:00:00.000Z' },
      },
    ]);
  });

  it('tells of each item that gives none', () => {
    expect(
      recorded([{ ...item, Offers: undefined }, { ...item, DetailPageURL: 'https://x.example/' }, {}]),
    ).toMatchObject([{ skipped: 'no price' }, { skipped: 'unreadable row' }, { skipped: 'unreadable row' }]);
    expect(() => [...paapi5Rows({ name: 'a.json', text: '{}' }, '2020')]).toThrow(/no answer of the PA-API/);
  });
});

describe('saved answers on disk', () => {
  it('are a file or a folder of them, compressed or not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'souk-test-'));
    try {
      const answer = (asin: string) =>
        JSON.stringify({ products: [{ asin, domainId: 1, csv: [[start, 100]] }] });
      await writeFile(join(folder, 'a.json'), `\uFEFF${answer('B0DEMO0001')}`);
      await writeFile(join(folder, 'b.json.gz'), gzipSync(answer('B0DEMO0002')));
      await writeFile(join(folder, 'notes.txt'), 'no answer');
      const productsAt = async (path: string): Promise<string[]> => {
        const rows = await Array.fromAsync(readHistory(path, 'keepa'));
        return rows.map((row) => ('observation' in row ? row.observation.product : ''));
      };
      expect(await productsAt(folder)).toEqual(['B0DEMO0001', 'B0DEMO0002']);
      expect(await productsAt(join(folder, 'b.json.gz'))).toEqual(['B0DEMO0002']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

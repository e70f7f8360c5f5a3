import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { changedetectionRows } from './changedetection.ts';
import { pricebuddyRows } from './pricebuddy.ts';
import { readHistory } from './read-history.ts';

const id = '6f1c3b52-8d5e-4d8a-9a53-1f0f6f3f2a11';
const url = 'https://shop.example/kettle';
const watch = {
  url,
  title: 'Kettle',
  processor: 'restock_diff',
  last_checked: 1_760_000_300,
  restock: { price: 12.5, currency: 'EUR', in_stock: true, original_price: 14.99 },
};
const files: Record<string, Uint8Array> = {
  'secret.txt': Buffer.from('s3cret'),
  [`${id}/history.txt`]: Buffer.from(
    '1760000000,a.txt\n1760000100,/datastore/b.txt.br\n1760000200,gone.txt\nnoise\n',
  ),
  [`${id}/a.txt`]: Buffer.from('In Stock: True - Price: 14.99'),
  [`${id}/b.txt.br`]: brotliCompressSync(Buffer.from('In Stock: False - Price: 13.0')),
};
const expected = [
  {
    at: `${id}/history.txt:1`,
    observation: {
      source: 'page',
      product: url,
      url,
      title: 'Kettle',
      price: '14.99',
      currency: 'EUR',
      availability: 'in_stock',
      observedAt: '2025-10-09T08:53:20.000Z',
    },
  },
  { observation: { price: '13.0', availability: 'out_of_stock' } },
  { skipped: 'no price', detail: 'its snapshot is not in the backup' },
  { at: id, observation: { price: '12.5', observedAt: '2025-10-09T08:58:20.000Z' } },
];

describe('a backup of changedetection.io', () => {
  it.each([
    [
      'with one index',
      { ...files, 'url-watches.json': Buffer.from(JSON.stringify({ watching: { [id]: watch } })) },
    ],
    [
      'with a file a watch',
      {
        ...files,
        'changedetection.json': Buffer.from('{"settings":{}}'),
        [`${id}/watch.json`]: Buffer.from(JSON.stringify(watch)),
      },
    ],
  ])('%s gives the prices of its snapshots and the last one known, as zip', async (_kind, content) => {
    const folder = await mkdtemp(join(tmpdir(), 'souk-test-'));
    try {
      const path = join(folder, 'changedetection-backup-20251009.zip');
      await writeFile(path, zipSync(content));
      expect(await Array.fromAsync(readHistory(path, 'changedetection'))).toMatchObject(expected);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const rows = (watching: unknown, more: Record<string, Uint8Array> = {}) => [
    ...changedetectionRows(
      new Map([['url-watches.json', Buffer.from(JSON.stringify({ watching }))], ...Object.entries(more)]),
    ),
  ];

  it('tells of every watch and snapshot that gives no price', () => {
    const history = {
      [`${id}/history.txt`]: Buffer.from('1760000000,a.txt'),
      [`${id}/a.txt`]: Buffer.from('News of today'),
    };
    expect(rows({ [id]: { url } }, history)).toMatchObject(
      [{ skipped: 'no price', detail: /was not for prices/ }].map((row) => ({
        ...row,
        detail: expect.stringMatching(row.detail),
      })),
    );
    expect(rows({ [id]: { ...watch, restock: { price: 5 } } })).toMatchObject([
      { skipped: 'unreadable price' },
    ]);
    expect(rows({ [id]: { url: 'file:///etc/passwd' }, b: 7 })).toMatchObject([
      { skipped: 'unreadable row' },
      { skipped: 'unreadable row' },
    ]);
    expect(() => rows({})).toThrow(/no backup of changedetection.io/);
  });
});

describe('an export of PriceBuddy', () => {
  const entry = {
    url,
    store_name: 'Acme',
    currency: 'AUD',
    price: 20,
    history: { '2026-02-02': 18.99, '2026-01-01': 20, '2026-03-03': 0 },
  };
  const rows = (value: unknown) => [
    ...pricebuddyRows({ name: 'p.json', text: typeof value === 'string' ? value : JSON.stringify(value) }),
  ];
  const product = (cache: unknown[]) => ({ id: 1, title: 'Kettle', price_cache: cache });

  it.each([
    ['a page of its API', { data: [product([entry])], links: {} }],
    ['one product', { data: product([entry]) }],
    ['several pages', [{ data: [product([entry])] }]],
  ])('gives the price of each day, oldest first: %s', (_kind, value) => {
    expect(rows(value)).toMatchObject([
      {
        observation: {
          source: 'page',
          product: url,
          price: '20.00',
          currency: 'AUD',
          observedAt: '2026-01-01T00:00:00.000Z',
          shop: { name: 'Acme' },
        },
      },
      { observation: { price: '18.99' } },
      { skipped: 'no price' },
    ]);
  });

  it('gives no price that was never observed', () => {
    const single = { ...entry, history: { '2026-01-01': 20, '2026-01-02': 20 } };
    expect(rows({ data: [product([single])] })).toMatchObject([
      { skipped: 'duplicate', detail: '2026-01-01 was never observed' },
      { observation: { observedAt: '2026-01-02T00:00:00.000Z' } },
    ]);
  });

  it('may be a CSV of its prices with their urls', () => {
    expect(
      rows(
        `created_at,price,url,currency\n2026-01-01 10:30:00,19.989999999999998,${url},eur\nsoon,1,${url},EUR\n2026-01-01,1,${url},\n`,
      ),
    ).toMatchObject([
      {
        at: 'p.json:2',
        observation: { price: '19.99', currency: 'EUR', observedAt: '2026-01-01T10:30:00.000Z' },
      },
      { skipped: 'unreadable date' },
      { skipped: 'unreadable price', detail: 'names no currency' },
    ]);
    expect(() => rows('a,b\n1,2\n')).toThrow(/has no column url, price, created_at, currency/);
  });

  it('that has no prices is refused, a part of another shape is told', () => {
    expect(() => rows({ data: [{ id: 1 }] })).toThrow(/no export of PriceBuddy/);
    expect(rows({ data: [product([{ price: 5 }])] })).toMatchObject([{ skipped: 'unreadable row' }]);
    expect(rows({ data: [product([{ ...entry, history: [] }])] })).toEqual([]);
  });
});

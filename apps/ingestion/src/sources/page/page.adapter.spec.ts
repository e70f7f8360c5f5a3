import { RefusedBySource, type SourceAnswer } from '../adapter.ts';
import { pageAdapter, PageConfig } from './page.adapter.ts';

const address = 'https://shop.example/kettle';
const answer = (body: string, status = 200, type = 'text/html; charset=utf-8'): SourceAnswer => ({
  status,
  headers: new Headers({ 'content-type': type }),
  body,
  url: new URL(address),
  fetchedAt: new Date('2026-06-01T12:00:00Z'),
});
const read = (body: string, config: unknown = {}, status = 200, type?: string) =>
  pageAdapter.lookup!.read(PageConfig.parse(config), [address], answer(body, status, type));
const jsonLd = (offer: object): string =>
  `<script type="application/ld+json">${JSON.stringify({
    '@type': 'Product',
    name: 'Kettle',
    offers: { '@type': 'Offer', ...offer },
  })}</script>`;

describe('a page of any shop as a source', () => {
  it('gives the price of the product that the page describes', () => {
    const { items, missing } = read(jsonLd({ price: 24.9, priceCurrency: 'EUR', availability: 'InStock' }));
    expect(missing).toEqual([]);
    expect(items[0]!.posted).toEqual({
      product: address,
      title: 'Kettle',
      price: '24.9',
      currency: 'EUR',
      availability: 'in_stock',
      url: address,
      observedAt: '2026-06-01T12:00:00.000Z',
    });
  });

  it('reads by the selectors of the operator where the page says nothing in a notation', () => {
    const config = { selectors: { price: '.now', title: 'h1' }, defaultCurrency: 'EUR' };
    const { items } = read('<h1>Kettle</h1><b class="now">1.299,00</b>', config);
    expect(items[0]!.posted).toMatchObject({ title: 'Kettle', price: '1299.00', currency: 'EUR' });
  });

  it('takes a sign that several currencies share for the one of the shop', () => {
    const config = { selectors: { price: '.now' }, defaultCurrency: 'NOK' };
    expect(read('<b class="now">499 kr</b>', config).items[0]!.posted).toMatchObject({ currency: 'NOK' });
    expect(
      read('<b class="now">499 kr</b>', { ...config, defaultCurrency: undefined }).missing[0],
    ).toMatchObject({
      detail: expect.stringMatching(/names no currency/),
    });
  });

  it.each([
    [
      'contradicts itself',
      `${jsonLd({ price: '24.90', priceCurrency: 'EUR' })}<meta property="product:price:amount" content="29.90">`,
      'failed',
      /price is 24.90 \(json-ld\), 29.90 \(open-graph\)/,
    ],
    [
      'has no price',
      '<script type="application/ld+json">{"@type":"Product","name":"Kettle"}</script>',
      'failed',
      /selectors.price/,
    ],
    ['names no currency', jsonLd({ price: '24.90' }), 'failed', /defaultCurrency/],
    ['says nothing', '<h1>Hello</h1>', 'failed', /set `selectors`/],
    ['is an error page', '<h1>Access denied</h1>', 'not-accessible', /keeps machines out/],
    ['is sold out', jsonLd({ availability: 'https://schema.org/SoldOut' }), 'no-offer', /out of stock/],
    [
      'is sold out for nothing',
      jsonLd({ price: 0, priceCurrency: 'EUR', availability: 'SoldOut' }),
      'no-offer',
      /out of stock/,
    ],
    ['is nested without end', '<div>'.repeat(5_000), 'failed', /1000 elements within each other/],
  ] as const)('gives no price and the reason when the page %s', (_what, body, reason, detail) => {
    expect(read(body)).toEqual({
      items: [],
      missing: [{ product: address, reason, detail: expect.stringMatching(detail) }],
    });
  });

  it('tells a page that is gone, a file and a refusal apart', () => {
    expect(read('', {}, 404).missing[0]).toMatchObject({ reason: 'not-found' });
    expect(read('%PDF', {}, 200, 'application/pdf').missing[0]).toMatchObject({ reason: 'failed' });
    expect(() => read('', {}, 503)).toThrow(RefusedBySource);
  });

  it('asks for the address, or for the one that the operator gave the code', () => {
    const config = PageConfig.parse({ products: { kettle: address } });
    for (const product of ['kettle', address, `${address}#reviews`]) {
      expect(pageAdapter.checkProduct!(config, product)).toBeNull();
      expect(pageAdapter.lookup!.request(config, [product])).toMatchObject({
        url: { href: address },
        userSupplied: true,
      });
    }
    for (const product of [
      'pot',
      'ftp://shop.example/',
      'https://user:secret@shop.example/',
      'constructor',
    ]) {
      expect(pageAdapter.checkProduct!(config, product)).toMatch(/neither/);
    }
  });

  it('refuses settings that could never work', () => {
    expect(PageConfig.safeParse({ selectors: { price: 'div[' } }).success).toBe(false);
    expect(PageConfig.safeParse({ defaultCurrency: 'euro' }).success).toBe(false);
  });
});

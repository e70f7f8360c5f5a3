import { UnexpectedAnswer } from '../adapter.ts';
import { readItems } from '../read-items.ts';
import { sandboxAdapter } from './sandbox.adapter.ts';

const config = { baseUrl: 'http://shop.example:8080' };
const limits = { nowMs: Date.UTC(2026, 0, 1), maxFutureMs: 600_000 };
const item = {
  id: 'p-1',
  title: 'Kettle',
  price: '10.50',
  currency: 'EUR',
  observedAt: '2025-01-01T00:00:00Z',
};

const shop = sandboxAdapter.catalogue!;
const answer = (body: string) => ({
  status: 200,
  headers: new Headers(),
  body,
  url: new URL(config.baseUrl),
  fetchedAt: new Date(limits.nowMs),
});
const readPage = (items: unknown[]) =>
  readItems('sandbox', shop.read(config, answer(JSON.stringify({ items, next: null }))).items, limits);

describe('a page of the sandbox shop', () => {
  it('begins at the first page and goes on where the shop says', () => {
    expect(shop.request(config, null).url.href).toBe('http://shop.example:8080/products?page=1&perPage=50');
    expect(shop.request(config, '/products?page=2').url.href).toBe(
      'http://shop.example:8080/products?page=2',
    );
  });

  it.each(['http://169.254.169.254/meta', '//other.example/x', 'http://shop.example:9/'])(
    'is not looked for elsewhere: %s',
    (next) => {
      expect(() => shop.request(config, next)).toThrow(UnexpectedAnswer);
    },
  );

  it.each(['', 'oops', '[]', '{}', '{"items":{}}', '{"items":[],"next":7}'])(
    'of another shape is refused: %s',
    (body) => {
      expect(() => shop.read(config, answer(body))).toThrow(UnexpectedAnswer);
    },
  );

  it('reads prices that are numbers exactly as the shop wrote them', () => {
    const body = ['10.10', '10.100000000000000001'].map((price) =>
      JSON.stringify(item).replace('"10.50"', price),
    );
    const page = shop.read(config, answer(`{"items":[${body.join()}],"next":null}`));
    const { lines, unreadable } = readItems('sandbox', page.items, limits);
    expect(lines).toMatchObject([{ source: 'sandbox', observation: { product: 'p-1', priceMinor: 1010 } }]);
    expect(unreadable).toMatchObject([
      { field: 'price', problem: expect.stringMatching(/too many decimals/) },
    ]);
  });

  it('sets an item apart that cannot be read, with its reason and its beginning, and keeps the others', () => {
    const bad = { ...item, id: 'p-2', price: 'N/A', title: 'x'.repeat(400), brand: '\0'.repeat(900) };
    const { lines, unreadable } = readPage([item, bad, null, 7, { ...item, id: 'p-3' }]);
    expect(lines.map(({ observation }) => observation.product)).toEqual(['p-1', 'p-3']);
    expect(unreadable.map(({ product, field }) => [product, field])).toEqual([
      ['p-2', 'brand'],
      ['', 'product'],
      ['', 'product'],
    ]);
    expect(unreadable[0]!.raw.length).toBeLessThanOrEqual(2_000);
    expect(unreadable[0]!.raw).not.toContain('\0');
  });

  it('sets a monstrous item apart without reading it', () => {
    const { unreadable } = readPage([{ ...item, title: 'x'.repeat(70_000) }]);
    expect(unreadable).toEqual([
      expect.objectContaining({ product: 'p-1', problem: expect.stringMatching(/at most 65536/) }),
    ]);
  });
});

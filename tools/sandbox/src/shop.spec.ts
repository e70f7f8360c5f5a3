import { parseAmount } from '@souk/money';
import { startSandbox, type Sandbox, type SandboxOptions } from './index.ts';
import type { Listing } from './listing.ts';

const noon = Date.UTC(2026, 5, 1, 12);
let shop: Sandbox;

async function open(options: SandboxOptions = {}): Promise<Sandbox> {
  shop = await startSandbox({ faultRate: 0, now: () => noon, ...options });
  return shop;
}

async function page(path: string): Promise<{ items: Listing[]; next: string | null }> {
  const response = await fetch(new URL(path, shop.url));
  expect(response.status).toBe(200);
  return (await response.json()) as { items: Listing[]; next: string | null };
}

async function history(days: number): Promise<Record<string, string>[]> {
  const text = await (await fetch(`${shop.url}/history.ndjson?days=${days}`)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
}

afterEach(() => shop.close());

describe('the sandbox shop', () => {
  it('lists every product exactly once over its pages, with readable prices', async () => {
    await open();
    const items: Listing[] = [];
    for (let next: string | null = '/products?page=1&perPage=15'; next !== null;) {
      const answer = await page(next);
      items.push(...answer.items);
      next = answer.next;
    }
    expect(new Set(items.map(({ id }) => id)).size).toBe(40);
    for (const { price, listPrice, shipping, currency, observedAt } of items) {
      for (const amount of [price, listPrice, shipping])
        expect(parseAmount(amount, currency)).toHaveProperty('minor');
      expect(observedAt).toBe('2026-06-01T12:00:00.000Z');
    }
  });

  it('tells the same prices after a restart with the same seed', async () => {
    await open({ seed: 'a' });
    const before = await page('/products');
    await shop.close();
    await open({ seed: 'a' });
    const after = await page('/products');
    const prices = ({ items }: { items: Listing[] }): unknown => items.map(({ id, price }) => [id, price]);
    expect(prices(after)).toEqual(prices(before));
  });

  it('tells a past that is older than now, complete for each day, and true to its prices', async () => {
    let time = noon - 86_400_000;
    await open({ now: () => time });
    const { items } = await page('/products');
    time = noon;
    const lines = await history(30);
    expect(lines.length).toBeGreaterThanOrEqual(30 * 2 * 40);
    expect(lines.length).toBeLessThanOrEqual(31 * 2 * 40);
    expect(lines.every(({ observedAt }) => new Date(observedAt ?? '').getTime() < noon)).toBe(true);
    expect(new Set(lines.map(({ product, observedAt }) => `${product} ${observedAt}`)).size).toBe(
      lines.length,
    );
    expect(lines[0]).toMatchObject({ source: 'sandbox', product: 'sbx-001', currency: 'USD' });
    for (const item of items) {
      const past = lines.filter(({ product }) => product === item.id).map(({ price }) => Number(price));
      expect(Number(item.price)).toBeGreaterThan(0.4 * Math.min(...past));
      expect(Number(item.price)).toBeLessThan(1.5 * Math.max(...past));
    }
  });

  it('shows a product as JSON, as a page with JSON-LD, and as a picture', async () => {
    await open();
    const listing = (await (await fetch(`${shop.url}/products/sbx-015`)).json()) as Listing;
    const html = await (await fetch(listing.url)).text();
    const jsonLd = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)?.at(1);
    expect(JSON.parse(jsonLd ?? '')).toMatchObject({
      '@type': 'Product',
      gtin13: listing.gtin,
      offers: { price: listing.price, priceCurrency: 'INR', availability: 'https://schema.org/InStock' },
    });
    const image = await fetch(listing.image);
    expect(image.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(await image.text()).toMatch(/^<svg /);
    for (const path of ['/products/nothing', '/p/nothing', '/nothing', '/images/nothing.svg']) {
      expect((await fetch(shop.url + path)).status).toBe(404);
    }
  });

  it('draws the same faults from the same seed, of every kind', async () => {
    const outcomes = async (): Promise<string[]> => {
      await open({ seed: 'faulty-1384', faultRate: 1 });
      const seen: string[] = [];
      for (let call = 0; call < 5; call += 1) {
        const response = await fetch(`${shop.url}/products?perPage=40`);
        const body = (await response.json()) as { items?: Listing[] };
        const isMalformed = body.items?.some(
          ({ price, currency }) => 'problem' in parseAmount(price, currency),
        );
        if (response.status === 429)
          expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        seen.push(`${response.status}${isMalformed ? ' malformed' : ''}`);
      }
      await shop.close();
      return seen;
    };
    const first = await outcomes();
    expect(first).toEqual(['429', '200 malformed', '200', '429', '500']);
    expect(await outcomes()).toEqual(first);
  });

  it('has its faults switched while it runs, and refuses a rate that is none', async () => {
    await open({ faultRate: 1 });
    const setRate = (rate: unknown): Promise<Response> =>
      fetch(`${shop.url}/faults`, { method: 'POST', body: JSON.stringify({ rate }) });
    expect((await setRate(0)).status).toBe(200);
    for (let call = 0; call < 20; call += 1) await page('/products');
    expect((await setRate(2)).status).toBe(400);
    shop.setFaultRate(1);
    expect((await fetch(`${shop.url}/nothing`)).status).not.toBe(200);
  });

  it('counts its calls and the most within any one second', async () => {
    let time = noon;
    await open({ now: () => time });
    for (const pause of [0, 400, 400, 400, 5000]) {
      time += pause;
      await page('/products');
    }
    const report = (await (await fetch(`${shop.url}/calls`)).json()) as Record<string, unknown>;
    expect(report).toMatchObject({ total: 5, maxPerSecond: 3 });
    expect(report.calls).toHaveLength(5);
    expect(shop.calls.calls[0]).toMatchObject({ at: noon, method: 'GET', path: '/products', status: 200 });
  });

  it('refuses a speed that is none', async () => {
    await open();
    await expect(startSandbox({ speed: 0 })).rejects.toThrow(/speed/);
  });
});

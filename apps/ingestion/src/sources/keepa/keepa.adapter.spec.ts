import { keepaMinutes } from '@souk/amazon';
import { RefusedBySource, type SourceAnswer, UnexpectedAnswer } from '../adapter.ts';
import { keepaAdapter as adapter, KeepaConfig } from './keepa.adapter.ts';

const config = KeepaConfig.parse({ marketplace: 'US', accessKey: 'demo-key' });
const looked = Date.UTC(2026, 0, 1, 11, 30);
const answer = (status: number, body: unknown, headers = {}): SourceAnswer => ({
  status,
  headers: new Headers(headers),
  body: typeof body === 'string' ? body : JSON.stringify(body),
  url: new URL('https://api.keepa.com/product'),
  fetchedAt: new Date('2026-01-01T12:00:00Z'),
});
const product = (asin: string, over: object = {}) => ({
  asin,
  domainId: 1,
  title: 'Tin whistle',
  lastUpdate: keepaMinutes(looked),
  stats: { current: [1299, 1199] },
  ...over,
});
const bucket = { timestamp: 1, tokensLeft: 7, refillIn: 12_000, refillRate: 20 };
const asked = ['B0DEMO0001', 'B0DEMO0002'];
const lookedUp = (products: unknown[]) =>
  adapter.lookup!.read(config, asked, answer(200, { ...bucket, products }));
const refusalOf = (status: number, body: unknown): RefusedBySource => {
  try {
    adapter.lookup!.read(config, asked, answer(status, body));
  } catch (error) {
    if (error instanceof RefusedBySource) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('a look-up at Keepa', () => {
  it('asks for up to a hundred products of one marketplace at once, the key in no address', () => {
    const { url, body } = adapter.lookup!.request(config, asked);
    expect(adapter.lookup!.maxProducts).toBe(100);
    expect(url.href).toBe('https://api.keepa.com/product');
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
      domain: '1',
      asin: 'B0DEMO0001,B0DEMO0002',
    });
    expect(() => KeepaConfig.parse({ marketplace: 'NL', accessKey: 'k' })).toThrow(/no marketplace of Keepa/);
  });

  it('tells prices as of Keepa’s last look, whatever the order of the answer', () => {
    const { items, missing } = lookedUp([product('B0DEMO0002'), product('B0DEMO0001')]);
    expect(missing).toEqual([]);
    expect(
      items.map(({ posted }) => [posted.product, posted.seller, posted.price, posted.observedAt]),
    ).toEqual([
      ['B0DEMO0001', 'Amazon', '12.99', '2026-01-01T11:30:00.000Z'],
      ['B0DEMO0001', 'Lowest new', '11.99', '2026-01-01T11:30:00.000Z'],
      ['B0DEMO0002', 'Amazon', '12.99', '2026-01-01T11:30:00.000Z'],
      ['B0DEMO0002', 'Lowest new', '11.99', '2026-01-01T11:30:00.000Z'],
    ]);
  });

  it.each([
    [[], 'not-found', /does not know/],
    [[product('B0DEMO0001', { title: null, stats: null })], 'not-found', /does not know/],
    [[product('B0DEMO0001', { stats: { current: [-1, -1] } })], 'no-offer', /nobody offers/],
    [[product('B0DEMO0001', { stats: null })], 'failed', /no stats.current/],
    [[product('B0DEMO0001', { domainId: 3 })], 'failed', /marketplace 3/],
  ])('says what is missing: %j', (products, reason, detail) => {
    const missing = lookedUp(products).missing.find((one) => one.product === 'B0DEMO0001');
    expect(missing).toMatchObject({ reason, detail: expect.stringMatching(detail) });
  });

  it.each([
    ['no products', bucket],
    ['a web page', '<html>'],
    ['products of another shape', { ...bucket, products: [{ id: 1 }, { id: 2 }] }],
  ])('fails when the answer is %s', (_what, body) => {
    expect(() => adapter.lookup!.read(config, asked, answer(200, body))).toThrow(UnexpectedAnswer);
  });

  it('without tokens says when there will be enough for the call', () => {
    expect(refusalOf(429, { ...bucket, tokensLeft: -60 })).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 12_000 + 3 * 60_000,
    });
    expect(refusalOf(429, 'slow down')).toMatchObject({ kind: 'throttled', retryAfterMs: undefined });
  });

  it.each([
    [400, 'invalid'],
    [402, 'unauthorized'],
    [403, 'forbidden'],
    [500, 'unavailable'],
  ])('that is answered %s is %s, in Keepa’s words and without the key', (status, kind) => {
    const refusal = refusalOf(status, { error: { type: 'x', message: 'the key is not right' } });
    expect(refusal).toMatchObject({ kind, message: expect.stringMatching(/the key is not right/) });
    expect(refusal.message).not.toContain('demo-key');
  });
});

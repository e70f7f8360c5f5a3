import { GetHistory, GetPriceChart, GetPriceSeries, GetProducts, newId, Refusal } from '@souk/contracts';
import type { World } from '@souk/testing';
import * as fixtures from './fixtures.ts';
import { type Answer, call, type KeyRing, startGateway } from './gateway-world.ts';

const DAY_MS = 86_400_000;
const dayAt = (day: number): string => new Date(Date.UTC(2026, 0, 1) + day * DAY_MS).toISOString();
const account = newId();
const product = fixtures.product(account, 'p1', { facts: { title: 'Lamp <script>' } });
const NO_SUCH_OFFER = 'No prices are stored of such an offer of this product.';
const history = `/v1/products/${product.id}/history`;

let world: World;
let base: string;
let keys: KeyRing;
let text: string;
const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  call(base, path, { key: text, headers });

beforeAll(async () => {
  ({ world, keys } = await startGateway());
  base = world.running('gateway').url!;
  ({ text } = keys.make({ accountId: account }));
  const points = Array.from({ length: 2_500 }, (_, index) =>
    fixtures.point(product.id, {
      observedAt: dayAt(index / 24),
      seller: index === 0 ? '=cmd("x")' : 'Shop, Inc.',
      ...(index === 2 && { gapSince: dayAt(0) }),
    }),
  );
  world.answer(GetProducts, ({ accountId }) => ({ products: accountId === account ? [product] : [] }));
  world.answer(GetHistory, ({ accountId, limit, cursor = '0' }) => {
    if (accountId !== account) return { points: [], next: null };
    const end = Number(cursor) + limit;
    return { points: points.slice(Number(cursor), end), next: end < points.length ? String(end) : null };
  });
  const series = { offerId: product.id, currency: 'USD', seller: null, condition: null };
  const bucket = {
    startsAt: dayAt(0),
    kind: 'observed' as const,
    observations: 2,
    lowMinor: 900,
    highMinor: 1_100,
    closeMinor: 900,
    meanMinor: 1_000,
    medianMinor: 1_100,
    listPriceMinor: null,
    availableShare: 0.5,
    isImported: false,
  };
  const refuseOther = (offerId: string | undefined): void => {
    if (offerId !== undefined && offerId !== series.offerId) throw new Refusal('not-found', NO_SUCH_OFFER);
  };
  world.answer(GetPriceSeries, ({ accountId, offerId }) => {
    refuseOther(offerId);
    const told = { ...series, longestSilenceMs: DAY_MS, isCut: false, buckets: [bucket] };
    return { series: accountId === account ? [told] : [] };
  });
  const told = { listPriceMinor: null, isAvailable: true, isImported: false };
  world.answer(GetPriceChart, ({ accountId, offerId }) => {
    refuseOther(offerId);
    return {
      chart:
        accountId === account
          ? {
              ...series,
              points: [
                { at: dayAt(0), priceMinor: 1_100, ...told },
                { at: dayAt(9), priceMinor: 900, ...told },
              ],
              gaps: [{ from: dayAt(3), to: dayAt(9) }],
              to: dayAt(20),
              lowest: { priceMinor: 900, observedAt: dayAt(9) },
              usual: null,
            }
          : null,
    };
  });
  await world.nats.flush();
});
afterAll(() => world?.stop());

describe('a history', () => {
  it('is a table of everything, page after page, with what others wrote made harmless', async () => {
    const answer = await get(`${history}?format=csv&limit=7`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toContain('.csv"');
    const rows = answer.text.split('\r\n');
    expect(rows).toHaveLength(2_502);
    expect(rows[0]).toMatch(/^observedAt,price,currency,.*,origin,.*,fetchId,.*,traceId,gapSince$/);
    expect(rows[1]).toContain(`,"'=cmd(""x"")",`);
    expect(rows[2]).toContain(',"Shop, Inc.",');
  });

  it('says of every observation that follows a gap since when nobody had looked', async () => {
    const { json } = await get(`${history}?limit=3`);
    const points = json['points'] as unknown as Record<string, unknown>[];
    expect(points.map(({ gapSince }) => gapSince)).toEqual([undefined, undefined, dayAt(0)]);
    const rows = (await get(`${history}?format=csv`)).text.split('\r\n');
    expect([rows[2]!.split(',').at(-1), rows[3]!.split(',').at(-1)]).toEqual(['', dayAt(0)]);
  });

  it('is told by day with exact amounts, as JSON and as a table', async () => {
    const { json, headers } = await get(`${history}?resolution=day`);
    const [series] = json['series'] as unknown as { points: Record<string, unknown>[] }[];
    expect(series!.points[0]).toMatchObject({
      low: '9.00',
      mean: '10.00',
      kind: 'observed',
      availableShare: 0.5,
    });
    expect(headers.get('cache-control')).toBe('private, max-age=60');
    const { text: table } = await get(`${history}?resolution=week&format=csv`);
    expect(table.split('\r\n')[1]).toBe(
      `${dayAt(0)},observed,9.00,11.00,9.00,10.00,11.00,,0.5,2,false,USD,${product.id},,`,
    );
  });

  it('is a picture, not sent again while it stays the same', async () => {
    const svg = await get(`${history}?format=svg`);
    expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(svg.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(svg.text).toContain('Lamp &lt;script');
    expect(svg.text).not.toContain('<script');
    const response = await fetch(`${base}${history}?format=png&width=600`, {
      headers: { authorization: `Bearer ${text}` },
    });
    const png = Buffer.from(await response.arrayBuffer());
    expect([response.headers.get('content-type'), png.readUInt32BE(16)]).toEqual(['image/png', 1_200]);
    const again = await get(`${history}?format=png&width=600`, {
      'if-none-match': response.headers.get('etag')!,
    });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it.each(['?format=csv', '?resolution=day', '?resolution=week&format=csv', '?format=svg', '?format=png'])(
    'of another account is not found with %s',
    async (query) => {
      const stranger = keys.make();
      expect((await call(base, `${history}${query}`, { key: stranger.text })).status).toBe(404);
    },
  );

  it.each(['?resolution=day', '?resolution=week&format=csv', '?format=svg'])(
    'of an offer that is none of the product is not found with %s',
    async (query) => {
      const { status, json } = await get(`${history}${query}&offer=${newId()}`);
      expect([status, json['detail']]).toEqual([404, NO_SUCH_OFFER]);
    },
  );

  it.each(['?resolution=hour', '?format=pdf', '?width=99999', '?currency=usd', '?offer=none'])(
    'refuses %s and says which field is wrong',
    async (query) => {
      const { status, json } = await get(`${history}${query}`);
      expect([status, (json['errors'] as unknown as unknown[]).length]).toEqual([422, 1]);
    },
  );
});

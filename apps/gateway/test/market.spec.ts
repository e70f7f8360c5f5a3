import { GetMarketReport, type MarketReport, newId, Refusal, type RequestOf } from '@souk/contracts';
import type { World } from '@souk/testing';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

const at = '2026-01-05T00:00:00.000Z';
const offer = { productId: newId(), offerId: newId(), source: 'shop', product: 'p1', title: '<b>Lamp</b>' };
const drop = { ...offer, at, priceMinor: 500, referenceMinor: 1_000, percent: 50 };
const report: MarketReport = {
  from: at,
  to: '2026-02-02T00:00:00.000Z',
  currency: 'EUR',
  currencies: [{ currency: 'EUR', offers: 2 }],
  offers: 2,
  index: {
    period: 'week',
    method: 'jevons-chain-1',
    points: [
      { startsAt: at, value: 100, matched: 0 },
      { startsAt: '2026-01-12T00:00:00.000Z', value: 90, matched: 2 },
    ],
  },
  discounts: { method: 'eu', claimed: 4, fake: 1, exaggerated: 0, unknown: 0, fakeShare: 0.25 },
  drops: [drop],
  newLows: { count: 1, items: [drop] },
  up: [{ ...offer, fromMinor: 100, toMinor: 150, percent: 50 }],
  down: [{ ...offer, fromMinor: 200, toMinor: 100, percent: -50 }],
};

let world: World;
let base: string;
let keys: KeyRing;
const asked: RequestOf<typeof GetMarketReport>[] = [];

beforeAll(async () => {
  ({ world, keys } = await startGateway());
  base = world.running('gateway').url!;
  world.answer(GetMarketReport, (request) => {
    asked.push(request);
    if (request.category === 'busy') throw new Refusal('too-many', 'Other reports are being made.');
    if (request.category === 'several')
      return { ...report, currencies: [...report.currencies, { currency: 'USD', offers: 1 }] };
    return request.category === 'empty'
      ? {
          ...report,
          currency: null,
          currencies: [],
          offers: 0,
          drops: [],
          newLows: { count: 0, items: [] },
          up: [],
          down: [],
        }
      : report;
  });
  await world.nats.flush();
});
afterAll(() => world?.stop());

describe('a market report', () => {
  it('is told with exact amounts, asked once a minute for each account', async () => {
    const { text, accountId } = keys.make();
    const path = '/v1/market/report?category=Lamps&from=2026-01-01&to=2026-02-01';
    const { json, status } = await call(base, path, { key: text });
    expect([status, json]).toMatchObject([
      200,
      { drops: [{ price: '5.00', reference: '10.00', percent: 50 }], up: [{ from: '1.00', to: '1.50' }] },
    ]);
    await call(base, `${path}&format=svg`, { key: text });
    const own = asked.filter((request) => request.accountId === accountId);
    expect(own).toEqual([
      { accountId, category: 'Lamps', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
    ]);
    const other = keys.make();
    await call(base, path, { key: other.text });
    expect(asked.at(-1)!.accountId).toBe(other.accountId);
  });

  it.each(['index', 'drops', 'movers'])('has a picture of %s, of whatever there is', async (chart) => {
    const { text } = keys.make();
    for (const category of ['Lamps', 'empty']) {
      const path = `/v1/market/report?category=${category}&chart=${chart}&format=svg`;
      const answer = await call(base, path, { key: text });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'image/svg+xml; charset=utf-8',
      ]);
      expect(answer.text).not.toContain('<b>');
    }
  });

  it('names its currency in a picture where there are several, and nowhere else', async () => {
    const { text } = keys.make();
    const picture = async (category: string): Promise<string> =>
      (await call(base, `/v1/market/report?category=${category}&chart=drops&format=svg`, { key: text })).text;
    expect(await picture('several')).toContain('several · EUR');
    expect(await picture('Lamps')).not.toContain('EUR');
  });

  it('of nothing is an answer, and a busy service a problem that says when to come back', async () => {
    const { text } = keys.make();
    const empty = await call(base, '/v1/market/report?category=empty', { key: text });
    expect(empty.json).toMatchObject({ currency: null, drops: [] });
    const busy = await call(base, '/v1/market/report?category=busy', { key: text });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '2']);
  });

  it.each([
    ['?from=2026-02-01&to=2026-01-01', 'from'],
    ['?currency=euro', 'currency'],
    ['?chart=pie', 'chart'],
    ['?category=', 'category'],
  ])('refuses %s, naming %s', async (query, field) => {
    const { text } = keys.make();
    const { status, json } = await call(base, `/v1/market/report${query}`, { key: text });
    expect([status, json['errors']]).toMatchObject([422, [{ field }]]);
  });
});

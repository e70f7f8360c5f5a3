import {
  type AcceptedOffer,
  DealsScored,
  GetDeals,
  GetHistory,
  newId,
  OPERATOR_ACCOUNT_ID,
  type PricePoint,
  type SourcePolicy,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { Client } from 'pg';
import { HistoryCloser } from '../src/history-closer.ts';
import { AgedHistory } from '../src/last-price/aged-history.ts';
import { MarketRoller } from '../src/market/market-roller.ts';
import { accepted, price, publish, startScoring } from './world.ts';

const HOUR_MS = 3_600_000;
const DAYS = 30;
const free: SourcePolicy = {
  mayStoreHistory: true,
  cacheLifetimeMs: null,
  mayAlert: true,
  attribution: null,
  confirm: false,
};
const limited: SourcePolicy = { ...free, historyLifetimeDays: DAYS };
const startedMs = Date.now();
const hoursAgo = (hours: number): string => new Date(startedMs - hours * HOUR_MS).toISOString();
const cutoff = hoursAgo(DAYS * 24);

let world: World;
beforeAll(async () => {
  world = await startScoring({
    SOUK_EXPIRY_INTERVAL_MS: '50',
    SOUK_HISTORY_CLOSE_INTERVAL_MS: '86400000', // only when a test asks for it
    SOUK_MARKET_INTERVAL_MS: '86400000',
    SOUK_MARKET_REFRESH_MS: '0',
  });
});
afterAll(() => world?.stop());

const running = new AbortController().signal;
const at = (product: string, hours: number, priceMinor: number): AcceptedOffer =>
  price(OPERATOR_ACCOUNT_ID, { product, priceMinor, observedAt: hoursAgo(hours) });
/** So many prices, one every so many hours up to now: from old to new; the first ones are the cheapest. */
const series = (product: string, count: number, everyHours: number): AcceptedOffer[] =>
  Array.from({ length: count }, (_, index) =>
    at(product, (count - 1 - index + 0.5) * everyHours, index < 10 ? 500 : 1_000 + ((index * index) % 97)),
  );
const young = (offers: readonly AcceptedOffer[]) => offers.filter(({ observedAt }) => observedAt >= cutoff);

async function tell(
  source: string,
  policy: SourcePolicy,
  offers: AcceptedOffer[],
  changes: { collectedAt?: string } = {},
): Promise<void> {
  for (let from = 0; from < offers.length; from += 100) {
    const part = offers.slice(from, from + 100);
    const data = accepted(part, { origin: 'fetched', source, policy, ...changes });
    await publish(world, OPERATOR_ACCOUNT_ID, data);
  }
}

/** What the offer's row says of its points, and what there really is. */
async function counts(offerId: string) {
  const [row] = await world.sql<{
    points: number;
    closed: number;
    aged: number;
    rows: number;
    inChunks: number;
  }>(
    'scoring',
    `select points::int, closed_points::int as closed, aged_points::int as aged,
       (select count(*)::int from price_point where offer_id = $1) as rows,
       (select coalesce(sum(points), 0)::int from price_chunk where offer_id = $1) as "inChunks"
     from offer where offer_id = $1`,
    [offerId],
  );
  return row;
}

/** Waits until so many points are left, in all places that count them. */
async function left(offerId: string, points: number): Promise<void> {
  await world.until(async () => (await counts(offerId))?.points === points);
  const { closed, rows, inChunks } = (await counts(offerId))!;
  expect([closed, rows + inChunks]).toEqual([inChunks, points]);
}

const history = async ({ productId }: AcceptedOffer): Promise<PricePoint[]> =>
  (await world.ask(GetHistory, { accountId: newId(), productId, limit: 1_000 })).points;

const facts = (offers: readonly AcceptedOffer[]) =>
  offers.map(({ observedAt, priceMinor }) => ({ observedAt, priceMinor }));
const lowest = (offers: readonly AcceptedOffer[]): number =>
  Math.min(...offers.map(({ priceMinor }) => priceMinor));
const scored = async (product: string, priceMinor: number) => {
  const isIt = (deal: { product: string; priceMinor: number }): boolean =>
    deal.product === product && deal.priceMinor === priceMinor;
  return (await world.event(DealsScored, ({ data }) => data.deals.some(isIt))).data.deals.find(isIt)!;
};
/** Null: for good; undefined: it never had one. */
async function lifetime(source: string): Promise<number | null | undefined> {
  const sql = 'select days from history_lifetime where source = $1';
  return (await world.sql<{ days: number | null }>('scoring', sql, [source]))[0]?.days;
}
/** An hour passes; what is told meanwhile of these sources does not matter. */
const anHourPasses = (source: string) =>
  world.sql('scoring', 'update history_lifetime set looked_through_at = null where source = $1', [source]);
const isLookedThrough = (source: string) =>
  world.until(async () => {
    const sql = 'select 1 from history_lifetime where source = $1 and looked_through_at is not null';
    return (await world.sql('scoring', sql, [source])).length > 0;
  });

describe('a history that its source lets be kept for some days', () => {
  it('loses what is older, in rows, in chunks and within a chunk, and everything told of it comes from what is left', async () => {
    const closed = series('closed', 700, 6);
    const open = series('open', 40, 24);
    const elsewhere = series('elsewhere', 40, 24);
    await tell('shop', free, closed);
    await tell('shop', free, open);
    await tell('other-shop', free, elsewhere);
    const alice = newId();
    const own = price(alice, { product: 'open', observedAt: hoursAgo(5_000) });
    await publish(world, alice, accepted([own, { ...own, observedAt: hoursAgo(1) }], { source: 'shop' }));
    const [{ offerId }, { offerId: openId }] = [closed[0]!, open[0]!];
    await Promise.all([
      left(offerId, 700),
      left(openId, 40),
      left(elsewhere[0]!.offerId, 40),
      left(own.offerId, 2),
    ]);
    await world.app('scoring').get(HistoryCloser).closeAll(running);
    await world.app('scoring').get(MarketRoller).rollUpAll(running);
    expect(await counts(offerId)).toMatchObject({ points: 700, inChunks: 692 });
    const chunks = () =>
      world.sql<{ first: Date; low: number; points: number }>(
        'scoring',
        `select first_at as first, low_minor::int as low, points from price_chunk where offer_id = $1 order by 1`,
        [offerId],
      );
    expect(await chunks()).toMatchObject([{ points: 346 }, { points: 346 }]);

    // It is told with any price of the source.
    await tell('shop', limited, [at('news', 1, 100)]);
    await left(offerId, 120);
    await left(openId, 30);
    expect(await counts(offerId)).toMatchObject({ aged: 580, inChunks: 112 });
    expect(await chunks()).toEqual([
      {
        first: new Date(young(closed)[0]!.observedAt),
        low: lowest(young(closed).slice(0, 112)),
        points: 112,
      },
    ]);
    expect(await history(closed[0]!)).toMatchObject(facts(young(closed)));
    expect(await history(closed[0]!)).toHaveLength(120);
    expect(await history(open[0]!)).toHaveLength(30);
    // The history begins there: what held before is not known, and no gap.
    expect((await history(open[0]!))[0]).not.toHaveProperty('gapSince');
    const { deals } = await world.ask(GetDeals, { accountId: newId(), productIds: [closed[0]!.productId] });
    expect(deals[0]!.statistics.find(({ window }) => window === 'all')).toMatchObject({
      observations: 120,
      lowMinor: lowest(young(closed)),
    });
    expect(await history(elsewhere[0]!)).toMatchObject(facts(elsewhere));
    // What an account posted is its own, also where the source has the same name.
    await left(own.offerId, 2);

    await tell('shop', limited, [at('closed', 0, 990)]);
    expect(await scored('closed', 990)).toMatchObject({
      previousPriceMinor: closed.at(-1)!.priceMinor,
      lowestBeforeMinor: lowest(young(closed)),
      score: expect.any(Number),
    });
    await left(offerId, 121);

    // Markets are rolled up anew from what is left.
    await world.app('scoring').get(MarketRoller).rollUpAll(running);
    expect(
      await world.sql('scoring', 'select points::int from market_offer where offer_id = $1', [offerId]),
    ).toEqual([{ points: 121 }]);
    const events = 'select 1 from market_event where offer_id = any ($1) and at < $2';
    expect(await world.sql('scoring', events, [[offerId, openId], cutoff])).toEqual([]);
  });

  it('keeps the present price of an offer, however old, until another one takes its place', async () => {
    const source = 'slow-shop';
    const old = [at('slow', 3_000, 700), at('slow', 2_000, 1_000)];
    await tell(source, free, old);
    await left(old[0]!.offerId, 2);
    await tell(source, limited, [at('slow news', 1, 100)]);
    await left(old[0]!.offerId, 1);
    expect(await history(old[0]!)).toMatchObject([{ priceMinor: 1_000 }]);
    await tell(source, limited, [at('slow', 2, 900)]);
    expect(await scored('slow', 900)).toMatchObject({ previousPriceMinor: 1_000, lowestBeforeMinor: 1_000 });
    await isLookedThrough(source);
    await anHourPasses(source);
    await left(old[0]!.offerId, 1);
    expect(await history(old[0]!)).toMatchObject([{ priceMinor: 900 }]);
  });

  it('takes in no late price that is older, and one that is not', async () => {
    const source = 'late-shop';
    await tell(source, limited, [at('late', 10, 1_000)]);
    await tell(source, limited, [at('late', 800, 500), at('late', 700, 900)]);
    expect(await scored('late', 900)).toMatchObject({ late: true });
    expect(await history(at('late', 0, 0))).toMatchObject([{ priceMinor: 900 }, { priceMinor: 1_000 }]);
    const told = world.events(DealsScored).flatMap(({ data }) => data.deals);
    expect(told.filter(({ product }) => product === 'late').map((deal) => deal.priceMinor)).not.toContain(
      500,
    );
  });

  it('ages also while its source is silent, stays once its source lets it, and goes when it is forbidden', async () => {
    const source = 'silent-shop';
    const prices = [20, 10, 5, 1].map((days) => at('silent', days * 24, 1_000));
    await tell(source, limited, prices);
    await left(prices[0]!.offerId, 4);
    await isLookedThrough(source);
    // Nothing is told meanwhile; fewer days do what time would.
    await world.sql('scoring', 'update history_lifetime set days = 7 where source = $1', [source]);
    await anHourPasses(source);
    await left(prices[0]!.offerId, 2);
    await tell(source, { ...limited, historyLifetimeDays: null }, [at('silent', 0.5, 1_000)]);
    await world.until(async () => (await lifetime(source)) === null);
    await tell(source, limited, [at('silent', 0.4, 1_000)]);
    await world.until(async () => (await lifetime(source)) === DAYS);
    await tell(source, { ...limited, mayStoreHistory: false }, [at('silent', 0.3, 1_000)]);
    await world.until(async () => (await lifetime(source)) === null && !(await counts(prices[0]!.offerId)));
  });

  it('has the lifetime of the message that was collected last, whichever comes last and whoever saved it', async () => {
    const source = 'changing-shop';
    const week: SourcePolicy = { ...limited, historyLifetimeDays: 7 };
    const old = at('changing', 20 * 24, 1_000);
    const hear = async (policy: SourcePolicy, collectedDay: number, offer: AcceptedOffer): Promise<void> => {
      await tell(source, policy, [offer], { collectedAt: `2026-03-0${collectedDay}T12:00:00.000Z` });
      await scored('changing', offer.priceMinor);
      await world.app('scoring').get(AgedHistory).deleteAged(running);
    };
    await hear(free, 1, old);
    expect(await lifetime(source)).toBeUndefined();
    await hear(limited, 2, at('changing', 5, 1_001));
    await world.until(async () => (await lifetime(source)) === DAYS);
    // Another replica heard of something else.
    await world.sql('scoring', 'update history_lifetime set days = 365 where source = $1', [source]);
    await hear(limited, 4, at('changing', 4, 1_002));
    await world.until(async () => (await lifetime(source)) === DAYS);
    // An old message comes again.
    await hear(week, 3, at('changing', 3, 1_003));
    expect(await lifetime(source)).toBe(DAYS);
    await hear(free, 5, at('changing', 2, 1_004));
    await world.until(async () => (await lifetime(source)) === null);
    await hear(week, 3, at('changing', 1, 1_005));
    expect(await lifetime(source)).toBeNull();
    await left(old.offerId, 6);
  });

  it('is deleted once, however many are at it and however often', async () => {
    const source = 'busy-shop';
    const offers = Array.from({ length: 120 }, (_, index) => series(`busy ${index}`, 10, 24 * 6)).flat();
    await tell(source, { ...limited, historyLifetimeDays: 365 }, offers);
    await world.until(async () => {
      const [row] = await world.sql<{ points: number }>(
        'scoring',
        'select sum(points)::int as points from offer where source = $1',
        [source],
      );
      return row!.points === 1_200;
    });
    await isLookedThrough(source);
    // From now on no longer than that, whatever of the messages is still to be saved.
    const fewer = `update history_lifetime set days = $2, told_at = 'infinity', looked_through_at = null
       where source = $1`;
    await world.sql('scoring', fewer, [source, DAYS]);
    const aged = world.app('scoring').get(AgedHistory);
    await Promise.all([1, 2, 3].map(() => aged.deleteAged(running)));
    await isLookedThrough(source);
    await anHourPasses(source);
    await isLookedThrough(source);
    const sums = await world.sql(
      'scoring',
      'select sum(points)::int as points, sum(aged_points)::int as aged from offer where source = $1',
      [source],
    );
    expect(sums).toEqual([{ points: 600, aged: 600 }]);
  });

  it('is thinned out by the service in no other way: of no other source or account, and never of its present price', async () => {
    const source = 'guarded-shop';
    const prices = [at('guarded', 20, 1_000), at('guarded', 10, 900)];
    await tell(source, free, prices);
    const { offerId } = prices[0]!;
    await left(offerId, 2);
    const client = new Client({ connectionString: world.urls.postgres('scoring') });
    await client.connect();
    const forgotten = async (tenant: string, of: string): Promise<number> => {
      await client.query(`select set_config('souk.tenants', $1, false)`, [`{${tenant}}`]);
      const { rows } = await client.query(
        `select forget_aged_history($1, $2, 'infinity', array[$3]::uuid[])::int as points`,
        [OPERATOR_ACCOUNT_ID, of, offerId],
      );
      return rows[0].points;
    };
    try {
      await client.query('set search_path = scoring');
      expect(await forgotten(OPERATOR_ACCOUNT_ID, 'other-shop')).toBe(0);
      expect(await forgotten(newId(), source)).toBe(0);
      expect(await forgotten(OPERATOR_ACCOUNT_ID, source)).toBe(1);
      expect(await forgotten(OPERATOR_ACCOUNT_ID, source)).toBe(0);
      await expect(client.query('delete from price_point')).rejects.toThrow(/permission denied/);
    } finally {
      await client.end();
    }
    expect(await history(prices[0]!)).toMatchObject([{ priceMinor: 900 }]);
  });
});

import {
  type AcceptedOffer,
  DealsScored,
  GetDeals,
  GetHistory,
  HistoryQuarantined,
  newId,
  OPERATOR_ACCOUNT_ID,
  type PricePoint,
} from '@souk/contracts';
import { Database } from '@souk/service';
import type { World } from '@souk/testing';
import { Client } from 'pg';
import { HistoryReader } from '../src/chunks/history-reader.ts';
import { HistoryCloser } from '../src/history-closer.ts';
import { HistoryMemory } from '../src/history-memory.ts';
import { accepted, dayAt, price, publish, startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startScoring({
    SOUK_HISTORY_CLOSE_INTERVAL_MS: '86400000', // only when a test asks for it
    SOUK_MARKET_INTERVAL_MS: '86400000', // an offer that is being rolled up is passed over
    SOUK_HISTORY_OPEN_POINTS: '128',
    SOUK_EXPIRY_INTERVAL_MS: '50',
  });
});
afterAll(() => world.stop());

const close = (): Promise<number> =>
  world.app('scoring').get(HistoryCloser).closeAll(new AbortController().signal);

/** As many prices as the days, of two sellers and, every tenth day, of another currency. */
const history = (account: string, days: number, product = '730'): AcceptedOffer[] =>
  Array.from({ length: days }, (_, day) =>
    price(account, {
      product,
      observedAt: dayAt(day),
      priceMinor: 1_000 + ((day * day) % 97),
      ...(day % 3 === 0 && { listPriceMinor: 2_000 + (day % 5) }),
      ...(day % 4 === 0 && {
        availability: day % 8 === 0 ? ('in_stock' as const) : ('out_of_stock' as const),
      }),
      ...(day % 7 === 0 && { seller: 'Ann' }),
      ...(day % 10 === 0 && { currency: 'EUR' }),
    }),
  );

async function store(account: string, offers: AcceptedOffer[]): Promise<void> {
  for (let from = 0; from < offers.length; from += 100)
    await publish(world, account, accepted(offers.slice(from, from + 100)));
  await world.until(async () => (await stored(account)).points >= offers.length);
}

const stored = async (account: string): Promise<{ points: number; open: number; chunks: number }> => {
  const [row] = await world.sql<{ points: number; open: number; chunks: number }>(
    'scoring',
    `select (select coalesce(sum(points), 0)::int from stored_points where account_id = $1) as points,
       (select count(*)::int from price_point where account_id = $1) as open,
       (select count(*)::int from price_chunk where account_id = $1) as chunks`,
    [account],
  );
  return row!;
};

/** The whole history, page by page. */
async function pages(account: string, productId: string, request: object = {}): Promise<PricePoint[]> {
  const points: PricePoint[] = [];
  let cursor: string | undefined;
  do {
    const page = await world.ask(GetHistory, {
      accountId: account,
      productId,
      limit: 130,
      cursor,
      ...request,
    });
    points.push(...page.points);
    cursor = page.next ?? undefined;
  } while (cursor);
  return points;
}

describe('closed history', () => {
  it('is answered exactly as it was while it was open, in pages and in windows, and deals are the same', async () => {
    const account = newId();
    const offers = history(account, 700);
    const { productId } = offers[0]!;
    const window = { from: dayAt(99), to: dayAt(420) };
    const read = async () => ({
      all: await pages(account, productId),
      window: await pages(account, productId, window),
      deals: await world.ask(GetDeals, { accountId: account, productIds: [productId] }),
    });
    await store(account, offers);
    const open = await read();
    expect(open.all).toHaveLength(700);
    expect(open.window).toHaveLength(322);
    // Of the 600 prices of the shop itself; those of Ann are too few.
    expect(await close()).toBe(592);
    expect(await stored(account)).toMatchObject({ points: 700, open: 100 + 8 });
    const closed = await read();
    expect(closed).toEqual(open);
    expect(closed.all.map(({ observedAt }) => observedAt)).toEqual(
      offers.map(({ observedAt }) => observedAt),
    );
    expect(await close()).toBe(0);
  });

  it('takes in what comes late, passes over what it has, and sets apart what contradicts it', async () => {
    const account = newId();
    const offers = history(account, 600).filter(({ seller, currency }) => !seller && currency === 'USD');
    const missing = offers.filter((_, index) => index % 9 === 1);
    const { productId } = offers[0]!;
    await store(
      account,
      offers.filter((offer) => !missing.includes(offer)),
    );
    await close();
    world.app('scoring').get(HistoryMemory).forgetAll();
    const wrong = { ...offers[3]!, priceMinor: 1 };
    await publish(world, account, accepted([offers[0]!, wrong, ...missing]));
    const conflict = await world.event(HistoryQuarantined, (message) => message.accountId === account);
    expect(conflict.data.observations).toMatchObject([{ observedAt: wrong.observedAt, reason: 'conflict' }]);
    const late = await world.event(
      DealsScored,
      ({ data }) => data.deals[0]?.productId === productId && data.deals.length === missing.length,
    );
    expect(late.data.deals.every((deal) => deal.late)).toBe(true);
    const expected = offers.map(({ observedAt, priceMinor }) => ({ observedAt, priceMinor }));
    expect(await pages(account, productId)).toMatchObject(expected);
    // As many more points as make the offer due again: late ones find their place in the chunks.
    const more = history(account, 900).filter(({ seller, currency }) => !seller && currency === 'USD');
    await store(account, more);
    await close();
    expect((await stored(account)).open).toBeLessThan(128);
    expect(await pages(account, productId)).toMatchObject(
      more.map(({ observedAt, priceMinor }) => ({ observedAt, priceMinor })),
    );
  });

  it('is closed once by two replicas at the same time, while prices go on coming', async () => {
    const account = newId();
    const products = Array.from({ length: 20 }, (_, product) => `product ${product}`);
    const all = products.flatMap((product) => history(account, 160, product).filter(({ seller }) => !seller));
    await store(account, all);
    const before = await stored(account);
    const [first, second] = await Promise.all([
      close(),
      close(),
      publish(world, account, accepted([price(account, { product: 'product 1', observedAt: dayAt(500) })])),
    ]);
    await world.until(async () => (await stored(account)).points === all.length + 1);
    // An offer that the price held just then was passed over by both, and is closed the next time.
    const rest = await close();
    expect(first + second + rest).toBe(before.open + 1 - (await stored(account)).open);
    // The last price may come before its offer is closed, or after.
    expect([20 * 8, 20 * 8 + 1]).toContain((await stored(account)).open);
  });

  it('goes with its source when that forbids a history', async () => {
    // A fetched price in another currency waits to be confirmed.
    const offers = history(OPERATOR_ACCOUNT_ID, 300, 'forbidden').filter(
      ({ currency }) => currency !== 'EUR',
    );
    const fetched = { origin: 'fetched' as const, source: 'forbidding' };
    for (let from = 0; from < 300; from += 100)
      await publish(world, OPERATOR_ACCOUNT_ID, accepted(offers.slice(from, from + 100), fetched));
    await world.until(async () => (await stored(OPERATOR_ACCOUNT_ID)).points === offers.length);
    await close();
    expect((await stored(OPERATOR_ACCOUNT_ID)).chunks).toBeGreaterThan(0);
    const policy = { mayStoreHistory: false, cacheLifetimeMs: null, mayAlert: true, attribution: null };
    await publish(world, OPERATOR_ACCOUNT_ID, accepted(offers.slice(0, 1), { ...fetched, policy }));
    await world.until(async () => (await stored(OPERATOR_ACCOUNT_ID)).points === 0);
  });

  it('cannot be written, changed or thinned out by the service, and is seen by its account alone', async () => {
    const account = newId();
    const offers = history(account, 300);
    await store(account, offers);
    await close();
    const client = new Client({ connectionString: world.urls.postgres('scoring') });
    await client.connect();
    try {
      await client.query('set search_path = scoring');
      expect((await client.query('select 1 from price_chunk')).rows).toEqual([]);
      await client.query(`select set_config('souk.tenants', $1, false)`, [`{${newId()}}`]);
      expect((await client.query('select 1 from price_chunk')).rows).toEqual([]);
      await client.query(`select set_config('souk.tenants', $1, false)`, [`{${account}}`]);
      expect((await client.query('select 1 from price_chunk')).rows.length).toBeGreaterThan(0);
      for (const statement of ['delete from price_chunk', 'update price_chunk set points = 1'])
        await expect(client.query(statement)).rejects.toThrow(/permission denied/);
      const gone = client.query(
        `select close_history(array[$1]::uuid[], array['infinity']::timestamptz[], '{}', '{}', '{}', '{}', '{}', '{}',
           '{}', '{}', '{}', '{}', '{}', '{}', '{}')`,
        [offers.at(-1)!.offerId],
      );
      await expect(gone).rejects.toThrow('nothing was closed');
    } finally {
      await client.end();
    }
    expect((await stored(account)).points).toBe(300);
  });

  it('is read by offer, currency and window', async () => {
    const account = newId();
    const offers = history(account, 400);
    await store(account, offers);
    await close();
    const ids = [...new Set(offers.map(({ offerId }) => offerId))];
    const window = { fromMs: Date.parse(dayAt(37)), toMs: Date.parse(dayAt(311)) };
    const series = await world
      .app('scoring')
      .get(Database)
      .read([account], (tx) => world.app('scoring').get(HistoryReader).points(tx, ids, window));
    expect(series).toHaveLength(4);
    for (const { offerId, currency, atMs, priceMinor, listPriceMinor } of series) {
      const expected = offers.filter(
        (offer) =>
          offer.offerId === offerId &&
          offer.currency === currency &&
          Date.parse(offer.observedAt) >= window.fromMs &&
          Date.parse(offer.observedAt) <= window.toMs,
      );
      expect([...atMs]).toEqual(expected.map(({ observedAt }) => Date.parse(observedAt)));
      expect([...priceMinor]).toEqual(expected.map((offer) => offer.priceMinor));
      expect([...listPriceMinor]).toEqual(expected.map((offer) => offer.listPriceMinor ?? NaN));
    }
  });
});

import {
  DealsScored,
  GetDeals,
  GetHistory,
  HistoryQuarantined,
  ListConflicts,
  newId,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  type ScoredDeal,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { Client } from 'pg';
import { accepted, dayAt, price, publish, startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startScoring();
});
afterAll(() => world.stop());

/** Sends prices as messages of ten and answers the deals of them all, once they are there. */
async function score(
  accountId: string,
  prices: ReturnType<typeof price>[],
  expected = prices.length,
): Promise<ScoredDeal[]> {
  const dealsOf = () =>
    world.events(DealsScored).flatMap((seen) => (seen.accountId === accountId ? seen.data.deals : []));
  const before = dealsOf().length;
  for (let from = 0; from < prices.length; from += 10) {
    await publish(world, accountId, accepted(prices.slice(from, from + 10)));
  }
  await world.until(() => dealsOf().length >= before + expected);
  return dealsOf().slice(before);
}

const pointsOf = async (accountId: string): Promise<number> => {
  const [row] = await world.sql<{ count: number }>(
    'scoring',
    'select coalesce(sum(points), 0)::int as count from stored_points where account_id = $1',
    [accountId],
  );
  return row!.count;
};

describe('scoring', () => {
  it('stores every price of a year once, in order, and a second time none', async () => {
    const account = newId();
    const year = Array.from({ length: 365 }, (_, day) =>
      price(account, { observedAt: dayAt(day), priceMinor: 1000 + (day % 7) * 100, listPriceMinor: 2000 }),
    );
    const deals = await score(account, year);
    expect(deals.map((deal) => deal.observedAt)).toEqual(year.map((one) => one.observedAt));
    expect(deals.some((deal) => deal.late)).toBe(false);
    expect(await pointsOf(account)).toBe(365);

    for (let from = 0; from < year.length; from += 100) {
      await publish(world, account, accepted(year.slice(from, from + 100)));
    }
    const [after] = await score(account, [price(account, { observedAt: dayAt(365), priceMinor: 5 })]);
    expect(await pointsOf(account)).toBe(366);
    expect(after).toMatchObject({
      previousPriceMinor: 1000,
      lowestBeforeMinor: 1000,
      previousScore: deals.at(-1)!.score,
    });
    const origins = await world.sql('scoring', 'select 1 from provenance where account_id = $1', [account]);
    expect(origins).toHaveLength(Math.ceil(365 / 10) + 1);
    expect((await world.ask(ListConflicts, { accountId: account, limit: 10 })).items).toEqual([]);
  });

  it('keeps the first of two prices for one time, tells of the other, and passes over repetitions', async () => {
    const account = newId();
    const at = dayAt(1);
    const first = accepted([
      price(account, { observedAt: at, priceMinor: 1000 }),
      price(account, { observedAt: at, priceMinor: 1000, availability: 'limited' }),
      price(account, { observedAt: at, priceMinor: 900 }),
    ]);
    await publish(world, account, first);
    const second = accepted([
      price(account, { observedAt: at, priceMinor: 1000, currency: 'EUR' }),
      price(account, { observedAt: dayAt(2), priceMinor: 800 }),
    ]);
    await publish(world, account, second);
    const told = () => world.events(HistoryQuarantined).filter((seen) => seen.accountId === account);
    await world.until(() => told().length === 2);
    expect(told().flatMap((seen) => seen.data.observations)).toMatchObject([
      {
        reason: 'conflict',
        field: 'price',
        detail: `9.00 USD at ${at}, but 10.00 USD is already stored for the same offer and time; the first one stays`,
      },
      { reason: 'conflict', field: 'currency' },
    ]);
    const { points } = await world.ask(GetHistory, {
      accountId: account,
      productId: first.offers[0]!.productId,
      limit: 10,
    });
    expect(points.map((point) => [point.observedAt, point.priceMinor])).toEqual([
      [at, 1000],
      [dayAt(2), 800],
    ]);
    const page = await world.ask(ListConflicts, { accountId: account, limit: 1 });
    const rest = await world.ask(ListConflicts, { accountId: account, limit: 1, cursor: page.next! });
    expect([...page.items, ...rest.items].map((item) => item.field)).toEqual(['currency', 'price']);
    expect(rest.next).toBeNull();
  });

  it('lets a late price change statistics and nothing else', async () => {
    const account = newId();
    const on = (day: number, priceMinor: number) => price(account, { observedAt: dayAt(day), priceMinor });
    const deals = await score(account, [on(0, 2000), on(10, 1500), on(20, 1600), on(15, 400), on(21, 1600)]);
    expect(deals[3]).toMatchObject({ late: true, previousPriceMinor: 1500, lowestBeforeMinor: 1500 });
    expect(deals[3]).not.toHaveProperty('score');
    expect(deals[4]).toMatchObject({
      previousPriceMinor: 1600,
      lowestBeforeMinor: 400,
      previousScore: deals[2]!.score,
    });
    const [deal] = (await world.ask(GetDeals, { accountId: account, productIds: [deals[0]!.productId] }))
      .deals;
    expect(deal).toMatchObject({
      observedAt: dayAt(21),
      priceMinor: 1600,
      previousPriceMinor: 1600,
      score: deals[4]!.score,
    });
    const all = deal!.statistics.find((one) => one.window === 'all');
    expect(all).toMatchObject({ observations: 5, lowMinor: 400, highMinor: 2000 });
  });

  it('compares within one currency and one offer only', async () => {
    const account = newId();
    const deals = await score(account, [
      price(account, { observedAt: dayAt(1), priceMinor: 1000, availability: 'out_of_stock' }),
      price(account, { observedAt: dayAt(2), priceMinor: 700, currency: 'EUR' }),
      price(account, { observedAt: dayAt(3), priceMinor: 900, seller: 'Ann' }),
      price(account, { observedAt: dayAt(4), priceMinor: 1100, availability: 'in_stock' }),
    ]);
    expect(
      deals.map((deal) => [deal.previousPriceMinor, deal.lowestBeforeMinor, deal.previousAvailability]),
    ).toEqual([
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
      [1000, 1000, 'out_of_stock'],
    ]);
  });

  it('stores and scores a backfill, with its mode and origin told', async () => {
    const account = newId();
    const live = price(account, { observedAt: dayAt(300) });
    await publish(world, account, accepted([live], { origin: 'fetched' }));
    const traceId = 'ab'.repeat(16);
    const past = accepted([price(account, { observedAt: dayAt(1), priceMinor: 100 })], { mode: 'backfill' });
    await publish(world, account, past, `00-${traceId}-${'cd'.repeat(8)}-01`);
    const seen = await world.event(
      DealsScored,
      ({ accountId, data }) => accountId === account && data.mode === 'backfill',
    );
    expect(seen.data.deals).toMatchObject([{ late: true, priceMinor: 100 }]);
    const { points } = await world.ask(GetHistory, {
      accountId: account,
      productId: live.productId,
      limit: 5,
    });
    expect(points.map((point) => point.origin)).toEqual(['imported', 'fetched']);
    expect(points[0]?.traceId).toBe(traceId);
    const { deals } = await world.ask(GetDeals, {
      accountId: account,
      productIds: [live.productId, newId()],
    });
    expect(deals).toMatchObject([
      { observedAt: dayAt(300), score: null, scoreMissing: expect.stringContaining('2 over') },
    ]);
  });

  it('answers the history of all offers of a listing oldest first, in pages that leave nothing out', async () => {
    const account = newId();
    const prices = Array.from({ length: 60 }, (_, index) =>
      price(account, {
        observedAt: dayAt(Math.floor(index / 3)),
        seller: ['Ann', 'Bob', undefined][index % 3],
        priceMinor: index,
      }),
    );
    await score(account, prices);
    const request = { accountId: account, productId: prices[0]!.productId };
    const collect = async (limit: number, more: { from?: string; to?: string } = {}) => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await world.ask(GetHistory, { ...request, ...more, limit, cursor });
        expect(page.points.length).toBeLessThanOrEqual(limit);
        found.push(...page.points.map((point) => `${point.observedAt} ${point.offerId}`));
        cursor = page.next ?? undefined;
      } while (cursor);
      return found;
    };
    const expected = prices.map((one) => `${one.observedAt} ${one.offerId}`).toSorted();
    for (const limit of [1, 7, 30, 1000]) expect(await collect(limit)).toEqual(expected);
    const within = expected.filter((one) => one >= dayAt(5) && one.slice(0, 24) <= dayAt(9));
    expect(await collect(4, { from: dayAt(5), to: dayAt(9) })).toEqual(within);
    await expect(world.ask(GetHistory, { ...request, limit: 5, cursor: 'e30' })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field: 'cursor' }],
    });
  });

  it('judges the offer of a listing that was observed last, with every number explained', async () => {
    const account = newId();
    const of = (day: number, priceMinor: number, seller: string) =>
      price(account, {
        observedAt: dayAt(day),
        priceMinor,
        seller,
        listPriceMinor: 3000,
        availability: 'in_stock',
      });
    const prices = Array.from({ length: 100 }, (_, day) => of(day, 2000, 'Ann'));
    await score(account, [...prices, of(50, 1, 'Bob'), of(100, 1000, 'Ann')]);
    const { deals } = await world.ask(GetDeals, { accountId: account, productIds: [prices[0]!.productId] });
    expect(deals).toMatchObject([
      {
        offerId: prices[0]!.offerId,
        score: 68,
        scoreVersion: 'souk-score-6',
        scoreMissing: null,
        previousPriceMinor: 2000,
        discount: { claimedPercent: 66.7, realPercent: 50 },
      },
    ]);
    expect(deals[0]!.factors.map((factor) => factor.why).join(' ')).toContain(
      '50 % below the time-weighted median',
    );
    expect(deals[0]!.statistics.map((one) => [one.window, one.observations])).toEqual([
      ['30d', 31],
      ['90d', 91],
      ['365d', 101],
      ['all', 101],
    ]);
  });

  it('judges, of sellers that were told at once, one that can be bought, then a new one, then the cheapest', async () => {
    const account = newId();
    type Told = Pick<ReturnType<typeof price>, 'priceMinor' | 'condition' | 'availability'>;
    const listings: [wantedMinor: number, told: Told[]][] = [
      [
        900,
        [
          { priceMinor: 1000, condition: 'new', availability: 'in_stock' },
          { priceMinor: 900 },
          { priceMinor: 500, condition: 'used', availability: 'in_stock' },
          { priceMinor: 400, condition: 'new', availability: 'out_of_stock' },
        ],
      ],
      [
        500,
        [
          { priceMinor: 500, condition: 'used', availability: 'in_stock' },
          { priceMinor: 600, condition: 'refurbished' },
          { priceMinor: 400, availability: 'out_of_stock' },
        ],
      ],
    ];
    // Ids of offers are as good as random: several listings of each kind do not come out right by chance.
    const copies = listings.flatMap(([wantedMinor, told]) =>
      Array.from({ length: 5 }, (_, copy) => {
        const product = `sellers ${wantedMinor} ${copy}`;
        return told.map((one, seller) =>
          price(account, { ...one, product, seller: `seller ${seller}`, observedAt: dayAt(1) }),
        );
      }),
    );
    await score(account, copies.flat());
    const productIds = copies.map(([first]) => first!.productId);
    const { deals } = await world.ask(GetDeals, { accountId: account, productIds });
    const priceOf = new Map(deals.map(({ productId, priceMinor }) => [productId, priceMinor]));
    expect(productIds.map((productId) => priceOf.get(productId))).toEqual([
      ...[900, 900, 900, 900, 900],
      ...[500, 500, 500, 500, 500],
    ]);
  });

  it('shows an account its own history and the shared one, and nobody else to it', async () => {
    const [account, stranger] = [newId(), newId()];
    for (const owner of [account, stranger, OPERATOR_ACCOUNT_ID])
      await score(owner, [price(owner, { product: 'shown' })]);
    const visible = async (owner: string) => {
      const productId = productIdOf(owner, 'steam', 'shown');
      const [history, deals] = await Promise.all([
        world.ask(GetHistory, { accountId: account, productId, limit: 5 }),
        world.ask(GetDeals, { accountId: account, productIds: [productId] }),
      ]);
      expect(history.points.length).toBe(deals.deals.length);
      return history.points.length;
    };
    expect([await visible(account), await visible(OPERATOR_ACCOUNT_ID), await visible(stranger)]).toEqual([
      1, 1, 0,
    ]);

    const client = new Client({ connectionString: world.urls.postgres('scoring') });
    await client.connect();
    try {
      await client.query('set search_path = scoring');
      for (const table of ['offer', 'price_point', 'price_chunk', 'provenance', 'quarantined']) {
        expect((await client.query(`select 1 from ${table}`)).rows).toEqual([]);
      }
      await client.query(`select set_config('souk.tenants', $1, false)`, [`{${account}}`]);
      const owners = await client.query<{ account_id: string }>(
        'select distinct account_id from price_point',
      );
      expect(owners.rows.map((row) => row.account_id).toSorted()).toEqual(
        [account, OPERATOR_ACCOUNT_ID].toSorted(),
      );
      await expect(client.query('update price_point set price_minor = 1')).rejects.toThrow(
        /permission denied/,
      );
      await expect(client.query('delete from provenance')).rejects.toThrow(/permission denied/);
      const stolen = await client.query(
        `update offer set last_price_minor = 1 where account_id = '${OPERATOR_ACCOUNT_ID}'`,
      );
      expect(stolen.rowCount).toBe(0);
    } finally {
      await client.end();
    }
  });
});

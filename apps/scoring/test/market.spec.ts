import {
  GetMarketReport,
  newId,
  offerIdOf,
  OPERATOR_ACCOUNT_ID,
  ProductChanged,
  productIdOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { accepted, dayAt, price, publish, startScoring } from './world.ts';

let world: World;
const account = newId();
const window = { from: dayAt(0), to: dayAt(99) };
const ask = (more: Record<string, unknown> = {}, accountId = account) =>
  world.ask(GetMarketReport, { accountId, ...window, ...more });

/** A hundred days of prices, dearer by a tenth from day 50 on, with a claimed discount that is none. */
async function history(owner: string, product: string, currency = 'USD', sale?: number): Promise<void> {
  const offers = Array.from({ length: 100 }, (_, day) =>
    price(owner, {
      product,
      currency,
      observedAt: dayAt(day),
      priceMinor: sale !== undefined && day >= 90 ? sale : day < 50 ? 1_000 : 1_100,
      listPriceMinor: 2_000,
    }),
  );
  await publish(world, owner, accepted(offers, { mode: 'backfill' }));
}

async function facts(owner: string, product: string, category: string[], brand: string): Promise<void> {
  const productId = productIdOf(owner, 'steam', product);
  const told = { productId, source: 'steam', product, changedAt: dayAt(0) };
  const products = [{ ...told, facts: { title: `Title of ${product}`, category, brand } }];
  await world.publish(ProductChanged, { products }, { accountId: owner, key: productId });
}

beforeAll(async () => {
  world = await startScoring({ SOUK_MARKET_INTERVAL_MS: '100', SOUK_MARKET_REFRESH_MS: '0' });
  await history(account, 'plain');
  await history(account, 'sale', 'USD', 550);
  await history(account, 'euro', 'EUR');
  await history(OPERATOR_ACCOUNT_ID, 'shared');
  await facts(account, 'sale', ['Home & Garden', 'Lamps'], 'ACME');
  await world.until(async () => {
    const { currencies } = await ask();
    const named = await ask({ brand: 'acme' });
    return currencies.reduce((sum, { offers }) => sum + offers, 0) === 4 && named.offers === 1;
  });
});
afterAll(() => world?.stop());

describe('a market report', () => {
  it('is of the account’s own and the shared listings, in the currency of most', async () => {
    const report = await ask();
    expect(report).toMatchObject({ currency: 'USD', offers: 3 });
    expect(report.currencies).toEqual([
      { currency: 'USD', offers: 3 },
      { currency: 'EUR', offers: 1 },
    ]);
    expect((await ask({}, newId())).offers).toBe(1);
    expect((await ask({ currency: 'EUR' })).offers).toBe(1);
  });

  it('has an index that rises and falls with the prices', async () => {
    const { index } = await ask({ currency: 'EUR' });
    expect(index.period).toBe('week');
    expect(index.points[0]).toMatchObject({ value: 100 });
    expect(index.points.at(-1)!.value).toBeCloseTo(110, 1);
    const { index: sale } = await ask({ brand: 'ACME' });
    expect(sale.points.at(-1)!.value).toBeCloseTo(55, 1);
  });

  it('knows the real drops, the lows and who moved, by name', async () => {
    const report = await ask();
    const named = { product: 'sale', title: 'Title of sale', priceMinor: 550, at: dayAt(90) };
    expect(report.drops).toEqual([expect.objectContaining({ ...named, referenceMinor: 1_100, percent: 50 })]);
    expect(report.newLows).toMatchObject({
      count: 1,
      items: [{ ...named, referenceMinor: 1_000, percent: 45 }],
    });
    expect(report.down).toEqual([
      expect.objectContaining({ product: 'sale', fromMinor: 1_000, toMinor: 550 }),
    ]);
    expect(report.up).toHaveLength(2);
  });

  it('says how many claimed discounts are none', async () => {
    const { discounts } = await ask({ currency: 'EUR' });
    // Before the first change no prior price is known; after it 45 % is claimed for what is dearer than before.
    expect(discounts).toMatchObject({ fakeShare: 1, exaggerated: 0 });
    expect(discounts.claimed).toBe(discounts.fake);
    expect(discounts.unknown).toBeGreaterThan(0);
  });

  it('is narrowed by category at any level, brand and source, however they are written', async () => {
    expect((await ask({ category: 'lamps' })).offers).toBe(1);
    expect((await ask({ category: ' HOME & garden', brand: 'Acme', source: 'steam' })).offers).toBe(1);
    expect((await ask({ category: 'Lamps', source: 'elsewhere' })).offers).toBe(0);
    expect(await ask({ category: 'Chairs' })).toMatchObject({
      currency: null,
      drops: [],
      up: [],
      currencies: [],
    });
  });

  it('changes when prices come late, and forgets what its source forbids to keep', async () => {
    const late = price(account, { product: 'sale', observedAt: dayAt(80.5), priceMinor: 500 });
    await publish(world, account, accepted([late]));
    await world.until(async () => (await ask()).newLows.items[0]!.priceMinor === 500);
    const [offer] = await world.sql<{ offer_id: string }>(
      'scoring',
      `select offer_id from offer where product = 'euro'`,
      [],
    );
    await world.sql('scoring', 'delete from offer where offer_id = $1', [offer!.offer_id]);
    expect((await ask({ currency: 'EUR' })).offers).toBe(0);
  });
});

describe('what is rolled up', () => {
  const observed = (owner: string, product: string, currency: string, days: readonly number[]) =>
    publish(
      world,
      owner,
      accepted(
        days.map((day) => price(owner, { product, currency, observedAt: dayAt(day), priceMinor: 1_000 })),
        { mode: 'backfill' },
      ),
    );
  const from = (first: number, count: number) => Array.from({ length: count }, (_, day) => first + day);

  it('is told in the currency that prices had then, not in that of the weeks before', async () => {
    const owner = newId();
    for (const product of ['one', 'two']) await observed(owner, product, 'USD', from(0, 40));
    await observed(owner, 'three', 'EUR', from(60, 40));
    await world.until(async () => (await ask({}, owner)).currencies.length === 2);
    const { currency, currencies, offers } = await ask({ from: dayAt(70), to: dayAt(90) }, owner);
    expect({ currency, currencies, offers }).toEqual({
      ...{ currency: 'EUR', offers: 1 },
      currencies: [
        { currency: 'EUR', offers: 1 },
        { currency: 'USD', offers: 1 }, // what is shared with all
      ],
    });
  });

  it('is less where a price that seemed to hold proves to be a time when nobody looked', async () => {
    const owner = newId();
    const { offerId } = price(owner, { product: 'rare' });
    const blocks = async () =>
      (await world.sql('scoring', 'select 1 from market_weeks where offer_id = $1', [offerId])).length;
    await observed(owner, 'rare', 'USD', [-1_100, 0]);
    await world.until(async () => (await blocks()) >= 4);
    await observed(owner, 'rare', 'USD', from(1, 40));
    await world.until(async () => (await blocks()) === 2);
  });
});

describe('an offer that cannot be rolled up', () => {
  const dropped = async (owner: string) =>
    (await ask({}, owner)).drops.map(({ product }) => product).toSorted();

  it.each([
    ['by itself', '22003'],
    ['since it takes too long', '57014'],
  ])('%s holds up none after it, and is made up for when it can be', async (_why, code) => {
    const owner = newId();
    const idOf = (product: string) => offerIdOf(productIdOf(owner, 'steam', product), undefined, undefined);
    // They are rolled up in the order of their ids.
    const [first, ...others] = ['one', 'two', 'three', 'four'].toSorted((a, b) =>
      idOf(a) < idOf(b) ? -1 : 1,
    );
    await world.sql(
      'scoring',
      `create function refuse() returns trigger language plpgsql as
         $$ begin raise 'refused' using errcode = '${code}'; end $$;
       create trigger refused before insert on market_offer for each row
         when (new.offer_id = '${idOf(first!)}') execute function refuse();`,
      [],
    );
    for (const product of [first!, ...others]) await history(owner, product, 'USD', 550);
    await world.until(async () => (await dropped(owner)).length === others.length);
    expect(await dropped(owner)).toEqual(others.toSorted());
    // Another one, which comes later, is rolled up in a later turn.
    await history(owner, 'later', 'USD', 550);
    await world.until(async () => (await dropped(owner)).includes('later'));
    await world.sql('scoring', 'drop function refuse cascade', []);
    await world.until(async () => (await dropped(owner)).includes(first!));
  });

  it('is not what became free', async () => {
    const owner = newId();
    await history(owner, 'free', 'USD', 0);
    await world.until(async () => (await dropped(owner)).includes('free'));
    expect((await ask({}, owner)).drops).toContainEqual(
      expect.objectContaining({ product: 'free', priceMinor: 0, referenceMinor: 1_100, percent: 100 }),
    );
  });
});

import { DealsScored, GetDeals, GetThresholdAdvice, newId, ProductChanged } from '@souk/contracts';
import type { World } from '@souk/testing';
import { accepted, dayAt, price, publish, startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startScoring();
});
afterAll(() => world?.stop());

const account = newId();
const on = (product: string, day: number, priceMinor: number, seller?: string) =>
  price(account, { product, observedAt: dayAt(day), priceMinor, ...(seller && { seller }) });

async function observe(prices: ReturnType<typeof on>[]): Promise<void> {
  await publish(world, account, accepted(prices));
  const { offerId, observedAt } = prices.at(-1)!;
  await world.event(DealsScored, ({ data }) =>
    data.deals.some((deal) => deal.offerId === offerId && deal.observedAt === observedAt),
  );
}

async function describeProducts(titles: Record<string, string>): Promise<void> {
  const products = Object.entries(titles).map(([product, title]) => ({
    productId: on(product, 0, 1).productId,
    source: 'steam',
    product,
    facts: { title, category: ['Kitchen', 'Coffee'] },
    changedAt: dayAt(0),
  }));
  await world.publish(ProductChanged, { products }, { accountId: account, key: products[0]!.productId });
  await world.until(
    async () => (await world.sql('scoring', 'select 1 from product_facts')).length === products.length,
  );
}

describe('advice on a listing', () => {
  it('tells what would have fired, and what else there is, to its account only', async () => {
    await observe([
      on('one', 0, 2000),
      on('one', 50, 1500),
      on('one', 60, 2000),
      on('one', 120, 1500),
      on('one', 130, 2000),
    ]);
    await observe([
      on('like', 100, 1800),
      on('like', 110, 1000),
      on('like', 120, 1000),
      on('like', 121, 1000),
    ]);
    await observe([on('unlike', 100, 1800)]);
    // Cheaper still, and not seen for more than a month.
    await observe([on('gone', 99, 500)]);
    // Cheaper, too, but used.
    const used = { product: 'worn', condition: 'used', seller: 'Cid' } as const;
    await observe([price(account, { ...used, observedAt: dayAt(121), priceMinor: 700 })]);
    const titles = {
      one: 'Acme grinder',
      like: 'Bolt grinder',
      gone: 'Cast grinder',
      worn: 'Dent grinder',
      unlike: 'Kettle',
    };
    await describeProducts(titles);
    const { productId } = on('one', 0, 1);
    const { advice, alternatives } = await world.ask(GetThresholdAdvice, { accountId: account, productId });
    expect(advice).toMatchObject({ priceMinor: 2000, days: 130, recommended: { priceMinor: 1501 } });
    expect(advice!.prices.at(-1)).toMatchObject({ priceMinor: 1501, times: 2, lastAt: dayAt(120) });
    expect(alternatives).toMatchObject([{ product: 'like', priceMinor: 1000, by: 'category' }]);
    const watched = { accountId: account, productId, prices: [1600], drops: [50] };
    expect((await world.ask(GetThresholdAdvice, watched)).advice!.asked).toMatchObject({
      lowestMinor: 1500,
      prices: [{ times: 2, timesLately: 2 }],
      drops: [{ times: 0 }],
    });
    expect(await world.ask(GetThresholdAdvice, { accountId: newId(), productId })).toEqual({
      advice: null,
      alternatives: [],
    });
  });
});

describe('patterns of a listing', () => {
  it('tell a war of those that compete: in the same condition, with something to sell', async () => {
    const of = (seller: string, day: number, priceMinor: number) => on('rivals', day, priceMinor, seller);
    const first = { product: 'rivals', observedAt: dayAt(0) };
    const used = price(account, { ...first, priceMinor: 500, seller: 'Cid', condition: 'used' });
    const soldOut = price(account, {
      ...first,
      priceMinor: 400,
      seller: 'Dan',
      availability: 'out_of_stock',
    });
    await observe([used, soldOut, of('Ann', 0, 1000), of('Bob', 0, 1010), of('Bob', 1, 990)]);
    await observe([of('Ann', 2, 980), of('Bob', 3, 970), of('Ann', 4, 960)]);
    const { productId } = used;
    const { deals } = await world.ask(GetDeals, { accountId: account, productIds: [productId] });
    expect(deals[0]!.patterns!.priceWar).toMatchObject({ sellers: 2, undercuts: 4 });
  });

  it('tell sellers that undercut each other', async () => {
    await observe([on('war', 0, 1000, 'Ann'), on('war', 0, 1010, 'Bob'), on('war', 1, 990, 'Bob')]);
    await observe([on('war', 2, 980, 'Ann'), on('war', 3, 970, 'Bob'), on('war', 4, 960, 'Ann')]);
    const { deals } = await world.ask(GetDeals, {
      accountId: account,
      productIds: [on('war', 0, 1).productId],
    });
    expect(deals[0]!.patterns!.priceWar).toMatchObject({ sellers: 2, undercuts: 4 });
    const both = [on('war', 0, 1).productId, on('one', 0, 1).productId];
    const many = await world.ask(GetDeals, { accountId: account, productIds: both });
    expect(many.deals.map(({ patterns }) => patterns)).toEqual([undefined, undefined]);
  });
});

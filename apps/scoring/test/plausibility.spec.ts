import {
  type AcceptedOffer,
  type DataOf,
  DealsScored,
  GetDeals,
  GetHistory,
  HistoryQuarantined,
  ListConflicts,
  newId,
  OPERATOR_ACCOUNT_ID,
  type OffersAccepted,
  productIdOf,
  ProductLinked,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { accepted, dayAt, price, publish, startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startScoring({ SOUK_CONFIRM_POSTED_SOURCES: 'doubtful, other' });
});
afterAll(() => world?.stop());

const account = OPERATOR_ACCOUNT_ID;
const on = (product: string, day: number, priceMinor: number): AcceptedOffer =>
  price(account, { product, observedAt: dayAt(day), priceMinor });

/** One fetch; answers when its last price was scored or set apart. */
async function fetch(
  offers: AcceptedOffer[],
  changes: Partial<DataOf<typeof OffersAccepted>> = {},
): Promise<void> {
  const { offerId, observedAt } = offers.at(-1)!;
  const collected = { origin: 'fetched', collectedAt: observedAt } as const;
  await publish(world, account, accepted(offers, { ...collected, ...changes }));
  const isLast = (one: { offerId?: string | undefined; observedAt?: string | undefined }): boolean =>
    one.offerId === offerId && one.observedAt === observedAt;
  await world.until(
    () =>
      world.events(DealsScored).some(({ data }) => data.deals.some(isLast)) ||
      world.events(HistoryQuarantined).some(({ data }) => data.observations.some(isLast)),
  );
}
const past = (product: string): AcceptedOffer[] => [1, 2, 3, 4, 5].map((day) => on(product, day, 1000));
const stored = async (product: string): Promise<[string, number][]> => {
  const productId = productIdOf(account, 'steam', product);
  const { points } = await world.ask(GetHistory, { accountId: newId(), productId, limit: 100 });
  return points.map((point) => [point.observedAt, point.priceMinor]);
};
const details = async (product: string): Promise<string[]> => {
  const { items } = await world.ask(ListConflicts, { accountId: account, limit: 200 });
  return items.filter((item) => item.product === product).map((item) => `${item.reason}: ${item.detail}`);
};
const dealOf = (product: string, day: number) =>
  world
    .events(DealsScored)
    .flatMap(({ data }) => data.deals)
    .find((deal) => deal.product === product && deal.observedAt === dayAt(day));

describe('a fetched price far outside of its history', () => {
  it('waits, and is stored with its own time and told as a price error once a second reading agrees', async () => {
    await fetch(past('error'));
    await fetch([on('error', 6, 10)]);
    expect(dealOf('error', 6)).toBeUndefined();
    expect(await stored('error')).toHaveLength(5);
    expect(await details('error')).toEqual([
      'implausible: 0.10 USD is far outside of what was seen so far, 10.00 to 10.00 USD. It waits until 2 readings or another source agree.',
    ]);
    await fetch([on('error', 7, 10)]);
    expect((await stored('error')).slice(5)).toEqual([
      [dayAt(6), 10],
      [dayAt(7), 10],
    ]);
    expect(dealOf('error', 6)).toMatchObject({
      priceError: true,
      previousPriceMinor: 1000,
      lowestBeforeMinor: 1000,
    });
    expect(dealOf('error', 7)).not.toHaveProperty('priceError');
    expect(await details('error')).toEqual([
      expect.stringContaining(`Confirmed by the reading of ${dayAt(7)}: stored.`),
    ]);
    expect(
      await world.sql('scoring', 'select 1 from held_price where offer_id = $1', [on('error', 1, 1).offerId]),
    ).toEqual([]);
  });

  it('stays out of the history, with the reason, once a later reading contradicts it', async () => {
    await fetch(past('jump'));
    await fetch([on('jump', 6, 99_999)]);
    await fetch([on('jump', 7, 990)]);
    expect((await stored('jump')).slice(5)).toEqual([[dayAt(7), 990]]);
    expect(await details('jump')).toEqual([
      expect.stringContaining(`Contradicted by 9.90 USD at ${dayAt(7)}: it stays out of the history.`),
    ]);
  });

  it('stays out of the history when it is told again after it was contradicted', async () => {
    await fetch(past('again'));
    await fetch([on('again', 6, 10)]);
    await fetch([on('again', 7, 990)]);
    await fetch([on('again', 6, 10), on('again', 8, 980)]);
    expect((await stored('again')).slice(5)).toEqual([
      [dayAt(7), 990],
      [dayAt(8), 980],
    ]);
  });

  it('is confirmed by a later fetch that tells it with the very same time', async () => {
    await fetch(past('stated'));
    await fetch([on('stated', 6, 10)], { collectedAt: dayAt(6) });
    await publish(
      world,
      account,
      accepted([on('stated', 6, 10)], { origin: 'fetched', collectedAt: dayAt(7) }),
    );
    await world.until(() => dealOf('stated', 6));
    expect((await stored('stated')).slice(5)).toEqual([[dayAt(6), 10]]);
    expect(await details('stated')).toEqual([
      expect.stringContaining('Confirmed by another fetch that tells the same: stored.'),
    ]);
  });

  it('does not stop what follows when an import brings the price that waits', async () => {
    await fetch(past('imported'));
    await fetch([on('imported', 6, 10)]);
    await fetch([on('imported', 6, 10)], { mode: 'backfill', origin: 'posted' });
    await world.until(async () => (await stored('imported')).length === 6);
    await fetch([on('imported', 7, 10)]);
    expect((await stored('imported')).slice(5)).toEqual([
      [dayAt(6), 10],
      [dayAt(7), 10],
    ]);
    expect(await details('imported')).toEqual([
      expect.stringContaining(`The history has gone on to ${dayAt(6)} without it: it waits no more.`),
    ]);
    // Nothing spoke against it, so it does not count against its offer.
    const against = `select 1 from held_price where offer ->> 'product' = 'imported'`;
    expect(await world.sql('scoring', against)).toEqual([]);
    expect(await world.sql('scoring', 'select 1 from bus_dead_letter')).toEqual([]);
  });

  it('leaves its place, once contradicted, to another price of the same time', async () => {
    await fetch(past('replaced'));
    for (const [day, priceMinor] of [
      [6, 5],
      [7, 80_000],
      [6, 6],
      [8, 6],
    ])
      await fetch([on('replaced', day!, priceMinor!)]);
    expect((await stored('replaced')).slice(5)).toEqual([
      [dayAt(6), 6],
      [dayAt(8), 6],
    ]);
  });

  it('takes a third reading where readings were contradicted again and again', async () => {
    await fetch(past('poisoned'));
    for (const [day, priceMinor] of [
      [6, 5],
      [7, 1000],
      [8, 80_000],
      [9, 1000],
      [10, 7],
      [11, 1000],
      [12, 5],
      [13, 5],
    ])
      await fetch([on('poisoned', day!, priceMinor!)]);
    expect((await details('poisoned'))[0]).toContain('contradicted 3 times within 30 days');
    expect((await stored('poisoned')).at(-1)).toEqual([dayAt(11), 1000]);
    await fetch([on('poisoned', 14, 5)]);
    expect((await stored('poisoned')).slice(-3).map(([, priceMinor]) => priceMinor)).toEqual([5, 5, 5]);
  });

  it('is seen as a broken source when most prices of a fetch are', async () => {
    const products = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `broken-${letter}`);
    await fetch(products.flatMap(past));
    const outage = (day: number) => products.map((product, index) => on(product, day, index < 4 ? 0 : 1000));
    await fetch(outage(6));
    await fetch(outage(7));
    expect((await details('broken-a'))[0]).toContain(
      '4 of the 6 prices that came at once are: the source looks broken. It waits until 5 readings',
    );
    expect(await stored('broken-a')).toHaveLength(5);
    expect(await stored('broken-f')).toHaveLength(7);
    for (const day of [8, 9, 10]) await fetch(outage(day));
    expect(await stored('broken-a')).toHaveLength(10);
  });

  it('is confirmed by another source of the same item', async () => {
    const [one, other] = [on('linked', 1, 1), on('linked-elsewhere', 1, 1)];
    await fetch(past('linked'));
    await fetch([on('linked-elsewhere', 6, 55)], { source: 'other' });
    await world.publish(
      ProductLinked,
      {
        productId: one.productId,
        source: 'steam',
        product: 'linked',
        links: [
          {
            productId: other.productId,
            source: 'other',
            product: 'linked-elsewhere',
            by: { kind: 'gtin', value: '0' },
          },
        ],
        linkedAt: dayAt(6),
      },
      { accountId: account, key: one.productId },
    );
    await world.until(async () => (await world.sql('scoring', 'select 1 from listing_links')).length > 0);
    await fetch([on('linked', 7, 50)]);
    expect((await stored('linked')).at(-1)).toEqual([dayAt(7), 50]);
    const { deals } = await world.ask(GetDeals, { accountId: newId(), productIds: [one.productId] });
    expect(deals[0]!.factors.find(({ name }) => name === 'market')).toMatchObject({
      value: 72.7,
      why: '0.50 USD is 9.1 % below the lowest price of 1 other source (other), 0.55 USD.',
    });
    expect(deals[0]!.score).toBe(dealOf('linked', 7)!.score);
  });
});

it('a fetched price is confirmed by no other listing of its own source', async () => {
  await fetch(past('twin'));
  await fetch([on('other-twin', 6, 55)]);
  const [{ productId }, other] = [on('twin', 1, 1), on('other-twin', 1, 1)];
  const by = { kind: 'gtin', value: '0' } as const;
  const links = [{ productId: other.productId, source: 'steam', product: 'other-twin', by }];
  const linked = { productId, source: 'steam', product: 'twin', links, linkedAt: dayAt(6) };
  await world.publish(ProductLinked, linked, { accountId: account, key: productId });
  const known = 'select 1 from listing_links where product_id = $1';
  await world.until(async () => (await world.sql('scoring', known, [productId])).length > 0);
  await fetch([on('twin', 7, 50)]);
  expect((await stored('twin')).at(-1)).toEqual([dayAt(5), 1000]);
});

describe('a posted price far outside of its history', () => {
  it('is stored at once, and waits only where its source was set so', async () => {
    await fetch(past('posted'), { origin: 'posted' });
    await fetch([on('posted', 6, 10)], { origin: 'posted' });
    expect(await stored('posted')).toHaveLength(6);
    await fetch([on('posted', 7, 99_999)], { origin: 'posted', source: 'doubtful' });
    expect(await stored('posted')).toHaveLength(6);
  });

  it('never waits in a backfill, nor where the policy of its source trusts it', async () => {
    await fetch([...past('trusted'), on('trusted', 6, 10)], { mode: 'backfill' });
    const policy = {
      mayStoreHistory: true,
      cacheLifetimeMs: null,
      mayAlert: true,
      attribution: null,
      confirm: false,
    };
    await fetch([on('trusted', 7, 99_999)], { policy });
    expect(await stored('trusted')).toHaveLength(7);
  });
});

import { DealsScored, GetDeals, GetHistory, newId, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { World } from '@souk/testing';
import { accepted, price, publish, startScoring } from './world.ts';

const policy = { mayStoreHistory: false, cacheLifetimeMs: null, mayAlert: true, attribution: null };

describe('prices of a source that forbids a history', () => {
  let world: World;
  beforeAll(async () => {
    world = await startScoring({ SOUK_EXPIRY_INTERVAL_MS: '50' });
  });
  afterAll(() => world?.stop());

  const offered = (product: string, priceMinor: number, day: number) =>
    price(OPERATOR_ACCOUNT_ID, { product, priceMinor, observedAt: `2026-03-0${day}T00:00:00.000Z` });
  const send = (offer: ReturnType<typeof offered>, changes: object = {}): Promise<string> =>
    publish(world, OPERATOR_ACCOUNT_ID, accepted([offer], { origin: 'fetched', policy, ...changes }));
  const scored = (product: string, priceMinor: number) =>
    world.event(DealsScored, ({ data }) =>
      data.deals.some((deal) => deal.product === product && deal.priceMinor === priceMinor),
    );
  const stored = async (offerId: string): Promise<Record<string, unknown>[]> =>
    world.sql(
      'scoring',
      `select 'point' as kind from stored_points where offer_id = $1 union all
       select 'offer' from offer where offer_id = $1 union all
       select 'last' from last_price where offer_id = $1`,
      [offerId],
    );

  it('leave one row behind that the next one replaces, and are compared with it', async () => {
    await send(offered('one', 1_000, 1));
    await send(offered('one', 800, 2));
    const event = await scored('one', 800);
    expect(event.data).toMatchObject({ policy, deals: [{ previousPriceMinor: 1_000 }] });
    const { productId, offerId } = event.data.deals[0]!;
    expect(await stored(offerId)).toEqual([{ kind: 'last' }]);
    const request = { accountId: newId(), productId };
    expect(await world.ask(GetHistory, { ...request, limit: 10 })).toEqual({ points: [], next: null });
    expect((await world.ask(GetDeals, { accountId: newId(), productIds: [productId] })).deals).toEqual([]);
  });

  it('leave nothing at all behind where alerts are forbidden too', async () => {
    await send(offered('none', 1_000, 1), { policy: { ...policy, mayAlert: false } });
    const event = await scored('none', 1_000);
    expect(event.data.policy?.mayAlert).toBe(false);
    expect(await stored(event.data.deals[0]!.offerId)).toEqual([]);
  });

  it('are really deleted when their lifetime is over', async () => {
    await send(offered('short', 1_000, 1), {
      policy: { ...policy, cacheLifetimeMs: 1_000 },
      collectedAt: new Date().toISOString(),
    });
    const { offerId } = (await scored('short', 1_000)).data.deals[0]!;
    await world.until(async () => (await stored(offerId)).length === 0);
    expect(await world.sql('scoring', `select 1 from last_price where expires_at <= now()`)).toEqual([]);
  });

  it('lose the history that was written while it was allowed, and get one again when it is', async () => {
    const before = offered('turned', 1_000, 1);
    await send(before, { policy: undefined });
    const alice = newId();
    const own = price(alice, { product: 'turned', priceMinor: 700 });
    await publish(world, alice, accepted([own]));
    await Promise.all([scored('turned', 1_000), scored('turned', 700)]);
    expect(await stored(before.offerId)).toEqual([{ kind: 'point' }, { kind: 'offer' }]);
    // The next cycle tells of another product: all that its source has left behind goes.
    await send(offered('later', 900, 2));
    await world.until(async () => (await stored(before.offerId)).length === 0);
    const request = { accountId: newId(), productId: before.productId, limit: 10 };
    expect(await world.ask(GetHistory, request)).toEqual({ points: [], next: null });
    // What an account posted is its own, also where the source has the same name.
    const ofAlice = { accountId: alice, productId: own.productId, limit: 10 };
    expect((await world.ask(GetHistory, ofAlice)).points).toMatchObject([{ priceMinor: 700 }]);

    await send(offered('turned', 800, 3), { policy: undefined });
    await scored('turned', 800);
    expect((await world.ask(GetHistory, request)).points).toMatchObject([{ priceMinor: 800 }]);
    await send(offered('later', 890, 3));
    await world.until(async () => (await stored(before.offerId)).length === 0);
  });

  it('are forgotten while they wait to be confirmed, too', async () => {
    const allowed = { source: 'once-allowed', policy: { ...policy, mayStoreHistory: true } };
    for (const day of [1, 2, 3]) await send(offered('waits', 1_000, day), allowed);
    await send(offered('waits', 10, 4), allowed);
    const { offerId } = offered('waits', 10, 4);
    const waiting = () => world.sql('scoring', 'select 1 from held_price where offer_id = $1', [offerId]);
    await world.until(async () => (await waiting()).length === 1);
    await send(offered('waits', 1_000, 5), { source: allowed.source });
    await world.until(async () => (await waiting()).length === 0);
  });

  it('do not keep those of other sources in the same batch out of the history, which knows where each came from', async () => {
    await Promise.all([
      send(offered('strict', 1_000, 1)),
      send(offered('free', 900, 1), { source: 'free', policy: undefined, adapterVersion: 'free-shop/2' }),
    ]);
    const { productId } = (await scored('free', 900)).data.deals[0]!;
    await scored('strict', 1_000);
    const { points } = await world.ask(GetHistory, { accountId: newId(), productId, limit: 10 });
    expect(points).toMatchObject([
      {
        priceMinor: 900,
        source: 'free',
        origin: 'fetched',
        adapterVersion: 'free-shop/2',
        fetchId: expect.any(String),
        collectedAt: '2026-03-01T12:00:00.000Z',
      },
    ]);
  });
});

import {
  FormQuarantined,
  newId,
  OffersAccepted,
  offerIdOf,
  ProductChanged,
  productIdOf,
  ListQuarantined,
  GetProducts,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { collection, observation, publish, startEnrichment } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startEnrichment();
});
afterAll(() => world.stop());

const acceptedOf = (fetchId: string) => world.event(OffersAccepted, (seen) => seen.data.fetchId === fetchId);

describe('enrichment', () => {
  it('passes one message on as one message, in its order, tied to listings and offers', async () => {
    const account = newId();
    const data = collection({
      mode: 'backfill',
      observations: [
        observation({ product: 'b', seller: 'Ann', condition: 'used', listPriceMinor: 1999, title: 'B' }),
        observation({ product: 'a', availability: 'in_stock', brand: 'kept apart from the price' }),
        observation({ product: 'b', priceMinor: 5 }),
      ],
    });
    await publish(world, account, data);
    const { data: accepted, accountId } = await acceptedOf(data.fetchId);
    expect(accountId).toBe(account);
    expect(accepted).toMatchObject({
      source: 'steam',
      origin: 'posted',
      mode: 'backfill',
      collectedAt: data.collectedAt,
    });
    const [a, b] = [productIdOf(account, 'steam', 'a'), productIdOf(account, 'steam', 'b')];
    expect(accepted.offers.map((offer) => [offer.productId, offer.offerId, offer.priceMinor])).toEqual([
      [b, offerIdOf(b, 'Ann', 'used'), 1499],
      [a, a, 1499],
      [b, b, 5],
    ]);
    expect(accepted.offers[1]).not.toHaveProperty('brand');
  });

  it('sets malformed, mistaken and future observations apart and lets the good ones around them pass', async () => {
    const account = newId();
    const data = collection({
      source: 'amazon-in',
      observations: [
        observation({ product: 'B07JW9H4J1' }),
        observation({ product: '0306406153' }),
        observation({ product: 'B07JW9H4J2', gtin: '4006381333932' }),
        observation({ product: 'B07JW9H4J3', observedAt: '2026-03-01T12:10:00.001Z' }),
        observation({ product: 'B07JW9H4J4', title: 'nul \0' }),
        observation({ product: 'B07JW9H4J5' }),
      ],
      unreadable: [{ product: 'item 7', field: 'price', problem: 'no number', raw: '{"price":"?"}' }],
    });
    await publish(world, account, data);
    const accepted = await acceptedOf(data.fetchId);
    expect(accepted.data.offers.map((offer) => offer.product)).toEqual(['B07JW9H4J1', 'B07JW9H4J5']);
    const apart = await world.event(FormQuarantined, (seen) => seen.data.fetchId === data.fetchId);
    expect(apart.data.observations.map(({ product, reason, field }) => [product, reason, field])).toEqual([
      ['item 7', 'malformed', 'price'],
      ['0306406153', 'identifier', 'product'],
      ['B07JW9H4J2', 'identifier', 'gtin'],
      ['B07JW9H4J3', 'future', 'observedAt'],
      ['B07JW9H4J4', 'malformed', 'title'],
    ]);
    const first = await world.ask(ListQuarantined, { accountId: account, limit: 3 });
    const rest = await world.ask(ListQuarantined, { accountId: account, limit: 3, cursor: first.next! });
    expect(rest.next).toBeNull();
    const listed = [...first.items, ...rest.items];
    expect(listed.map((item) => item.product).toSorted()).toEqual(
      apart.data.observations.map((item) => item.product).toSorted(),
    );
    expect(listed.every((item) => item.source === 'amazon-in')).toBe(true);
  });

  it('publishes no accepted offers for a message in which nothing is acceptable', async () => {
    const account = newId();
    const bad = collection({ observations: [observation({ gtin: '12345678' })] });
    const good = collection({ observations: [observation()] });
    await publish(world, account, bad);
    await publish(world, account, good);
    await acceptedOf(good.fetchId);
    expect(world.events(OffersAccepted).some((seen) => seen.data.fetchId === bad.fetchId)).toBe(false);
  });

  it('tells of a listing when it is new or its facts change, also to a process that remembers nothing', async () => {
    const account = newId();
    const send = async (facts: object, observedAt: string, replica?: 'fresh') => {
      if (replica) {
        await world.running('enrichment').stop();
        await world.start('enrichment');
      }
      const data = collection({ observations: [observation({ ...facts, observedAt })] });
      await publish(world, account, data);
      await acceptedOf(data.fetchId);
    };
    await send({ title: 'One', brand: 'B' }, '2026-03-01T01:00:00.000Z');
    await send({ title: 'One', brand: 'B' }, '2026-03-01T02:00:00.000Z');
    await send({ title: 'One' }, '2026-03-01T03:00:00.000Z', 'fresh');
    await send({}, '2026-03-01T04:00:00.000Z');
    await send({ title: 'late' }, '2026-03-01T02:30:00.000Z');
    await send({ title: 'Two' }, '2026-03-01T05:00:00.000Z');
    const told = () => world.events(ProductChanged).filter((seen) => seen.accountId === account);
    await world.until(() => told().length >= 2);
    expect(told().map((seen) => seen.data.products.map((product) => product.facts))).toEqual([
      [{ title: 'One', brand: 'B' }],
      [{ title: 'Two', brand: 'B' }],
    ]);
  });

  it('keeps the newest price of an offer; of two with the same time the first one', async () => {
    const account = newId();
    const productId = productIdOf(account, 'steam', '730');
    const prices: [number, string][][] = [
      [
        [100, '2026-03-01T02:00:00.000Z'],
        [300, '2026-03-01T03:00:00.000Z'],
        [301, '2026-03-01T03:00:00.000Z'],
      ],
      [
        [302, '2026-03-01T03:00:00.000Z'],
        [200, '2026-03-01T02:30:00.000Z'],
      ],
    ];
    for (const some of prices) {
      const observations = some.map(([priceMinor, observedAt]) => observation({ priceMinor, observedAt }));
      const data = collection({ observations });
      await publish(world, account, data);
      await acceptedOf(data.fetchId);
    }
    const { products } = await world.ask(GetProducts, { accountId: account, productIds: [productId] });
    expect(products[0]?.offers.map((offer) => [offer.priceMinor, offer.observedAt])).toEqual([
      [300, '2026-03-01T03:00:00.000Z'],
    ]);
  });

  it('remembers no facts of a transaction that was rolled back', async () => {
    const account = newId();
    await world.sql(
      'enrichment',
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused by the test'; end $$`,
    );
    await world.sql(
      'enrichment',
      `create trigger refuse before insert on offer for each row when (new.seller = 'refused') execute function refuse()`,
    );
    const facts = { product: 'rolled-back', title: 'Seen once' };
    await publish(
      world,
      account,
      collection({ observations: [observation({ ...facts, seller: 'refused' })] }),
    );
    await world.until(async () => (await world.sql('enrichment', 'select 1 from bus_parked')).length > 0);
    // Behind the parked message: it is handled after that one, by a process that saw these facts fail.
    await publish(world, account, collection({ observations: [observation(facts)] }));
    await world.sql('enrichment', 'drop trigger refuse on offer');
    const productId = productIdOf(account, 'steam', 'rolled-back');
    await world.event(ProductChanged, (seen) =>
      seen.data.products.some((one) => one.productId === productId),
    );
    const [row] = await world.sql<{ title: string }>(
      'enrichment',
      'select title from product where product_id = $1',
      [productId],
    );
    expect(row?.title).toBe('Seen once');
  });

  it('forgets what was set apart longer ago than the retention, when more is set apart', async () => {
    const account = newId();
    const bad = (product: string) =>
      collection({ observations: [observation({ product, gtin: '12345678' })] });
    const count = async () =>
      (await world.ask(ListQuarantined, { accountId: account, limit: 10 })).items.length;
    await publish(world, account, bad('old'));
    await world.until(async () => (await count()) === 1);
    await world.sql(
      'enrichment',
      `update quarantined set quarantined_at = now() - interval '31 days' where account_id = $1`,
      [account],
    );
    await publish(world, account, bad('new'));
    await world.until(async () => {
      const { items } = await world.ask(ListQuarantined, { accountId: account, limit: 10 });
      return items.map((item) => item.product).join() === 'new';
    });
  });
});

import { DealsScored, OffersAccepted, OPERATOR_ACCOUNT_ID, streamOf } from '@souk/contracts';
import { Database } from '@souk/service';
import { startWorld, type World } from '@souk/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { listDeadLetters } from '../src/dead-letters.ts';
import { type Behaviour, keyOf, offer, recorder } from './pipeline.ts';

const accountId = OPERATOR_ACCOUNT_ID;
const POISON = 13;
const MALFORMED_PARTITION = 1;

describe('poison', () => {
  let world: World;
  const behaviour: Behaviour = { before: () => undefined, batches: [] };

  beforeEach(async () => {
    behaviour.before = () => undefined;
    behaviour.batches = [];
    world = await startWorld({ services: { scoring: recorder(behaviour) } });
  });
  afterEach(() => world?.stop());

  const publish = (product: string, priceMinor: number): Promise<string> =>
    world.publish(OffersAccepted, offer(product, priceMinor), { accountId, key: keyOf(product) });
  const pricesOf = (product: string): number[] =>
    world
      .events(DealsScored)
      .flatMap(({ data }) => data.deals)
      .filter(({ productId }) => productId === keyOf(product))
      .map(({ priceMinor }) => priceMinor);
  const letters = (): Promise<{ payload: string; failed_at: Date }[]> =>
    world.sql('scoring', 'select payload, failed_at from bus_dead_letter order by failed_at');
  const untilLetters = (count: number): Promise<{ payload: string; failed_at: Date }[]> =>
    world.until(async () => {
      const found = await letters();
      return found.length >= count && found;
    });

  it('stays as it was given up when the broker forgets and delivers it again, and is not taken for what gets its place', async () => {
    await world.publishRaw(OffersAccepted, 'first', MALFORMED_PARTITION);
    const [first] = await untilLetters(1);
    const manager = await jetstreamManager(world.broker);
    const stream = streamOf('enrichment');
    const readers = await manager.consumers.list(stream).next();
    for (const { name } of readers) await manager.consumers.delete(stream, name);
    // read in order: once this one is there, the first has been delivered again
    await world.publishRaw(OffersAccepted, 'second', MALFORMED_PARTITION);
    expect((await untilLetters(2))[0]).toEqual(first);

    await manager.streams.delete(stream);
    await world.until(() => manager.streams.info(stream));
    await world.publishRaw(OffersAccepted, 'third', MALFORMED_PARTITION);
    expect((await untilLetters(3)).map(({ payload }) => payload)).toEqual(['first', 'second', 'third']);
  });

  it('is listed page by page, none left out although many were given up within a millisecond', async () => {
    await world.sql(
      'scoring',
      `insert into bus_dead_letter (consumer, message_id, part, event_type, reason, attempts, payload, keys, failed_at)
       select 'test', gen_random_uuid(), 0, 'test', 'test', 1, place::text, '{}',
         timestamptz '2026-01-01 00:00:00.001' + place / 2 * interval '100 microseconds'
       from generate_series(0, 9) as place`,
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listDeadLetters(world.app('scoring').get(Database), { limit: 3, cursor });
      seen.push(...page.items.map(({ payload }) => payload));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(Array.from({ length: 10 }, (_, place) => String(place)));
  });

  it('lets hundreds of messages that waited behind it be handled within seconds, in order', async () => {
    const behind = Array.from({ length: 300 }, (_, place) => POISON + 1 + place);
    let broken = true;
    behaviour.before = (prices) => {
      if (broken && prices.includes(POISON)) throw new Error('poison');
    };
    await publish('hot', POISON);
    for (const price of behind) await publish('hot', price);
    await world.until(async () => {
      const [row] = await world.sql<{ count: number }>('scoring', 'select count(*)::int from bus_parked');
      return row?.count === behind.length + 1;
    });
    broken = false;
    await world.until(() => pricesOf('hot').length > behind.length, { withinMs: 40_000 });
    expect(pricesOf('hot')).toEqual([POISON, ...behind]);
  });

  it('is tried again in time while other messages come faster than they are handled', async () => {
    const attempts: number[] = [];
    let handled = 0;
    behaviour.before = async (prices) => {
      if (prices.includes(POISON)) {
        attempts.push(handled);
        throw new Error('poison');
      }
      handled += prices.length;
      await new Promise((resolve) => setTimeout(resolve, 100)); // a handler that takes its time
    };
    const others = Array.from({ length: 1_000 }, (_, place) => `other-${place}`);
    await publish('poison', POISON);
    await Promise.all(others.map((product) => publish(product, 1)));
    await world.until(() => handled >= others.length, { withinMs: 40_000 });
    // alone for the first time, and three times more after 1, 3 and 8 s, unless all was handled before
    const whileBusy = attempts.filter((before) => before < others.length - 100);
    expect(whileBusy.length).toBeGreaterThanOrEqual(2);
    expect(whileBusy.at(-1)).toBeGreaterThan(0);
  });
});

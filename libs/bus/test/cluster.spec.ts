import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { DealsScored, newId, OffersAccepted, OPERATOR_ACCOUNT_ID, streamOf } from '@souk/contracts';
import { type Cluster, startCluster, startWorld, type World } from '@souk/testing';
import { keyOf, offer, recorder } from './pipeline.ts';

const PRODUCTS = Array.from({ length: 8 }, (_, index) => `product-${index}`);
const ROUNDS = 250;
const KILL_AT = [60, 140];

describe('three servers that keep every stream together', () => {
  let cluster: Cluster;
  let world: World;
  let manager: JetStreamManager;

  beforeAll(async () => {
    cluster = await startCluster(4);
    world = await startWorld({
      services: { scoring: recorder({ before: () => undefined, batches: [] }) },
      broker: cluster,
      streams: { SOUK_STREAM_REPLICAS: '3' },
    });
    manager = await jetstreamManager(world.broker, { timeout: 2_000 });
  }, 120_000);
  afterAll(() => (world ?? cluster)?.stop(), 60_000);

  const leaderOf = (stream: string): Promise<string> =>
    world.until(async () => (await manager.streams.info(stream)).cluster?.leader, { withinMs: 90_000 });
  /** A server that still reads what it missed cannot stand in for the next one that falls. */
  const caughtUp = (stream: string): Promise<boolean> =>
    world.until(
      async () => (await manager.streams.info(stream)).cluster?.replicas?.every(({ current }) => current),
      { withinMs: 90_000 },
    );
  /** As the owner's relay does: again under the same id until it is confirmed. */
  const publish = async (product: string, price: number): Promise<void> => {
    const options = { accountId: OPERATOR_ACCOUNT_ID, key: keyOf(product), id: newId() };
    await world.until(async () => world.publish(OffersAccepted, offer(product, price), options), {
      withinMs: 120_000,
    });
  };

  it('lose nothing and double nothing when leaders of the streams are killed under load', async () => {
    const { config } = await world.until(() => manager.streams.info(streamOf('enrichment')));
    expect(config.num_replicas).toBe(3);
    const changes: { stream: string; from: string; to: string }[] = [];
    const streams = [streamOf('enrichment'), streamOf('scoring')];
    /** Kills the leader of a stream, brings it back when another one leads, and waits until it has caught up. */
    const changeLeader = async (stream: string): Promise<void> => {
      const from = await leaderOf(stream);
      await cluster.kill(from);
      const to = await world.until(
        async () => {
          const leader = (await manager.streams.info(stream)).cluster?.leader;
          return leader !== from && leader;
        },
        { withinMs: 90_000 },
      );
      changes.push({ stream, from, to });
      await cluster.restart(from);
      for (const restarted of streams) await caughtUp(restarted);
    };
    let changing: Promise<void> = Promise.resolve();
    for (let price = 1; price <= ROUNDS; price++) {
      const stream = streams[KILL_AT.indexOf(price)];
      // The load goes on meanwhile; one of three may be missing, not two.
      if (stream) changing = changing.then(() => changeLeader(stream));
      await Promise.all(PRODUCTS.map((product) => publish(product, price)));
    }
    await changing;
    expect(changes.map(({ stream }) => stream)).toEqual(streams);

    const expected = PRODUCTS.length * ROUNDS;
    const effects = (): Promise<{ product_id: string; price_minor: number }[]> =>
      world.sql('scoring', 'select product_id, price_minor from effect order by place');
    await world.until(async () => (await effects()).length >= expected, { withinMs: 90_000 });
    const prices = Array.from({ length: ROUNDS }, (_, index) => index + 1);
    const stored = await effects();
    for (const product of PRODUCTS) {
      const mine = stored.filter(({ product_id }) => product_id === keyOf(product));
      expect(mine.map(({ price_minor }) => price_minor)).toEqual(prices);
    }
    // What followed from them is in the other stream, once each.
    const followed = async (): Promise<number> =>
      (await manager.streams.info(streamOf('scoring'))).state.messages;
    await world.until(async () => (await followed()) >= expected, { withinMs: 60_000 });
    expect(await world.until(followed)).toBe(expected);
    // Whoever listens misses what comes while it looks for another server, and hears nothing twice.
    expect(world.events(DealsScored).length).toBeLessThanOrEqual(expected);
    expect(await world.sql('scoring', 'select 1 from bus_dead_letter')).toEqual([]);
  }, 300_000);
});

import { Database, SystemClock } from '@souk/service';
import {
  DealsScored,
  GetDeals,
  durableOf,
  ListDeadLettersRequest,
  ListDeadLettersResponse,
  OffersAccepted,
  OPERATOR_ACCOUNT_ID,
  query,
  streamOf,
} from '@souk/contracts';
import { createDatabase, startWorld, type World } from '@souk/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { BASE_CONFIG } from '../src/bus.module.ts';
import { Bus } from '../src/bus.ts';
import { connectNats } from '../src/nats.ts';
import { HandOver } from '../src/hand-over.ts';
import { Relay } from '../src/relay.ts';
import { OwnStream } from '../src/streams.ts';
import { type Behaviour, keyOf, offer, recorder } from './pipeline.ts';

const accountId = OPERATOR_ACCOUNT_ID;
const listDeadLetters = query('scoring.list-dead-letters', {
  summary: '',
  request: ListDeadLettersRequest,
  response: ListDeadLettersResponse,
});
const products = Array.from({ length: 12 }, (_, index) => `product-${index}`);

describe('the bus under failure', () => {
  let world: World;
  const behaviour: Behaviour = { before: () => undefined, batches: [] };

  beforeEach(async () => {
    behaviour.before = () => undefined;
    delete behaviour.beforeAnswer;
    world = await startWorld({ services: { scoring: recorder(behaviour) } });
  });
  const { deliver } = HandOver.prototype;
  afterEach(() => {
    HandOver.prototype.deliver = deliver;
    return world?.stop();
  });

  const publish = (product: string, priceMinor: number): Promise<string> =>
    world.publish(OffersAccepted, offer(product, priceMinor), { accountId, key: keyOf(product) });
  const effects = (): Promise<{ product_id: string; price_minor: number }[]> =>
    world.sql('scoring', 'select product_id, price_minor from effect order by place');
  const effectsOf = async (product: string): Promise<number[]> =>
    (await effects()).filter((row) => row.product_id === keyOf(product)).map((row) => row.price_minor);
  const publishRounds = async (from: number, to: number): Promise<void> => {
    for (let price = from; price <= to; price++)
      for (const product of products) await publish(product, price);
  };
  const expectEachOnceInOrder = async (upTo: number): Promise<void> => {
    await world.until(async () => (await effects()).length >= products.length * upTo);
    for (const product of products) {
      expect(await effectsOf(product)).toEqual(Array.from({ length: upTo }, (_, index) => index + 1));
    }
    // What was committed is published by whoever holds the partition's outbox by then.
    await world.until(() => world.events(DealsScored).length >= products.length * upTo);
    expect(world.events(DealsScored)).toHaveLength(products.length * upTo);
  };

  it('shares partitions with a second replica, and each product keeps its order across the change of hands', async () => {
    await publishRounds(1, 5);
    await world.start('scoring', { instance: 'scoring-2' });
    await publishRounds(6, 10);
    await world.until(async () => {
      const holders = await world.sql<{ holders: number }>(
        'scoring',
        `select count(distinct replica_id) as holders from bus_lease where consumer = 'scoring-offers-accepted-v1'`,
      );
      return holders[0]!.holders === 2;
    });
    await publishRounds(11, 15);
    await expectEachOnceInOrder(15);
  });

  it('hands its partitions over when it stops, and loses and doubles nothing', async () => {
    const second = await world.start('scoring', { instance: 'scoring-2' });
    await publishRounds(1, 5);
    await second.stop();
    await publishRounds(6, 10);
    await expectEachOnceInOrder(10);
  });

  it('fences a replica whose partitions were taken while it was working', async () => {
    let resume = (): void => undefined;
    let reached = (): void => undefined;
    const atWork = new Promise<void>((resolve) => (reached = resolve));
    const go = new Promise<void>((resolve) => (resume = resolve));
    let first = true;
    behaviour.before = async () => {
      if (!first) return;
      first = false;
      reached();
      await go;
    };
    await publish('product-0', 1);
    await atWork;
    // Somebody else takes the partition: it has to wait for the open transaction, then the epoch has moved on.
    const taken = world.sql('scoring', 'update bus_lease set epoch = epoch + 1');
    resume();
    await taken;
    await publish('product-0', 2);
    await world.until(async () => (await effectsOf('product-0')).length === 2);
    expect(await effectsOf('product-0')).toEqual([1, 2]);
  });

  it('uses up no attempt while Postgres is away, and goes on when it is back', async () => {
    await publish('product-1', 1);
    await world.until(async () => (await effects()).length === 1);
    const name = new URL(world.urls.postgres('scoring')).pathname.slice(1);
    const admin = await createDatabase();
    const { Client } = await import('pg');
    const client = new Client({ connectionString: admin.adminUrl });
    await client.connect();
    try {
      await client.query(`alter database ${name} allow_connections false`);
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'souk_scoring'`,
        [name],
      );
      const report = async (): Promise<boolean> =>
        await world
          .running('scoring')
          .app.get(Database)
          .ping()
          .then(
            () => true,
            () => false,
          );
      await world.until(async () => !(await report()));
      for (let price = 2; price <= 20; price++) await publish('product-1', price);
      await client.query(`alter database ${name} allow_connections true`);
    } finally {
      await client.end();
      await admin.drop();
    }
    await world.until(async () => (await effectsOf('product-1')).length === 20);
    expect(await effectsOf('product-1')).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(
      await world.sql('scoring', 'select 1 from bus_dead_letter union all select 1 from bus_parked'),
    ).toEqual([]);
  });

  it('tells whoever asks while Postgres breaks off to ask again, not that something is broken', async () => {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: world.urls.postgres('scoring') });
    await client.connect();
    try {
      await client.query('begin; lock table scoring.bus_dead_letter in access exclusive mode');
      const answer = world.ask(listDeadLetters, { limit: 1 }).catch((error: unknown) => error);
      await world.until(async () => {
        const { rowCount } = await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rowCount! > 0;
      });
      const retryAfterMs: unknown = expect.any(Number);
      expect(await answer).toMatchObject({ code: 'unavailable', retryAfterMs });
    } finally {
      await client.end();
    }
    expect(await world.ask(listDeadLetters, { limit: 1 })).toEqual({ items: [], next: null });
  });

  it('lets nobody wait for an answer that cannot come once the connection to the broker is lost', async () => {
    const app = world.app('scoring');
    const nats = await connectNats(world.urls.nats('test'), 'test', 'asker');
    const bus = new Bus(nats, app.get(Database), new SystemClock(), app.get(Relay), 4, 'test');
    const never = query('quota.never', {
      summary: '',
      request: ListDeadLettersRequest,
      response: ListDeadLettersResponse,
      deadlineMs: 60_000,
    });
    const heard = new Promise<void>((resolve) => {
      world.nats.subscribe(never.subject, { callback: () => resolve() });
    });
    await world.nats.flush();
    const answer = bus.ask(never, { limit: 1 }).catch((error: unknown) => error);
    await heard;
    await nats.reconnect();
    expect(await answer).toMatchObject({ code: 'unavailable' });
    await nats.close();
  });

  it('publishes its outbox again when the broker has lost the stream, and nobody handles anything twice', async () => {
    await publishRounds(1, 3);
    await expectEachOnceInOrder(3);
    const manager = await jetstreamManager(world.broker);
    await manager.streams.purge(streamOf('scoring'));
    await manager.streams.delete(streamOf('scoring'));
    const stored = await world.until(async () => {
      const info = await manager.streams.info(streamOf('scoring'));
      return info.state.messages === 36 && info;
    });
    expect(stored.state.messages).toBe(36);
    expect(await effects()).toHaveLength(36);
  });

  it('notes how far the stream has confirmed together with the cursor, so that a broker set back by seconds is noticed', async () => {
    await publishRounds(1, 3);
    await expectEachOnceInOrder(3);
    const manager = await jetstreamManager(world.broker);
    const { last_seq: filled } = (await manager.streams.info(streamOf('scoring'))).state;
    expect(filled).toBe(36);
    const noted = await world.until(async () => {
      const rows = await world.sql<{ last_sequence: number }>(
        'scoring',
        'select last_sequence from bus_stream',
      );
      return rows[0]!.last_sequence === filled && rows;
    });
    expect(noted).toHaveLength(1);
  });

  it('does not take what is published while it looks for a loss', async () => {
    await publishRounds(1, 1);
    await expectEachOnceInOrder(1);
    const { app } = world.running('scoring');
    const manager = await jetstreamManager(world.broker);
    const database = app.get(Database);
    let stream: OwnStream;
    // a database that takes its time: meanwhile one more event is published and confirmed
    const slow = Object.create(database) as Database;
    slow.read = async (accounts, work) => {
      const rows = await database.read(accounts, work);
      await publishRounds(2, 2);
      await expectEachOnceInOrder(2);
      const { last_seq: sequence } = (await manager.streams.info(streamOf('scoring'))).state;
      stream.confirmed({ sequence, isDuplicate: false });
      return rows;
    };
    stream = new OwnStream('scoring', app.get(BASE_CONFIG), manager, slow);
    expect(await stream.lostSomething()).toBeUndefined();
    // whereas what is really gone is told, and how it shows
    stream.confirmed({ sequence: 1_000, isDuplicate: false });
    slow.read = database.read.bind(database);
    expect(await stream.lostSomething()).toBe('it ends at 24, 1000 was confirmed');
  });

  it('publishes everything again also when that is decided while events are in flight', async () => {
    const relay = world.app('scoring').get(Relay);
    let heard = 0;
    const inFlight = new Promise<void>((resolve) => {
      world.nats.subscribe('scoring.deals-scored.v1.*', {
        callback: () => {
          heard += 1;
          if (heard === 1) resolve();
        },
      });
    });
    await world.nats.flush();
    await world
      .app('scoring')
      .get(Bus)
      .transaction([accountId], async ({ publish: tell }) => {
        for (let price = 1; price <= 400; price += 1) {
          const { source, mode, offers } = offer('product-0', price);
          tell(DealsScored, { source, mode, deals: offers }, { accountId, key: keyOf('product-0') });
        }
      });
    await inFlight;
    await relay.republish(48);
    await world.until(() => heard >= 800);
  });

  it('reads on where it was, and handles nothing twice, when the broker has lost a stream it reads', async () => {
    await publishRounds(1, 3);
    await expectEachOnceInOrder(3);
    const manager = await jetstreamManager(world.broker);
    await manager.streams.delete(streamOf('enrichment'));
    await world.until(() => manager.streams.info(streamOf('enrichment')));
    await publishRounds(4, 6);
    await expectEachOnceInOrder(6);
  });

  it('reads a batch again that failed for a reason that nobody thought of, before all that is behind it', async () => {
    await publishRounds(1, 1);
    await expectEachOnceInOrder(1);
    let failures = 0;
    HandOver.prototype.deliver = function (deliveries) {
      if (failures === 2 || deliveries.length === 0) return deliver.call(this, deliveries);
      failures += 1;
      return Promise.reject(new Error('nobody thought of this'));
    };
    await publishRounds(2, 6);
    await expectEachOnceInOrder(6);
    expect(failures).toBe(2);
  });

  it('passes over unread what it has handled when a stream is filled again, and handles what is new in between', async () => {
    const time = new Date().toISOString();
    const tell = (price: number, id?: string): Promise<string> =>
      world.publish(OffersAccepted, offer('product-0', price), {
        ...{ accountId, key: keyOf('product-0'), time },
        ...(id && { id }),
      });
    const sent = new Map<string, number>();
    for (let price = 1; price <= 120; price += 1) sent.set(await tell(price), price);
    await world.until(async () => (await effects()).length === 120);
    const manager = await jetstreamManager(world.broker);
    await manager.streams.delete(streamOf('enrichment'));
    await world.until(() => manager.streams.info(streamOf('enrichment')));
    let read = 0;
    HandOver.prototype.deliver = function (deliveries) {
      read += deliveries.length;
      return deliver.call(this, deliveries);
    };
    for (const [id, price] of sent) {
      await tell(price, id);
      if (price === 60) await tell(121);
    }
    await tell(122);
    await world.until(async () => (await effects()).length >= 122);
    expect((await effectsOf('product-0')).slice(-3)).toEqual([120, 121, 122]);
    // a batch of 20 at most until it is noticed, at the beginning and after each new one
    expect(read - 2).toBeLessThanOrEqual(60);
  });

  it('gets a delivery again that was lost on its way, and acknowledges none that it never saw', async () => {
    await publishRounds(1, 1);
    await expectEachOnceInOrder(1);
    const broker = jetstream(world.broker);
    const lost: number[] = [];
    // Somebody else's request takes deliveries away, as a connection does that breaks while they are on their way.
    const thieves = [0, 1, 2, 3].map(async (partition) => {
      const durable = durableOf('scoring', OffersAccepted, partition);
      const consumer = await broker.consumers.get(streamOf('enrichment'), durable);
      for await (const msg of await consumer.fetch({ max_messages: 2, expires: 10_000 })) lost.push(msg.seq);
    });
    await publishRounds(2, 6);
    await expectEachOnceInOrder(6);
    await Promise.all(thieves);
    expect(lost.length).toBeGreaterThan(0);
  });

  it('waits for its stream and says who makes it, and goes on by itself when it is there', async () => {
    await world.stopProvisioning();
    const manager = await jetstreamManager(world.broker);
    await manager.streams.delete(streamOf('scoring'));
    await world.running('scoring').stop();
    await world.start('scoring');
    const readiness = async (): Promise<{ status: number; text: string }> => {
      const answer = await fetch(`http://127.0.0.1:${world.running('scoring').healthPort}/readyz`);
      return { status: answer.status, text: await answer.text() };
    };
    const waiting = await readiness();
    expect(waiting.status).toBe(503);
    expect(waiting.text).toMatch(/no stream SCORING: the provisioner makes it: npm start/);
    await publishRounds(1, 2);
    await world.until(async () => (await effects()).length === 24);
    expect(world.events(DealsScored)).toEqual([]);
    await world.startProvisioning();
    await expectEachOnceInOrder(2);
    await world.until(async () => (await readiness()).status === 200);
  });

  it('stops although an answer takes long, and tells who waits for it to ask again', async () => {
    let answer: (() => void) | undefined;
    behaviour.beforeAnswer = () => new Promise((resolve) => (answer = resolve));
    const asked = world
      .ask(GetDeals, { accountId, productIds: [keyOf('a')] })
      .catch((error: unknown) => error);
    await world.until(() => answer !== undefined);
    await world.running('scoring').stop();
    expect(await asked).toMatchObject({
      code: 'unavailable',
      message: 'scoring is stopping; try again',
    });
    answer!();
  });

  it('notes how far it has published as soon as it can, though nothing new comes', async () => {
    await world.sql('scoring', 'create sequence refused_saves');
    await world.sql(
      'scoring',
      `create function refuse() returns trigger language plpgsql security definer as
       $$ begin perform nextval('scoring.refused_saves'); raise 'no saving now'; end $$`,
    );
    await world.sql(
      'scoring',
      'create trigger refused before update on bus_cursor for each row execute function refuse()',
    );
    await publish('product-0', 1);
    await world.until(() => world.events(DealsScored).length === 1);
    await world.until(async () => {
      const [saves] = await world.sql<{ is_called: boolean }>(
        'scoring',
        'select is_called from refused_saves',
      );
      return saves!.is_called;
    });
    await world.sql('scoring', 'drop trigger refused on bus_cursor');
    await world.until(async () => {
      const unsaved = await world.sql(
        'scoring',
        'select 1 from bus_outbox o join bus_cursor c using (part) where o.position > c.position',
      );
      return unsaved.length === 0;
    });
  });

  it('publishes its outbox again from every replica when the stream is lost', async () => {
    await world.start('scoring', { instance: 'scoring-2' });
    await world.until(async () => {
      const holders = await world.sql(
        'scoring',
        "select distinct replica_id from bus_lease where consumer = 'relay' and replica_id is not null",
      );
      return holders.length === 2;
    });
    await publishRounds(1, 3);
    await expectEachOnceInOrder(3);
    const manager = await jetstreamManager(world.broker);
    const { state } = await manager.streams.info(streamOf('scoring'));
    await world.sql('scoring', `update bus_stream set last_sequence = ${state.last_seq}`);
    await manager.streams.delete(streamOf('scoring'));
    await world.until(async () => (await manager.streams.info(streamOf('scoring'))).state.messages === 36);
    expect(await effects()).toHaveLength(36);
  });

  it('keeps events in the outbox while the stream is full, says so, and publishes them when there is room', async () => {
    await world.running('scoring').stop();
    await world.start('scoring', { env: { SOUK_STREAM_MAX_BYTES: '20000' } });
    await publishRounds(1, 4);
    await world.until(async () => (await effects()).length === 48);
    const health = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${world.running('scoring').healthPort}/readyz`);
    await world.until(async () => (await health()).status === 503);
    expect(JSON.stringify(await (await health()).json())).toContain('SCORING is full');
    const manager = await jetstreamManager(world.broker);
    // Until it is looked at again a row may still find room.
    const taken = await world.until(async () => {
      const { messages } = (await manager.streams.info(streamOf('scoring'))).state;
      return messages === world.events(DealsScored).length && messages;
    });
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(48);
    // Nothing that was confirmed was dropped for it.
    expect((await manager.streams.info(streamOf('scoring'))).state.first_seq).toBe(1);

    await world.running('scoring').stop();
    await world.start('scoring');
    await world.until(() => world.events(DealsScored).length === 48);
    await world.until(async () => (await health()).status === 200);
    expect((await manager.streams.info(streamOf('scoring'))).state.messages).toBe(48);
  });
});

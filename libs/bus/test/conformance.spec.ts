import { randomBytes } from 'node:crypto';
import {
  answerSubject,
  DealsScored,
  GetDeals,
  headlineOf,
  ListDeadLettersRequest,
  ListDeadLettersResponse,
  newId,
  OffersAccepted,
  OPERATOR_ACCOUNT_ID,
  query,
  ReplayDeadLettersRequest,
  ReplayDeadLettersResponse,
} from '@souk/contracts';
import { startWorld, type World } from '@souk/testing';
import { Database } from '@souk/service';
import { type Behaviour, keyOf, offer, recorder } from './pipeline.ts';

const accountId = OPERATOR_ACCOUNT_ID;
const listDeadLetters = query('scoring.list-dead-letters', {
  summary: '',
  request: ListDeadLettersRequest,
  response: ListDeadLettersResponse,
});
const replayDeadLetters = query('scoring.replay-dead-letters', {
  summary: '',
  request: ReplayDeadLettersRequest,
  response: ReplayDeadLettersResponse,
});

describe('the bus', () => {
  let world: World;
  const behaviour: Behaviour = { before: () => undefined, batches: [] };

  beforeAll(async () => {
    world = await startWorld({ services: { scoring: recorder(behaviour) } });
  });
  afterAll(() => world?.stop());
  beforeEach(() => {
    behaviour.before = () => undefined;
    behaviour.batches = [];
  });

  const publish = (product: string, priceMinor: number, id?: string): Promise<string> =>
    world.publish(OffersAccepted, offer(product, priceMinor), {
      accountId,
      key: keyOf(product),
      ...(id && { id }),
    });
  const effects = async (product: string): Promise<number[]> =>
    (
      await world.sql<{ price_minor: number }>(
        'scoring',
        'select price_minor from effect where product_id = $1 order by place',
        [keyOf(product)],
      )
    ).map((row) => row.price_minor);
  const scored = (product: string): number[] =>
    world
      .events(DealsScored)
      .filter((seen) => seen.data.deals[0]!.productId === keyOf(product))
      .map((seen) => seen.data.deals[0]!.priceMinor);

  it('says which products an event names, to whoever follows it, before the event is heard', async () => {
    const heard: string[] = [];
    const subject = `${DealsScored.type}.*`;
    const following = [headlineOf(subject), subject].map((name) =>
      world.nats.subscribe(name, {
        callback: (_error, message) => {
          heard.push(`${message.subject.split('.')[0]} ${message.string()}`);
        },
      }),
    );
    await publish('headlined', 100);
    const isHeard = (kind: string): boolean =>
      heard.some((text) => text.startsWith(kind) && text.includes(keyOf('headlined')));
    await world.until(() => isHeard('scoring '));
    for (const subscription of following) subscription.unsubscribe();
    expect(heard.filter((text) => text.includes(keyOf('headlined')))[0]).toBe(
      `headline ${keyOf('headlined')}`,
    );
  });

  it('handles a message once and publishes what follows from it', async () => {
    await publish('once', 100);
    await world.until(() => scored('once').length === 1);
    expect(await effects('once')).toEqual([100]);
  });

  it('handles a message that is delivered again under its old id only once', async () => {
    const id = newId();
    await publish('again', 1, id);
    await world.until(() => scored('again').length === 1);
    // Past the broker's own duplicate window the same id comes a second time.
    await world.publishRaw(
      OffersAccepted,
      JSON.stringify({
        specversion: '1.0',
        id,
        source: 'souk/enrichment',
        type: OffersAccepted.type,
        time: (
          await world.sql<{ at: Date }>(
            'scoring',
            'select message_time as at from bus_inbox where message_id = $1',
            [id],
          )
        )[0]!.at.toISOString(),
        account: accountId,
        correlationid: id,
        data: offer('again', 1),
      }),
      Number.parseInt(keyOf('again').slice(-8), 16) % 4,
    );
    await publish('again', 2);
    await world.until(() => scored('again').includes(2));
    expect(await effects('again')).toEqual([1, 2]);
  });

  it('keeps the order of one product under load', async () => {
    const prices = Array.from({ length: 200 }, (_, index) => index + 1);
    for (const price of prices) await publish('ordered', price);
    await world.until(() => scored('ordered').length === prices.length);
    expect(await effects('ordered')).toEqual(prices);
    expect(scored('ordered')).toEqual(prices);
    expect(Math.max(...behaviour.batches.map((batch) => batch.length))).toBeGreaterThan(1);
  });

  it('rolls back effect and events together when a handler fails, and tries the message alone', async () => {
    let failures = 0;
    behaviour.before = (prices) => {
      if (prices.includes(666) && failures++ < 2) throw new Error('not now');
    };
    await publish('rollback', 666);
    await world.until(() => scored('rollback').length === 1);
    expect(await effects('rollback')).toEqual([666]);
  });

  it('parks what comes behind a failed message of the same product, and lets other products pass', async () => {
    let broken = true;
    behaviour.before = (prices) => {
      if (broken && prices.includes(13)) throw new Error('thirteen');
    };
    await publish('parked', 13);
    await publish('parked', 14);
    await publish('passing', 15);
    await world.until(() => scored('passing').length === 1);
    expect(await effects('parked')).toEqual([]);
    broken = false;
    await world.until(() => scored('parked').length === 2);
    expect(await effects('parked')).toEqual([13, 14]);
  });

  it('gives a poison message up after five attempts within 60 s, then goes on, and replays it once when asked', async () => {
    let poisoned = true;
    let attempts = 0;
    behaviour.before = (prices) => {
      if (poisoned && prices.includes(99)) {
        attempts++;
        throw new Error('poison');
      }
    };
    const traceId = randomBytes(16).toString('hex');
    const id = await world.publish(OffersAccepted, offer('poison', 99), {
      accountId,
      key: keyOf('poison'),
      traceparent: `00-${traceId}-${'1'.repeat(16)}-01`,
    });
    await publish('poison', 100);
    await world.until(() => scored('poison').length === 1, { withinMs: 60_000 });
    expect(await effects('poison')).toEqual([100]);
    const { items } = await world.ask(listDeadLetters, { limit: 10 });
    const letter = items.find((item) => item.id === id)!;
    expect(letter).toMatchObject({
      reason: 'poison',
      attempts: 5,
      eventType: OffersAccepted.type,
      accountId,
      traceId,
    });
    expect(JSON.parse(letter.payload)).toMatchObject({
      id,
      type: OffersAccepted.type,
      account: accountId,
      data: offer('poison', 99),
    });
    // The first failure may have been in company; alone it was tried five times.
    expect(attempts).toBeLessThanOrEqual(6);

    poisoned = false;
    expect(await world.ask(replayDeadLetters, { ids: [id] })).toEqual({ replayed: 1, ids: [id] });
    expect(await world.ask(replayDeadLetters, { ids: [id] })).toEqual({ replayed: 0, ids: [] });
    await world.until(() => scored('poison').length === 2);
    expect(await effects('poison')).toEqual([100, 99]);
  });

  it('parks what the database takes too long for, instead of trying it for ever, and goes on with all others', async () => {
    // as the server says it; every batch with this price runs out of time
    const timeout = Object.assign(new Error('canceling statement due to statement timeout'), {
      code: '57014',
    });
    behaviour.before = (prices) => {
      if (prices.includes(77)) throw timeout;
    };
    const id = await publish('slow', 77);
    await publish('quick', 78);
    await world.until(() => scored('quick').length === 1, { withinMs: 30_000 });
    const parked = await world.until(
      async () =>
        (
          await world.sql<{ attempts: number; waits: boolean }>(
            'scoring',
            `select attempts, next_attempt_at > clock_timestamp() + interval '30 s' as waits
             from bus_parked where message_id = $1`,
            [id],
          )
        )[0],
    );
    expect(parked).toEqual({ attempts: 1, waits: true });
    behaviour.before = () => undefined;
    await world.sql(
      'scoring',
      'update bus_parked set next_attempt_at = clock_timestamp() where message_id = $1',
      [id],
    );
    await world.until(() => scored('slow').length === 1);
    expect(await effects('slow')).toEqual([77]);
  });

  it('puts what is no event into the dead letters at once, with the reason', async () => {
    await world.publishRaw(OffersAccepted, 'not json', 1);
    await world.publishRaw(OffersAccepted, '{"specversion":"1.0"}', 1);
    const items = await world.until(async () => {
      const list = (await world.ask(listDeadLetters, { limit: 50 })).items.filter((item) =>
        item.reason.startsWith('malformed'),
      );
      return list.length >= 2 && list;
    });
    expect(items.map((item) => item.reason).join('\n')).toMatch(/no JSON[\s\S]*|envelope/);
  });

  it('keeps the trace of what it gives up, so that an operator finds where it came from', async () => {
    const [id, traceId] = [newId(), randomBytes(16).toString('hex')];
    const event = {
      specversion: '1.0',
      id,
      source: 'souk/enrichment',
      type: OffersAccepted.type,
      time: new Date().toISOString(),
      account: accountId,
      correlationid: id,
      traceparent: `00-${traceId}-${'1'.repeat(16)}-01`,
      data: {},
    };
    await world.publishRaw(OffersAccepted, JSON.stringify(event), 1);
    const letter = await world.until(async () =>
      (await world.ask(listDeadLetters, { limit: 50 })).items.find((item) => item.traceId === traceId),
    );
    expect(letter).toMatchObject({ eventType: OffersAccepted.type, attempts: 1 });
    expect(letter.reason).toMatch(/^malformed: data: /);
  });

  it('answers queries, passes refusals on as they are, and says so when nobody answers', async () => {
    const productIds = [keyOf('a')];
    expect(await world.ask(GetDeals, { accountId, productIds })).toEqual({ deals: [] });
    await expect(
      world.ask(GetDeals, { accountId, productIds: [...productIds, keyOf('b')] }),
    ).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field: 'productIds', problem: 'one' }],
    });
    await expect(world.ask(GetDeals, { accountId, productIds: ['x'] })).rejects.toMatchObject({
      code: 'invalid',
    });
    const withNote = (note: string): { accountId: string; productIds: string[] } =>
      Object.assign({ accountId, productIds }, { note });
    await expect(world.ask(GetDeals, withNote('a\0b'))).rejects.toMatchObject({ code: 'invalid' });
    await expect(world.ask(GetDeals, withNote('\ud800'))).rejects.toMatchObject({ code: 'invalid' });
    expect(await world.ask(GetDeals, withNote(String.raw`a\u0000b`))).toEqual({ deals: [] });
    const nobody = query('quota.nobody', {
      summary: '',
      request: GetDeals.request,
      response: GetDeals.response,
    });
    await expect(world.ask(nobody, { accountId, productIds })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('answers in its own name only: nobody has our answers told as events, asked as questions or given for others', async () => {
    const request = JSON.stringify({ accountId, productIds: [keyOf('a')] });
    const heard: string[] = [];
    const own = answerSubject('scoring', 'test', 'mine');
    const subjects = [
      'billing.forged.v1.0',
      'query.billing.forged',
      '_INBOX_test.mine',
      answerSubject('billing', 'test', 'mine'),
      own,
    ];
    for (const subject of subjects)
      world.nats.subscribe(subject, { callback: (_, message) => void heard.push(message.subject) });
    for (const reply of subjects) world.nats.publish(GetDeals.subject, request, { reply });
    await world.until(() => heard.length > 0);
    expect(heard).toEqual([own]);
  });

  it('shows a transaction the rows of its tenants only', async () => {
    const database = world.app('scoring').get(Database);
    await database.read([accountId], async (tx) => {
      expect(await tx.query("select current_setting('souk.tenants') as tenants")).toEqual([
        { tenants: `{${accountId}}` },
      ]);
    });
    await expect(database.read(["'; drop table effect; --"], async () => undefined)).rejects.toThrow('UUID');
  });
});

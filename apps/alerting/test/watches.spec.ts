import {
  CreateChannel,
  CreateWatch,
  type Deal,
  DeleteWatch,
  GetWatch,
  ListWatches,
  newId,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  UpdateWatch,
  WatchChanged,
} from '@souk/contracts';
import { alertsOf, listing, news, prices, scored, source, startAlerting, watch } from './alerting-world.ts';

describe('watches', () => {
  let world: Awaited<ReturnType<typeof startAlerting>>;
  beforeAll(async () => void (world = await startAlerting()));
  afterAll(() => world.stop());

  const own = (accountId: string, product: string) => productIdOf(accountId, source, product);
  const shared = (product: string) => own(OPERATOR_ACCOUNT_ID, product);
  const show = async (accountId: string, watchId: string) =>
    (await world.ask(GetWatch, { accountId, watchId })).watch;
  const fall = (owner: string, product: string, minute = 0) =>
    prices(world, owner, [
      scored(owner, product, {
        observedAt: new Date(Date.UTC(2026, 5, 1, 0, minute)).toISOString(),
        priceMinor: 1,
        previousPriceMinor: 100,
      }),
    ]);

  it("binds the account's own listing first, then the shared one, then none", async () => {
    const accountId = newId();
    world.known.set(shared('both'), listing(OPERATOR_ACCOUNT_ID, 'both'));
    world.known.set(own(accountId, 'both'), listing(accountId, 'both'));
    world.known.set(shared('one'), listing(OPERATOR_ACCOUNT_ID, 'one'));
    const when = { dropPercent: 10 };
    expect((await watch(world, accountId, 'both', when)).productId).toBe(own(accountId, 'both'));
    expect((await watch(world, accountId, 'one', when)).productId).toBe(shared('one'));
    expect((await watch(world, accountId, 'none', when)).productId).toBeNull();
    await fall(OPERATOR_ACCOUNT_ID, 'both');
    expect(await alertsOf(world, accountId)).toEqual([]);
    await fall(OPERATOR_ACCOUNT_ID, 'one');
    expect(await alertsOf(world, accountId)).toHaveLength(1);
  });

  it('an unknown product is bound when it appears: to the shared listing, later to the own one', async () => {
    const accountId = newId();
    const made = await watch(world, accountId, 'late', { dropPercent: 10 });
    await news(world, OPERATOR_ACCOUNT_ID, 'late');
    expect((await show(accountId, made.id)).productId).toBe(shared('late'));
    await fall(OPERATOR_ACCOUNT_ID, 'late', 1);
    await news(world, accountId, 'late');
    expect((await show(accountId, made.id)).productId).toBe(own(accountId, 'late'));
    await fall(OPERATOR_ACCOUNT_ID, 'late', 2);
    await fall(accountId, 'late', 3);
    expect((await alertsOf(world, accountId)).map((alert) => alert.productId)).toEqual([
      own(accountId, 'late'),
      shared('late'),
    ]);
  });

  it('a listing that appears while watches on it are made is bound by every one of them', async () => {
    const accountId = newId();
    for (let round = 0; round < 15; round += 1) {
      const product = `race-${round}`;
      const [, ...made] = await Promise.all([
        news(world, accountId, product),
        ...Array.from({ length: 4 }, () => watch(world, accountId, product, { dropPercent: 10 })),
      ]);
      for (const { id } of made) expect((await show(accountId, id)).productId).toBe(own(accountId, product));
    }
  });

  it('the very first price of the own listing counts, before news of the listing itself', async () => {
    const accountId = newId();
    await watch(world, accountId, 'first', { priceBelow: '5' });
    await prices(world, accountId, [scored(accountId, 'first', { priceMinor: 499 })]);
    expect(await alertsOf(world, accountId)).toHaveLength(1);
  });

  it("the operator's own listing is the shared one: bound when it appears, it stays watched", async () => {
    const made = await watch(world, OPERATOR_ACCOUNT_ID, 'operated', { dropPercent: 10 });
    await news(world, OPERATOR_ACCOUNT_ID, 'operated');
    expect((await show(OPERATOR_ACCOUNT_ID, made.id)).productId).toBe(shared('operated'));
    await fall(OPERATOR_ACCOUNT_ID, 'operated');
    expect(await alertsOf(world, OPERATOR_ACCOUNT_ID, made.id)).toHaveLength(1);
  });

  it("another account's listing of the same code is not bound to", async () => {
    const [ada, bob] = [newId(), newId()];
    const made = await watch(world, ada, 'foreign', { dropPercent: 10 });
    await news(world, bob, 'foreign');
    expect((await show(ada, made.id)).productId).toBeNull();
    await fall(bob, 'foreign');
    expect(await alertsOf(world, ada)).toEqual([]);
  });

  it('a listing named by its id stays the one; an unknown id is refused', async () => {
    const accountId = newId();
    world.known.set(shared('pinned'), listing(OPERATOR_ACCOUNT_ID, 'pinned'));
    const command = { accountId, watchId: newId(), when: { dropPercent: 10 }, channels: ['inbox'] };
    const made = await world.ask(CreateWatch, { ...command, productId: shared('pinned') });
    expect(made.watch.product).toEqual({ source, product: 'pinned' });
    await news(world, accountId, 'pinned');
    expect((await show(accountId, made.watch.id)).productId).toBe(shared('pinned'));
    await expect(
      world.ask(CreateWatch, { ...command, watchId: newId(), productId: newId() }),
    ).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field: 'productId', problem: 'no such product' }],
    });
    await expect(world.ask(CreateWatch, { ...command, watchId: newId() })).rejects.toMatchObject({
      problems: [{ field: 'product' }],
    });
  });

  it('says which conditions are true already, and raises nothing for them', async () => {
    const accountId = newId();
    const productId = own(accountId, 'now');
    world.known.set(productId, listing(accountId, 'now'));
    const deal: Deal = {
      productId,
      offerId: productId,
      observedAt: '2026-01-01T00:00:00.000Z',
      priceMinor: 1_399,
      currency: 'USD',
      listPriceMinor: null,
      availability: 'in_stock',
      score: 40,
      confidence: 1,
      scoreMissing: null,
      factors: [],
      discount: { claimedPercent: null, realPercent: null, method: 'none' },
      previousPriceMinor: 1_499,
      statistics: [],
      traceId: '0'.repeat(32),
    };
    world.deals.set(productId, deal);
    const answer = await world.ask(CreateWatch, {
      accountId,
      watchId: newId(),
      product: { source, product: 'now' },
      when: { priceBelow: '14', dropPercent: 30 },
      channels: ['inbox'],
    });
    expect(answer.alreadyTrue.map((reason) => reason.sentence)).toEqual([
      'is below 14.00 USD already: 13.99 USD',
    ]);
    expect(await alertsOf(world, accountId)).toEqual([]);
  });

  it('the same command repeated, also at the same moment, makes one watch', async () => {
    const accountId = newId();
    const command = {
      accountId,
      watchId: newId(),
      product: { source, product: 'twice' },
      when: { dropPercent: 10 },
      channels: ['inbox'],
    };
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.ask(CreateWatch, command)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await world.ask(ListWatches, { accountId, limit: 10 })).watches).toHaveLength(1);
    await world.event(WatchChanged, (event) => event.data.watchId === command.watchId);
    expect(world.events(WatchChanged).filter((event) => event.data.watchId === command.watchId)).toHaveLength(
      1,
    );
    await expect(world.ask(CreateWatch, { ...command, accountId: newId() })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('conditions and channels that make no sense are refused by field', async () => {
    const [accountId, other] = [newId(), newId()];
    const foreign = newId();
    await world.ask(CreateChannel, { accountId: other, channelId: foreign, channel: { type: 'inbox' } });
    world.known.set(own(accountId, 'yen'), {
      ...listing(accountId, 'yen'),
      offers: [
        {
          offerId: own(accountId, 'yen'),
          seller: null,
          condition: null,
          priceMinor: 1_500,
          currency: 'JPY',
          listPriceMinor: null,
          shippingMinor: null,
          availability: null,
          observedAt: '2026-01-01T00:00:00.000Z',
        },
      ],
    });
    const command = { accountId, product: { source, product: 'yen' }, channels: ['inbox'] };
    await expect(
      world.ask(CreateWatch, {
        ...command,
        watchId: newId(),
        when: { priceBelow: '14.5', dropPercent: 10.123 },
      }),
    ).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field: 'when.priceBelow' }, { field: 'when.dropPercent' }],
    });
    for (const channel of ['nonsense', newId(), foreign]) {
      const channels = ['inbox', channel];
      await expect(
        world.ask(CreateWatch, { ...command, watchId: newId(), when: { dropPercent: 10 }, channels }),
      ).rejects.toMatchObject({ code: 'invalid', problems: [{ field: 'channels.1' }] });
    }
    expect((await world.ask(ListWatches, { accountId, limit: 10 })).watches).toEqual([]);
  });

  it('a cursor that was made up is refused by field', async () => {
    const accountId = newId();
    const cursors = [
      'made up',
      '',
      ...[[], ['x', newId()], [-1, newId()], [1e300, newId()], [1, 'x']].map((place) =>
        Buffer.from(JSON.stringify(place)).toString('base64url'),
      ),
    ];
    for (const cursor of cursors) {
      await expect(world.ask(ListWatches, { accountId, limit: 10, cursor })).rejects.toMatchObject({
        code: 'invalid',
        problems: [{ field: 'cursor' }],
      });
    }
  });

  it('a changed watch is matched by what it says now, a paused one not at all', async () => {
    const accountId = newId();
    const made = await watch(world, accountId, 'change', { dropPercent: 10 });
    await world.ask(UpdateWatch, { accountId, watchId: made.id, paused: true });
    await fall(accountId, 'change', 1);
    // What appears while it is paused is caught up with when it goes on.
    await news(world, accountId, 'change');
    const resumed = await world.ask(UpdateWatch, {
      accountId,
      watchId: made.id,
      paused: false,
      when: { scoreAtLeast: 50 },
      channels: ['inbox', 'inbox'],
    });
    expect(resumed.watch).toMatchObject({
      productId: own(accountId, 'change'),
      when: { scoreAtLeast: 50 },
      channels: ['inbox'],
      paused: false,
    });
    await fall(accountId, 'change', 2);
    await prices(world, accountId, [scored(accountId, 'change', { score: 50, previousScore: 49 })]);
    expect((await alertsOf(world, accountId)).map((alert) => alert.reasons[0]!.kind)).toEqual([
      'scoreAtLeast',
    ]);
    const changes = await world.until(() => {
      const seen = world.events(WatchChanged).filter((event) => event.data.watchId === made.id);
      return seen.length === 3 && seen;
    });
    expect(changes.map((event) => event.data.change)).toEqual(['created', 'updated', 'updated']);
    expect(changes.at(-1)!.data.productIds).toEqual([own(accountId, 'change')]);
  });

  it('a deleted watch raises nothing more, and its alerts stay', async () => {
    const accountId = newId();
    const made = await watch(world, accountId, 'delete', { dropPercent: 10 });
    await fall(accountId, 'delete', 1);
    await world.ask(DeleteWatch, { accountId, watchId: made.id });
    await fall(accountId, 'delete', 2);
    expect(await alertsOf(world, accountId)).toHaveLength(1);
    expect(await world.sql('alerting', 'select 1 from match_index where watch_id = $1', [made.id])).toEqual(
      [],
    );
    await expect(show(accountId, made.id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(world.ask(DeleteWatch, { accountId, watchId: made.id })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it("no account sees, changes or deletes another's watch", async () => {
    const [ada, bob] = [newId(), newId()];
    const made = await watch(world, ada, 'mine', { dropPercent: 10 });
    const foreign = { accountId: bob, watchId: made.id };
    await expect(world.ask(GetWatch, foreign)).rejects.toMatchObject({ code: 'not-found' });
    await expect(world.ask(UpdateWatch, { ...foreign, paused: true })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(world.ask(DeleteWatch, foreign)).rejects.toMatchObject({ code: 'not-found' });
    expect(await show(ada, made.id)).toEqual(made);
  });

  it('lists newest first, by pages', async () => {
    const accountId = newId();
    const made = [];
    for (const product of ['a', 'b', 'c'])
      made.push(await watch(world, accountId, product, { dropPercent: 10 }));
    const first = await world.ask(ListWatches, { accountId, limit: 2 });
    const second = await world.ask(ListWatches, { accountId, limit: 2, cursor: first.next! });
    expect([...first.watches, ...second.watches].map((one) => one.id).toSorted()).toEqual(
      made.map((one) => one.id).toSorted(),
    );
    expect(first.watches).toHaveLength(2);
    expect(second.next).toBeNull();
  });

  it('news of a listing that arrive late never overwrite newer ones', async () => {
    const accountId = newId();
    await news(world, accountId, 'title', { title: 'New' }, '2026-02-01T00:00:00.000Z');
    await news(world, accountId, 'title', { title: 'Old' }, '2026-01-01T00:00:00.000Z');
    await watch(world, accountId, 'title', { dropPercent: 10 });
    await fall(accountId, 'title');
    expect((await alertsOf(world, accountId))[0]!.title).toBe('New');
  });

  it('an alert raised before the title of its product was known says it as soon as it is', async () => {
    const accountId = newId();
    await watch(world, accountId, 'overtaken', { dropPercent: 10 });
    await fall(accountId, 'overtaken');
    expect((await alertsOf(world, accountId))[0]!.title).toBeNull();
    await news(world, accountId, 'overtaken', { title: 'Late' });
    expect((await alertsOf(world, accountId))[0]!.title).toBe('Late');
  });

  it('every table of tenants has forced row-level security, and without tenants nothing is seen', async () => {
    const tables = await world.sql<{
      relname: string;
      relrowsecurity: boolean;
      relforcerowsecurity: boolean;
    }>(
      'alerting',
      `select relname, relrowsecurity, relforcerowsecurity from pg_class c
       where relnamespace = 'alerting'::regnamespace and relkind = 'r' and relname not like 'bus\\_%'
         and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id')`,
    );
    const open = tables.filter((table) => !table.relrowsecurity || !table.relforcerowsecurity);
    // Look-ups that come before the tenant is known; none has private content beyond ids and names of chats.
    expect(open.map((table) => table.relname).toSorted()).toEqual([
      'conversation_turn',
      'crowd_watch',
      'delivery_queue',
      'digest_turn',
      'link_code',
      'match_index',
      'slack_conversation',
      'slack_message',
      'telegram_answer',
      'telegram_chat',
      'telegram_link',
      'watch_words',
    ]);
    const { Client } = await import('pg');
    const client = new Client({ connectionString: world.urls.postgres('alerting') });
    await client.connect();
    for (const table of ['watch', 'alert', 'channel', 'delivery', 'product']) {
      const { rows } = await client.query(`select 1 from alerting.${table} where account_id <> $1`, [
        OPERATOR_ACCOUNT_ID,
      ]);
      expect(rows).toEqual([]);
    }
    await expect(client.query('update alerting.alert set title = null')).rejects.toThrow('permission denied');
    await client.end();
  });
});

import {
  AlertDelivered,
  CaptureCredits,
  CreditsChanged,
  type DataOf,
  GrantCredits,
  ListEntries,
  newId,
  ReleaseCredits,
  ReserveCredits,
  UsageRecorded,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { account, audit, balanceOf, holdOf, startBilling } from './billing-world.ts';

let world: World;
beforeAll(async () => {
  world = await startBilling();
});
afterAll(() => world?.stop());
afterEach(async () => expect(await audit(world)).toEqual([]));

const usageOf = (accountId: string, credits: number, more: object = {}): DataOf<typeof UsageRecorded> => ({
  usageId: newId(),
  accountId,
  keyId: newId(),
  operation: 'history',
  count: Math.max(credits, 1),
  credits,
  subjects: [],
  from: '2026-03-01T23:59:59.900Z',
  to: '2026-03-02T00:00:00.100Z',
  ...more,
});
const deliveryOf = (more: object = {}): DataOf<typeof AlertDelivered> => ({
  alertId: newId(),
  watchId: newId(),
  deliveryId: newId(),
  channelId: newId(),
  channelType: 'telegram',
  attempts: 1,
  possibleRepeat: false,
  deliveredAt: '2026-03-01T12:00:00.000Z',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  ...more,
});
const tell = (usage: DataOf<typeof UsageRecorded>, accountId = usage.accountId) =>
  world.publish(UsageRecorded, usage, { accountId, key: accountId });
const deliver = (accountId: string, delivery: DataOf<typeof AlertDelivered>) =>
  world.publish(AlertDelivered, delivery, { accountId, key: delivery.watchId });
const told = (accountId: string, count: number) =>
  world.until(
    async () =>
      (await world.sql('billing', 'select from usage where account_id = $1', [accountId])).length === count,
    { what: `${count} uses recorded` },
  );
const lease = async (accountId: string, amount: number) => {
  const request = holdOf(accountId, amount, { expiresInMs: 600_000 });
  await world.ask(ReserveCredits, request);
  return request.holdId;
};
const holdState = async (holdId: string) =>
  (
    await world.sql<{ state: string; captured: number }>('billing', 'select * from hold where id = $1', [
      holdId,
    ])
  )[0];

describe('reads', () => {
  it('are captured from their lease, which stays open until it is used up', async () => {
    const accountId = await account(world, 100);
    const holdId = await lease(accountId, 50);
    await tell(usageOf(accountId, 30, { holdId }));
    await told(accountId, 1);
    expect(await balanceOf(world, accountId)).toMatchObject({
      available: 50,
      held: 20,
      used: 30,
      receivable: 0,
    });
    expect(await holdState(holdId)).toMatchObject({ state: 'open', captured: 30 });
    await tell(usageOf(accountId, 20, { holdId }));
    await told(accountId, 2);
    expect(await holdState(holdId)).toMatchObject({ state: 'captured', captured: 50 });
    expect(await world.sql('billing', 'select from hold_due where hold_id = $1', [holdId])).toEqual([]);
  });

  it('beyond what is left in the lease are charged to what is available, and the rest is owed', async () => {
    const accountId = await account(world, 60);
    const holdId = await lease(accountId, 50);
    await tell(usageOf(accountId, 75, { holdId }));
    await told(accountId, 1);
    expect(await balanceOf(world, accountId)).toEqual({
      accountId,
      unmetered: false,
      available: 0,
      held: 0,
      receivable: 15,
      used: 75,
    });
  });

  it('whose lease ended meanwhile are charged to what is available', async () => {
    const accountId = await account(world, 100);
    const holdId = await lease(accountId, 50);
    await world.ask(ReleaseCredits, { accountId, holdId });
    await tell(usageOf(accountId, 30, { holdId }));
    await told(accountId, 1);
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 70, held: 0, used: 30 });
  });

  it('told twenty times, in messages of their own, are charged once', async () => {
    const accountId = await account(world, 100);
    const usage = usageOf(accountId, 30);
    await Promise.all(Array.from({ length: 20 }, () => tell(usage)));
    await tell(usageOf(accountId, 1));
    await told(accountId, 2);
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 69, used: 31 });
  });

  it('told together by the thousand are each recorded and charged once, whatever was told before', async () => {
    const accountId = await account(world, 10_000);
    const holdId = await lease(accountId, 500);
    const uses = Array.from({ length: 2_500 }, (_, number) =>
      usageOf(accountId, 1 + (number % 2), { holdId }),
    );
    const messages = Array.from({ length: 25 }, (_, place) => {
      const [first, ...more] = uses.slice(place * 100, place * 100 + 100);
      return { ...first!, more };
    });
    await tell(uses[1_234]!);
    await told(accountId, 1);
    await Promise.all([...messages, messages[0]!, messages[24]!].map((message) => tell(message)));
    await told(accountId, uses.length);
    expect(await balanceOf(world, accountId)).toMatchObject({
      available: 6_250,
      held: 0,
      used: 3_750,
      receivable: 0,
    });
    const [paid] = await world.sql(
      'billing',
      `select sum(captured)::int as captured, sum(charged)::int as charged, sum(owed)::int as owed from usage
       where account_id = $1`,
      [accountId],
    );
    expect(paid).toEqual({ captured: 500, charged: 3_250, owed: 0 });
  });

  it("cannot be paid from another account's lease", async () => {
    const [accountId, other] = [await account(world, 100), await account(world, 100)];
    const holdId = await lease(other, 50);
    await Promise.all([tell(usageOf(accountId, 30, { holdId })), tell(usageOf(other, 0))]);
    await told(accountId, 1);
    expect(await balanceOf(world, other)).toMatchObject({ available: 50, held: 50, used: 0 });
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 70, used: 30 });
  });

  it("are charged to the envelope's account, whatever the data say", async () => {
    const [accountId, other] = [await account(world, 100), await account(world, 100)];
    await tell(usageOf(other, 30), accountId);
    await told(accountId, 1);
    expect(await balanceOf(world, other)).toMatchObject({ available: 100, used: 0 });
  });

  it('of an unmetered account are counted and owed, with a lease or without', async () => {
    const accountId = await account(world, 0, true);
    const holdId = await lease(accountId, 50);
    await Promise.all([tell(usageOf(accountId, 30, { holdId })), tell(usageOf(accountId, 5))]);
    await told(accountId, 2);
    await world.ask(CaptureCredits, { accountId, holdId, amount: 0 });
    expect(await balanceOf(world, accountId)).toMatchObject({
      available: 0,
      held: 0,
      receivable: 35,
      used: 35,
    });
  });

  it('are counted by account, day and operation, the free ones too, and keep what was looked at', async () => {
    const accountId = await account(world, 100);
    await Promise.all([
      tell(usageOf(accountId, 3)),
      tell(usageOf(accountId, 4, { subjects: ['p1', 'p2'] })),
      tell(usageOf(accountId, 0, { operation: 'observations', count: 500 })),
    ]);
    await told(accountId, 3);
    const days = await world.sql(
      'billing',
      `select day::text, operation, count::int, credits::int from usage_daily where account_id = $1 order by operation`,
      [accountId],
    );
    expect(days).toEqual([
      { day: '2026-03-01', operation: 'history', count: 7, credits: 7 },
      { day: '2026-03-01', operation: 'observations', count: 500, credits: 0 },
    ]);
    const subjects = await world.sql(
      'billing',
      `select subjects from usage where account_id = $1 and cardinality(subjects) > 0`,
      [accountId],
    );
    expect(subjects).toEqual([{ subjects: ['p1', 'p2'] }]);
  });

  it('are charged whatever was looked for, also what Postgres cannot store', async () => {
    const accountId = await account(world, 100);
    await tell(usageOf(accountId, 3, { subjects: ['a\0b', '\ud800'] }));
    await told(accountId, 1);
    const [row] = await world.sql('billing', 'select subjects from usage where account_id = $1', [accountId]);
    expect(row).toEqual({ subjects: ['ab', '\ufffd'] });
  });

  it('name what they were for in the ledger', async () => {
    const accountId = await account(world, 100);
    await tell(usageOf(accountId, 3, { operation: 'deal' }));
    await told(accountId, 1);
    const { entries } = await world.ask(ListEntries, { accountId, limit: 2 });
    expect(entries.map(({ kind, book, amount, reason }) => [kind, book, amount, reason])).toEqual([
      ['charge', 'used', 3, '3 x deal'],
      ['charge', 'available', -3, '3 x deal'],
    ]);
  });

  it('of an account that does not exist hold up nobody else', async () => {
    const accountId = await account(world, 100);
    const stranger = newId();
    await world.publish(UsageRecorded, usageOf(stranger, 1), { accountId: stranger, key: accountId });
    await tell(usageOf(accountId, 30));
    await told(accountId, 1);
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 70 });
  });
});

describe('alerts', () => {
  it('cost a credit per delivery, to the inbox nothing, and are counted by channel', async () => {
    const accountId = await account(world, 10);
    await Promise.all([
      deliver(accountId, deliveryOf()),
      deliver(accountId, deliveryOf({ channelType: 'webhook' })),
      deliver(accountId, deliveryOf({ channelType: 'inbox', channelId: 'inbox' })),
    ]);
    await told(accountId, 3);
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 8, used: 2 });
    const days = await world.sql<{ operation: string }>(
      'billing',
      'select operation from usage_daily where account_id = $1 order by 1',
      [accountId],
    );
    expect(days.map(({ operation }) => operation)).toEqual([
      'alert.inbox',
      'alert.telegram',
      'alert.webhook',
    ]);
  });

  it('without credit are owed', async () => {
    const accountId = await account(world, 1);
    await Promise.all([deliver(accountId, deliveryOf()), deliver(accountId, deliveryOf())]);
    await told(accountId, 2);
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 0, receivable: 1, used: 2 });
  });

  it('told again, in a message of its own, are charged once', async () => {
    const accountId = await account(world, 10);
    const delivery = deliveryOf();
    for (let times = 0; times < 3; times++) await deliver(accountId, delivery);
    await deliver(accountId, deliveryOf({ watchId: delivery.watchId }));
    await told(accountId, 2);
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 8, used: 2 });
  });
});

it('running out is announced once for each time, however many uses it took', async () => {
  const accountId = await account(world, 10);
  await Promise.all(Array.from({ length: 30 }, () => tell(usageOf(accountId, 1))));
  await told(accountId, 30);
  expect(await balanceOf(world, accountId)).toMatchObject({ available: 0, receivable: 20 });
  const exhausted = (event: { data: DataOf<typeof CreditsChanged> }) =>
    event.data.accountId === accountId && event.data.change === 'exhausted';
  const announced = await world.event(CreditsChanged, exhausted);
  expect(announced).toMatchObject({ accountId, data: { available: 0 } });
  await tell(usageOf(accountId, 1));
  await told(accountId, 31);
  // Events of one account keep their order: whatever was announced before the grant has arrived with it.
  await world.ask(GrantCredits, { accountId, grantId: newId(), credits: 7, reason: 'more' });
  await world.event(CreditsChanged, ({ data }) => data.accountId === accountId && data.available === 7);
  expect(world.events(CreditsChanged).filter(exhausted)).toHaveLength(1);
  await tell(usageOf(accountId, 7));
  await world.until(() => world.events(CreditsChanged).filter(exhausted).length === 2);
});

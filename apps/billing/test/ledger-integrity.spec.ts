import {
  CaptureCredits,
  type DataOf,
  GrantCredits,
  newId,
  Refusal,
  ReleaseCredits,
  ReserveCredits,
  UsageRecorded,
} from '@souk/contracts';
import { Database, type Tx } from '@souk/service';
import type { World } from '@souk/testing';
import { TENANT_TABLES } from '../src/migrations/1764010000000-tenants-read-once.ts';
import { account, audit, balanceOf, holdOf, startBilling } from './billing-world.ts';

let world: World;
let database: Database;
beforeAll(async () => {
  world = await startBilling();
  database = world.app('billing').get(Database);
});
afterAll(() => world?.stop());

/** As the service itself could, with its role and its rights. */
const asService = (accountId: string, work: (tx: Tx) => Promise<unknown>) =>
  database.transaction([accountId], work);
const insertEntry = (tx: Tx, accountId: string, book: string, amount: number, transactionId: string) =>
  tx.query(
    `insert into entry (account_id, transaction_id, kind, book, amount, reason, created_at)
     values ($1, $2, 'charge', $3, $4, 'test', now())`,
    [accountId, transactionId, book, amount],
  );

it.each(TENANT_TABLES)(
  '%s: policies read the tenants of a transaction once, not for each row',
  async (table) => {
    let plan: Record<string, string>[] = [];
    await asService(
      newId(),
      async (tx) => (plan = await tx.query(`explain (costs off) select from ${table}`)),
    );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toMatch(/account_id = ANY \(\$\d+\)/);
    expect(text).not.toContain('::uuid[]');
  },
);

describe('what is written down stays', () => {
  it.each([
    'update entry set amount = amount + 1',
    'delete from entry',
    'truncate entry',
    'update usage set credits = 0',
    'delete from usage',
    'delete from hold',
    'delete from balance',
    'delete from account',
    'alter table entry disable trigger all',
    'drop table entry',
  ])('the role of the service may not: %s', async (sql) => {
    const accountId = await account(world, 5);
    await expect(asService(accountId, (tx) => tx.query(sql))).rejects.toMatchObject({ code: '42501' });
  });

  it('a hold that has ended cannot be opened again', async () => {
    const accountId = await account(world, 5);
    const request = holdOf(accountId, 5);
    await world.ask(ReserveCredits, request);
    await world.ask(ReleaseCredits, { accountId, holdId: request.holdId });
    for (const change of [`state = 'open', closed_at = null`, `state = 'captured'`, 'captured = 5']) {
      const reopened = asService(accountId, (tx) => tx.query(`update hold set ${change}`));
      await expect(reopened).rejects.toThrow(/has ended as released and stays so/);
    }
  });
});

describe('the database refuses', () => {
  it('a transaction whose entries do not sum to zero, at its commit', async () => {
    const accountId = await account(world, 5);
    const one = asService(accountId, (tx) => insertEntry(tx, accountId, 'available', -1, newId()));
    await expect(one).rejects.toThrow(/sum to -1, not to 0/);
    const transactionId = newId();
    const move = (id: string, amount: number) =>
      asService(accountId, async (tx) => {
        await insertEntry(tx, accountId, 'available', -amount, id);
        await insertEntry(tx, accountId, 'used', amount, id);
      });
    await move(transactionId, 1);
    const later = asService(accountId, (tx) => insertEntry(tx, accountId, 'held', 1, transactionId));
    await expect(later).rejects.toThrow(/sum to 1, not to 0/);
    // These entries went past the balance: the audit sees it until they are reversed.
    expect(await audit(world)).toMatchObject([{ account_id: accountId, wrong: 'balance' }]);
    await move(newId(), -1);
    expect(await audit(world)).toEqual([]);
  });

  it('one that hides from its tenant before commit', async () => {
    const accountId = await account(world, 5);
    const hidden = asService(accountId, async (tx) => {
      await insertEntry(tx, accountId, 'available', -1, newId());
      await tx.query(`set local souk.tenants = '{}'`);
    });
    await expect(hidden).rejects.toThrow(/not to 0/);
  });

  it('a balance below zero', async () => {
    const accountId = await account(world, 5);
    for (const book of ['available', 'held', 'used']) {
      const below = asService(accountId, (tx) => tx.query(`update balance set ${book} = -1`));
      await expect(below).rejects.toMatchObject({ code: '23514' });
    }
    const owedToUs = asService(accountId, (tx) => tx.query('update balance set receivable = 1'));
    await expect(owedToUs).rejects.toMatchObject({ code: '23514' });
  });
});

const WORKERS = 50;
const ROUNDS = 12;

/** One worker's round: a random command; being out of credits is an answer, anything else a failure. */
async function act(
  accountId: string,
  random: () => number,
  used: DataOf<typeof UsageRecorded>[],
): Promise<number> {
  const amount = 1 + Math.floor(random() * 40);
  if (random() < 0.15) {
    await world.ask(GrantCredits, { accountId, grantId: newId(), credits: amount, reason: 'test' });
    return amount;
  }
  const end = random();
  // What a command ends must still be open then, however long it waited for its turn.
  const expiresInMs = end >= 0.4 && end < 0.9 ? 60_000 : 1_000;
  const request = holdOf(accountId, amount, { atMost: random() < 0.5, expiresInMs });
  const hold = await world.ask(ReserveCredits, request).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'payment-required') return undefined;
    throw error;
  });
  const holdId = request.holdId;
  const credits = Math.floor(random() * 50);
  if (!hold || end < 0.4) {
    const data = {
      usageId: newId(),
      accountId,
      keyId: newId(),
      operation: 'history',
      count: 1,
      credits,
      holdId,
      subjects: [],
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-01T00:00:00.200Z',
    };
    used.push(data);
    for (let times = random() < 0.3 ? 2 : 1; times > 0; times--)
      await world.publish(UsageRecorded, data, { accountId, key: accountId });
  } else if (end < 0.7) {
    await world.ask(CaptureCredits, { accountId, holdId, amount: Math.min(credits, hold.hold.amount) });
  } else if (end < 0.9) {
    await world.ask(ReleaseCredits, { accountId, holdId });
  }
  return 0;
}

/** A small seeded generator (mulberry32): a failure can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

it(`${WORKERS} workers on one account: the balance is the sum of the entries and never below zero`, async () => {
  const accountId = await account(world, 500);
  const used: DataOf<typeof UsageRecorded>[] = [];
  let granted = 500;
  let lowest = Number.POSITIVE_INFINITY;
  const worker = async (number: number): Promise<void> => {
    const random = seeded(number);
    for (let round = 0; round < ROUNDS; round++) {
      const credits = await act(accountId, random, used);
      granted += credits;
    }
    lowest = Math.min(lowest, (await balanceOf(world, accountId)).available);
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));
  await world.until(async () => {
    const known = await world.sql('billing', 'select from usage where account_id = $1', [accountId]);
    const open = await world.sql('billing', 'select from hold_due where account_id = $1', [accountId]);
    return known.length === used.length && open.length === 0;
  });

  expect(await audit(world)).toEqual([]);
  const credits = await balanceOf(world, accountId);
  expect(credits.held).toBe(0);
  expect(credits.available + credits.used - credits.receivable).toBe(granted);
  expect(lowest).toBeGreaterThanOrEqual(0);
  const [ends] = await world.sql(
    'billing',
    `select count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'captured') > 0 as captured,
       count(*) filter (where state = 'released') > 0 as released, count(*) filter (where state = 'expired') > 0 as expired
     from hold where account_id = $1`,
    [accountId],
  );
  expect(ends).toEqual({ open: 0, captured: true, released: true, expired: true });
});

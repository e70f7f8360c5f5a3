import {
  AccountChanged,
  CreateAccount,
  CreateKey,
  FindKey,
  generateApiKey,
  GetCredits,
  hashApiKey,
  KeyChanged,
  ListAccounts,
  ListKeys,
  newId,
  OPERATOR_ACCOUNT_ID,
  RevokeKey,
} from '@souk/contracts';
import { Database } from '@souk/service';
import type { World } from '@souk/testing';
import { account, startBilling } from './billing-world.ts';

const startKey = hashApiKey(generateApiKey());
const pageKey = hashApiKey(generateApiKey());
const bootstrapKeys = (...keys: object[]) => ({ SOUK_BOOTSTRAP_KEYS: JSON.stringify(keys) });
const start = { name: 'start', sha256: startKey, scopes: ['*'], unmetered: true };
const page = { name: 'live page', sha256: pageKey, scopes: ['read'], unmetered: true };

let world: World;
let database: Database;
beforeAll(async () => {
  world = await startBilling({ env: bootstrapKeys(start, page) });
  database = world.app('billing').get(Database);
});
afterAll(() => world?.stop());

const find = async (sha256: string) => (await world.ask(FindKey, { sha256 })).key;
const newKey = (accountId: string, more: object = {}) => ({
  accountId,
  keyId: newId(),
  name: 'ci',
  scopes: ['read' as const],
  prefix: 'souk_ab12',
  sha256: hashApiKey(generateApiKey()),
  ...more,
});

describe('bootstrap', () => {
  it("the operator's account and the keys of the settings exist from the first boot", async () => {
    const made = await world.event(AccountChanged, (event) => event.data.account.id === OPERATOR_ACCOUNT_ID);
    expect(made.data).toMatchObject({ change: 'created', account: { unmetered: true } });
    expect(await find(startKey)).toMatchObject({
      accountId: OPERATOR_ACCOUNT_ID,
      scopes: ['*'],
      unmetered: true,
    });
    expect(await find(pageKey)).toMatchObject({ scopes: ['read'] });
  });

  it('a key that is not listed any more is revoked at the next boot, listed again it is valid again', async () => {
    const { keyId } = (await find(pageKey))!;
    const other = await world.start('billing', { instance: 'billing-2', env: bootstrapKeys(start) });
    expect(await find(pageKey)).toBeNull();
    expect(await find(startKey)).not.toBeNull();
    await world.event(KeyChanged, ({ data }) => data.keyId === keyId && data.change === 'revoked');
    await other.stop();
    const renamed = { ...page, name: 'page', scopes: ['read', 'watches'] };
    await (
      await world.start('billing', { instance: 'billing-2', env: bootstrapKeys(start, renamed) })
    ).stop();
    expect(await find(pageKey)).toMatchObject({ keyId, scopes: ['read', 'watches'] });
    const { keys } = await world.ask(ListKeys, { accountId: OPERATOR_ACCOUNT_ID, limit: 10 });
    expect(keys.map(({ name, revokedAt }) => ({ name, revokedAt }))).toEqual(
      expect.arrayContaining([
        { name: 'page', revokedAt: null },
        { name: 'start', revokedAt: null },
      ]),
    );
    expect(keys).toHaveLength(2);
  });

  it('replicas that boot at the same moment make one account and one of each key', async () => {
    const fresh = { ...page, sha256: hashApiKey(generateApiKey()) };
    const env = bootstrapKeys(start, fresh);
    const replicas = await Promise.all(
      ['a', 'b', 'c'].map((name) => world.start('billing', { instance: `billing-${name}`, env })),
    );
    const { keyId } = (await find(fresh.sha256))!;
    await world.event(KeyChanged, ({ data }) => data.keyId === keyId);
    await Promise.all(replicas.map((replica) => replica.stop()));
    expect(world.events(KeyChanged).filter(({ data }) => data.keyId === keyId)).toHaveLength(1);
    const operators = world
      .events(AccountChanged)
      .filter(({ data }) => data.account.id === OPERATOR_ACCOUNT_ID);
    expect(operators).toHaveLength(1);
  });
});

describe('accounts', () => {
  it('the same command twenty times at once makes one account and grants its first credits once', async () => {
    const command = { accountId: newId(), name: 'Ada', credits: 500 };
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask(CreateAccount, command)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({
      account: { name: 'Ada', unmetered: false },
      credits: { available: 500 },
    });
    await world.event(AccountChanged, ({ data }) => data.account.id === command.accountId);
    expect(
      world.events(AccountChanged).filter(({ accountId }) => accountId === command.accountId),
    ).toHaveLength(1);
  });

  it.each([{ name: 'Bob' }, { credits: 501 }, { unmetered: true }])(
    'the same id with %j instead is a conflict',
    async (other) => {
      const command = { accountId: newId(), name: 'Ada', credits: 500 };
      await world.ask(CreateAccount, command);
      await expect(world.ask(CreateAccount, { ...command, ...other })).rejects.toMatchObject({
        code: 'conflict',
      });
    },
  );

  it('the pages of the list hold every account once, newest first', async () => {
    for (let count = 0; count < 5; count++) await account(world);
    const ids: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const result = await world.ask(ListAccounts, { limit: 2, ...(cursor && { cursor }) });
      ids.push(...result.accounts.map(({ id }) => id));
      cursor = result.next;
    }
    const inOrder = await world.sql<{ account_id: string }>(
      'billing',
      'select account_id from account order by created_at desc, account_id desc',
    );
    expect(ids).toEqual(inOrder.map((row) => row.account_id));
  });

  it('a cursor that was made up is refused by the name of the field', async () => {
    await expect(world.ask(ListAccounts, { limit: 2, cursor: 'bm8' })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field: 'cursor' }],
    });
  });

  it('one that does not exist is not found', async () => {
    await expect(world.ask(GetCredits, { accountId: newId() })).rejects.toMatchObject({ code: 'not-found' });
    await expect(world.ask(CreateKey, newKey(newId()))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('keys', () => {
  it('are found by their hash until they are revoked, and both is announced', async () => {
    const accountId = await account(world);
    const command = newKey(accountId);
    const { key } = await world.ask(CreateKey, command);
    expect(key).toMatchObject({ id: command.keyId, name: 'ci', prefix: 'souk_ab12', revokedAt: null });
    expect(await find(command.sha256)).toEqual({
      keyId: command.keyId,
      accountId,
      scopes: ['read'],
      unmetered: false,
    });
    const revoked = await world.ask(RevokeKey, { accountId, keyId: command.keyId });
    expect(revoked.key.revokedAt).not.toBeNull();
    expect(await find(command.sha256)).toBeNull();
    await world.event(KeyChanged, ({ data }) => data.keyId === command.keyId && data.change === 'revoked');
    const changes = world.events(KeyChanged).filter(({ data }) => data.keyId === command.keyId);
    expect(changes.map(({ data }) => [data.change, data.sha256])).toEqual([
      ['created', command.sha256],
      ['revoked', command.sha256],
    ]);
    expect(await world.ask(RevokeKey, { accountId, keyId: command.keyId })).toEqual(revoked);
  });

  it('the same command again answers the same key, another secret for it is a conflict', async () => {
    const command = newKey(await account(world));
    const made = await world.ask(CreateKey, command);
    expect(await world.ask(CreateKey, command)).toEqual(made);
    const another = { ...command, sha256: hashApiKey(generateApiKey()) };
    await expect(world.ask(CreateKey, another)).rejects.toMatchObject({ code: 'conflict' });
    const stolen = newKey(await account(world), { sha256: command.sha256 });
    await expect(world.ask(CreateKey, stolen)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('of an unmetered account are unmetered', async () => {
    const command = newKey(await account(world, 0, true));
    await world.ask(CreateKey, command);
    expect(await find(command.sha256)).toMatchObject({ unmetered: true });
  });

  it("another account's keys can neither be seen nor revoked", async () => {
    const [owner, other] = [await account(world), await account(world)];
    const command = newKey(owner);
    await world.ask(CreateKey, command);
    expect(await world.ask(ListKeys, { accountId: other, limit: 10 })).toEqual({ keys: [], next: null });
    const theft = world.ask(RevokeKey, { accountId: other, keyId: command.keyId });
    await expect(theft).rejects.toMatchObject({ code: 'not-found' });
    expect(await find(command.sha256)).not.toBeNull();
  });

  it('the pages of the list hold every key once, newest first', async () => {
    const accountId = await account(world);
    const made: string[] = [];
    for (let count = 0; count < 5; count++)
      made.push((await world.ask(CreateKey, newKey(accountId, { name: `key ${count}` }))).key.id);
    const first = await world.ask(ListKeys, { accountId, limit: 3 });
    const second = await world.ask(ListKeys, { accountId, limit: 3, cursor: first.next! });
    expect(second.next).toBeNull();
    expect(new Set([...first.keys, ...second.keys].map(({ id }) => id))).toEqual(new Set(made));
  });
});

describe('tenants', () => {
  it('nobody sees a row without naming the account; only the operator sees the list of accounts', async () => {
    const mine = await account(world, 5);
    await account(world, 5);
    const count = (accounts: string[], table: string) =>
      database.read(accounts, async (tx) => {
        const [row] = await tx.query<{ rows: number }>(`select count(*) as rows from ${table}`);
        return row!.rows;
      });
    for (const table of ['account', 'api_key', 'balance', 'entry', 'hold', 'usage', 'usage_daily'])
      expect([table, await count([], table)]).toEqual([table, 0]);
    expect(await count([mine], 'account')).toBe(1);
    expect(await count([mine], 'entry')).toBe(2);
    expect(await count([OPERATOR_ACCOUNT_ID], 'account')).toBeGreaterThan(2);
    expect(await count([OPERATOR_ACCOUNT_ID], 'entry')).toBe(0);
  });

  it('every table with a tenant is closed, but for the two that are asked before it is known', async () => {
    const open = await world.sql<{ relname: string }>(
      'billing',
      `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
       where c.relnamespace = 'billing'::regnamespace and c.relkind = 'r' and c.relname not like 'bus_%'
         and not (c.relrowsecurity and c.relforcerowsecurity) order by 1`,
    );
    expect(open.map((row) => row.relname)).toEqual(['hold_due', 'key_hash']);
  });
});

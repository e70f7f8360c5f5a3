import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createDatabase } from '@souk/testing';
import { Database, instantArray, runMigrations, uuidArray } from '@souk/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ALICE = '0190a000-0000-7000-8000-00000000000a';
const BOB = '0190a000-0000-7000-8000-00000000000b';

class Notes1763600000000 implements MigrationInterface {
  name = 'Notes1763600000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table note (account_id uuid not null, amount bigint not null, at timestamptz not null)`,
    );
    await runner.query('alter table note enable row level security');
    await runner.query('alter table note force row level security');
    await runner.query(`create policy tenants on note
      using (account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[]))`);
  }
  async down(): Promise<void> {
    throw new Error('forward only');
  }
}

describe('Database', () => {
  let made: Awaited<ReturnType<typeof createDatabase>>;
  let database: Database;

  beforeAll(async () => {
    made = await createDatabase();
    const migrations = [Notes1763600000000];
    const options = { url: made.urlOf('scoring', 'owner'), schema: 'scoring', migrations };
    expect(await runMigrations(options)).toEqual(['Notes1763600000000']);
    expect(await runMigrations(options)).toEqual([]);
    database = await Database.connect({
      url: made.urlOf('scoring'),
      schema: 'scoring',
      poolSize: 3,
      applicationName: 'test',
    });
  });
  afterAll(async () => {
    await database?.close();
    await made?.drop();
  });

  const write = (account: string, amount: number): Promise<unknown> =>
    database.transaction([account], (tx) =>
      tx.query('insert into note values ($1, $2, $3)', [account, amount, new Date('2026-01-01T00:00:00Z')]),
    );

  it('shows a transaction only the rows of the tenants it was given, and none without any', async () => {
    await write(ALICE, 1);
    await write(BOB, 2);
    const seen = (accounts: string[]): Promise<unknown[]> =>
      database.read(accounts, (tx) => tx.query('select account_id, amount from note order by amount'));
    expect(await seen([ALICE])).toEqual([{ account_id: ALICE, amount: 1 }]);
    expect(await seen([ALICE, BOB])).toHaveLength(2);
    expect(await seen([])).toEqual([]);
  });

  it('reads what was there at one moment, whatever is written meanwhile', async () => {
    const amounts = await database.read([ALICE], async (tx) => {
      const before = await tx.query('select amount from note');
      await write(ALICE, 9);
      return [before, await tx.query('select amount from note')];
    });
    expect(amounts[1]).toEqual(amounts[0]);
    await database.transaction([ALICE], (tx) => tx.query('delete from note where amount = 9'));
  });

  it('refuses to write a row of another tenant', async () => {
    await expect(
      database.transaction([ALICE], (tx) => tx.query('insert into note values ($1, 3, now())', [BOB])),
    ).rejects.toThrow('row-level security');
  });

  it('leaves no tenants behind on a connection that goes back to the pool', async () => {
    await Promise.all(Array.from({ length: 6 }, () => database.read([ALICE], (tx) => tx.query('select 1'))));
    const rows = await database.dataSource.query('select * from note');
    expect(rows).toEqual([]);
  });

  it('rolls back as a whole when the work fails', async () => {
    const failing = database.transaction([ALICE], async (tx) => {
      await tx.query('insert into note values ($1, 99, now())', [ALICE]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await database.read([ALICE], (tx) => tx.query('select 1 from note where amount = 99'))).toEqual(
      [],
    );
  });

  it('commits what was begun and not waited for, and throws its failure instead of a commit', async () => {
    const begun = (amount: number, at: string): Promise<unknown> =>
      database.transaction([ALICE], async (tx) => {
        await tx.query('insert into note values ($1, $2, now())', [ALICE, amount]);
        void tx.query('insert into note values ($1, $2, $3::text::timestamptz)', [ALICE, amount, at]);
      });
    const stored = (amount: number): Promise<unknown[]> =>
      database.read([ALICE], (tx) => tx.query('select 1 from note where amount = $1', [amount]));
    await begun(71, '2026-01-01T00:00:00Z');
    expect(await stored(71)).toHaveLength(2);
    await expect(begun(72, 'no time')).rejects.toThrow('invalid input syntax');
    expect(await stored(72)).toEqual([]);
  });

  it('names the statement that failed, not those sent behind it', async () => {
    const failing = database.transaction([], (tx) =>
      Promise.all([tx.query('select 1 / 0'), tx.query('select 2')]),
    );
    await expect(failing).rejects.toThrow('division by zero');
    const next = await database.read([], (tx) =>
      Promise.all([tx.query('select 3 as n'), tx.query('select 4 as n')]),
    );
    expect(next).toEqual([[{ n: 3 }], [{ n: 4 }]]);
  });

  it('reads 64-bit integers as numbers and refuses those that a number cannot hold', async () => {
    const read = (text: string): Promise<unknown[]> =>
      database.read([], (tx) => tx.query(`select ${text}::bigint as n`));
    expect(await read('9007199254740991')).toEqual([{ n: 9_007_199_254_740_991 }]);
    await expect(read('9007199254740993')).rejects.toThrow('safe integer');
  });

  it('takes arrays of ids and instants as they were, with what repeats and what is missing', async () => {
    const ids = [ALICE, ALICE, null, null, BOB.toUpperCase(), undefined, ALICE];
    const instants = [
      '1969-12-31T23:59:59.999Z',
      null,
      '2026-02-28T12:34:56.789Z',
      '2026-02-28T12:34:56.789Z',
    ];
    const [row] = await database.read([], (tx) =>
      tx.query('select $1::uuid[]::text[] as ids, $2::timestamptz[] as instants, $3::uuid[] as none', [
        uuidArray(ids, (id) => id),
        instantArray(instants, (instant) => instant),
        uuidArray([], (id) => id),
      ]),
    );
    expect(row).toEqual({
      ids: [ALICE, ALICE, null, null, BOB, null, ALICE],
      instants: instants.map((instant) => (instant === null ? null : new Date(instant))),
      none: [],
    });
    for (const wrong of [
      '',
      'inbox',
      ALICE.slice(1),
      `${ALICE}0`,
      ALICE.replace('a', 'g'),
      ALICE.replace('a', 'ä'),
    ])
      expect(() => uuidArray([wrong], (id) => id)).toThrow('is no UUID');
    expect(() => instantArray(['yesterday'], (instant) => instant)).toThrow('is no instant');
  });

  it('refuses to write in a read-only transaction', async () => {
    await expect(
      database.read([ALICE], (tx) => tx.query('insert into note values ($1, 5, now())', [ALICE])),
    ).rejects.toThrow('read-only');
  });

  it('gives up connections whose other end is gone without a word, the idle ones with the first', async () => {
    const { hostname, port } = new URL(made.urlOf('scoring'));
    const sockets: Socket[] = [];
    const between = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.on('error', () => far.destroy()).pipe(far);
      far.on('error', () => near.destroy()).pipe(near);
      sockets.push(near);
      sockets.push(far);
    });
    await once(between.listen(0, '127.0.0.1'), 'listening');
    const url = new URL(made.urlOf('scoring'));
    url.host = `127.0.0.1:${(between.address() as AddressInfo).port}`;
    const far = await Database.connect({
      url: url.href,
      schema: 'scoring',
      poolSize: 3,
      applicationName: 'test',
      statementTimeoutMs: 5_000,
    });
    try {
      await Promise.all([1, 2, 3].map(() => far.read([], (tx) => tx.query('select pg_sleep(0.1)'))));
      for (const socket of sockets) socket.unpipe().pause();
      await expect(far.read([], (tx) => tx.query('select 1'))).rejects.toThrow(/read timeout/);
      const startedAt = Date.now();
      expect(await far.read([], (tx) => tx.query('select 2 as two'))).toEqual([{ two: 2 }]);
      // One more silence would take as long as the first: the statement's five seconds, and two.
      expect(Date.now() - startedAt).toBeLessThan(7_000);
    } finally {
      await far.close();
      for (const socket of sockets) socket.destroy();
      between.close();
    }
  });
});

import { Client } from 'pg';
import {
  databaseUrl,
  provisionDatabase,
  type ProvisionedDatabase,
  randomRolePasswords,
} from '../src/provision.ts';
import { startInfra, type TestInfra } from '../src/test-infra.ts';

const services = ['scoring', 'billing'];
const passwords = randomRolePasswords(services);
let infra: TestInfra;
let database: ProvisionedDatabase;

beforeAll(async () => {
  infra = await startInfra();
  database = await provisionDatabase({
    adminUrl: infra.postgresAdminUrl,
    database: 'souk',
    services,
    passwords,
  });
  await as(
    'ownerUrl',
    'scoring',
    'create table scoring.price (id int generated always as identity, minor bigint)',
  );
  await as('ownerUrl', 'scoring', `create function scoring.one() returns int language sql as 'select 1'`);
}, 120_000);
afterAll(() => infra.stop());

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const as = (which: 'url' | 'ownerUrl', service: string, sql: string): Promise<unknown[]> =>
  run(database.services[service]?.[which] ?? '', sql);

describe('provisionDatabase', () => {
  it('lets a service read and write its own tables and call its own functions', async () => {
    await as('url', 'scoring', 'insert into scoring.price (minor) values (1499)');
    await as('url', 'scoring', 'update scoring.price set minor = 999');
    expect(await as('url', 'scoring', 'select minor, scoring.one() as one from scoring.price')).toEqual([
      { minor: '999', one: 1 },
    ]);
    await as('url', 'scoring', 'delete from scoring.price');
  });

  it.each([
    ['another service reads its tables', 'url', 'billing', 'select * from scoring.price'],
    ["another service's owner reads its tables", 'ownerUrl', 'billing', 'select * from scoring.price'],
    ['another service calls its functions', 'url', 'billing', 'select scoring.one()'],
    ['a service makes tables', 'url', 'scoring', 'create table scoring.more (id int)'],
    ['a service empties a table past its rows', 'url', 'scoring', 'truncate scoring.price'],
    ['a service changes a table', 'url', 'scoring', 'alter table scoring.price add column x int'],
    ['anyone makes tables in public', 'ownerUrl', 'scoring', 'create table public.more (id int)'],
  ] as const)('refuses when %s', async (_case, which, service, sql) => {
    await expect(as(which, service, sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('gives no role the right to bypass row-level security or to make roles', async () => {
    const rows = await run(
      infra.postgresAdminUrl,
      `select distinct rolbypassrls, rolsuper, rolcreaterole, rolinherit from pg_roles where rolname like 'souk\\_%'`,
    );
    expect(rows).toEqual([{ rolbypassrls: false, rolsuper: false, rolcreaterole: false, rolinherit: false }]);
  });

  it('lets no other role connect', async () => {
    await run(infra.postgresAdminUrl, `create role stranger login password 'stranger'`);
    const url = databaseUrl(infra.postgresAdminUrl, 'souk', 'stranger', 'stranger');
    await expect(run(url, 'select 1')).rejects.toThrow(/permission denied for database/);
  });

  it('can run again, in parallel, without harm to what is there', async () => {
    const again = { adminUrl: infra.postgresAdminUrl, database: 'souk', services, passwords };
    await Promise.all([provisionDatabase(again), provisionDatabase(again)]);
    await as('url', 'scoring', 'insert into scoring.price (minor) values (1)');
  });

  it('works for an administrator who is no superuser, as on a managed server', async () => {
    const admin = `create role manager login createrole createdb password 'manager'`;
    await run(infra.postgresAdminUrl, admin);
    const others = ['quota'];
    const made = await provisionDatabase({
      adminUrl: databaseUrl(infra.postgresAdminUrl, 'postgres', 'manager', 'manager'),
      database: 'managed',
      services: others,
      passwords: randomRolePasswords(others),
    });
    await run(made.services.quota?.ownerUrl ?? '', 'create table quota.budget (id int)');
    expect(await run(made.services.quota?.url ?? '', 'select * from quota.budget')).toEqual([]);
  });
});

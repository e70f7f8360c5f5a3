import { databaseUrl, startTestNats } from '@souk/infra';
import { NATS_USERS, natsConfiguration, type NatsUser, type ServiceName } from '@souk/contracts';
import { Client } from 'pg';

export const NATS_PASSWORD = 'test';
export const NATS_PASSWORDS = Object.fromEntries(NATS_USERS.map((user) => [user, NATS_PASSWORD])) as Record<
  NatsUser,
  string
>;
/** The test's own NATS users, who may do everything: one among the services, one where the streams are. */
const TEST_USERS = { SERVICES: 'test', BUS: 'broker' };

/** A client that stands still while it connects would be turned away after two seconds. */
const PATIENCE_WITH_LOGINS = '\nauthorization { timeout: 30 }\n';

export interface Infrastructure {
  mode: 'docker' | 'native';
  postgresAdminUrl: string;
  redisUrl: string;
  rolePassword: string;
}

/** What jest's global set-up started. */
export function infrastructure(): Infrastructure {
  const text = process.env['SOUK_TEST_INFRASTRUCTURE'];
  if (!text)
    throw new Error('run tests through jest with the configuration at the root: it starts the servers');
  return JSON.parse(text) as Infrastructure;
}

let databases = 0;

/** A database of this test file's own, with every service's schema and roles, and no tables yet. */
export async function createDatabase(): Promise<{
  name: string;
  urlOf: (service: ServiceName, role?: 'service' | 'owner') => string;
  adminUrl: string;
  drop: () => Promise<void>;
}> {
  const { postgresAdminUrl, rolePassword } = infrastructure();
  const name = `test_${process.pid}_${Date.now().toString(36)}_${databases++}`;
  await asAdmin(postgresAdminUrl, (client) => client.query(`create database ${name} template souk_template`));
  return {
    name,
    adminUrl: databaseUrl(postgresAdminUrl, name),
    urlOf: (service, role = 'service') =>
      databaseUrl(postgresAdminUrl, name, `souk_${service}${role === 'owner' ? '_owner' : ''}`, rolePassword),
    drop: async () => {
      await asAdmin(postgresAdminUrl, (client) =>
        client.query(`drop database if exists ${name} with (force)`),
      );
    },
  };
}

async function asAdmin(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  // Two test files copying the template at the same moment would disturb each other.
  await client.query('select pg_advisory_lock(7685275002)');
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

export interface TestBroker {
  /** Its servers, parted by commas, for one user. */
  urlOf(user: string): string;
  stop(): Promise<void>;
}

/** A nats-server of this test file's own, with the product's users and rights, and the test's users beside them. */
export async function startNatsForTest(partitions: number): Promise<TestBroker> {
  const text = natsConfiguration({
    host: '0.0.0.0',
    port: 4222,
    storeDir: 'store',
    partitions,
    passwords: NATS_PASSWORDS,
  });
  const server = await startTestNats(withTestUsers(text) + PATIENCE_WITH_LOGINS, infrastructure().mode);
  const { host } = new URL(server.url);
  return { stop: () => server.stop(), urlOf: (user) => `nats://${user}:${NATS_PASSWORD}@${host}` };
}

/** The configuration with the test's user in each of its accounts. */
export const withTestUsers = (configuration: string): string =>
  Object.entries(TEST_USERS).reduce(
    (text, [account, user]) =>
      text.replace(
        new RegExp(`(\\n {2}${account} \\{[^[]*users: \\[)`),
        `$1\n      { user: ${user}, password: ${NATS_PASSWORD} }`,
      ),
    configuration,
  );

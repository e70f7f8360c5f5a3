import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** One lock for all provisioning of a cluster: roles belong to the cluster, and parallel ALTER ROLE collide. */
const PROVISION_LOCK = 7_685_275_001;

/** A service's two roles: the owner migrates its schema, the other one runs the service. */
export const rolesOf = (service: string): { owner: string; service: string } => ({
  owner: `souk_${service}_owner`,
  service: `souk_${service}`,
});

/** A random password for each role of these services, by role name. */
export const randomRolePasswords = (services: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    services
      .flatMap((service) => Object.values(rolesOf(service)))
      .map((role) => [role, randomBytes(24).toString('base64url')]),
  );

export interface ProvisionedDatabase {
  /** For the launcher and for tests only: the administrator in the new database. */
  adminUrl: string;
  services: Record<string, { schema: string; ownerUrl: string; url: string }>;
}

/** The same server with another database and, if given, another login. */
export function databaseUrl(adminUrl: string, database: string, role?: string, password?: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  if (role !== undefined) url.username = encodeURIComponent(role);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.href;
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'souk provision',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await client.query(`create role ${escapeIdentifier(role)} nobypassrls`);
  const secret = escapeLiteral(password);
  await client.query(`alter role ${escapeIdentifier(role)} login noinherit password ${secret}`);
}

/** Makes the schema, its owner and what the service's role may do in it: rows, sequences, functions; no DDL. */
async function provisionSchema(client: Client, schema: string): Promise<void> {
  const roles = rolesOf(schema);
  const [name, owner, service] = [schema, roles.owner, roles.service].map(escapeIdentifier);
  await client.query(`
    create schema if not exists ${name} authorization ${owner};
    revoke all on schema ${name} from public;
    grant usage on schema ${name} to ${service};
    alter default privileges for role ${owner} revoke all on functions from public;
    alter default privileges for role ${owner} in schema ${name} grant select, insert, update, delete on tables to ${service};
    alter default privileges for role ${owner} in schema ${name} grant usage on sequences to ${service};
    alter default privileges for role ${owner} in schema ${name} grant execute on functions to ${service};`);
}

/**
 * Database, and for each service a schema with its two roles: ownership is physical, no role sees
 * another's schema, PUBLIC may nothing. Running it again changes nothing but passwords. Works with any
 * administrator who may create roles and databases, on our own server or on an external one.
 */
export async function provisionDatabase(options: {
  adminUrl: string;
  database: string;
  services: readonly string[];
  /** By role name, see {@link randomRolePasswords}. */
  passwords: Record<string, string>;
}): Promise<ProvisionedDatabase> {
  const { adminUrl, database, services, passwords } = options;
  const passwordOf = (role: string): string => {
    const password = passwords[role];
    if (!password) throw new Error(`no password given for the role ${role}`);
    return password;
  };
  const target = databaseUrl(adminUrl, database);
  await connected(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [PROVISION_LOCK]); // released with the session
    const { rows } = await client.query<{ rolsuper: boolean }>(
      'select rolsuper from pg_roles where rolname = current_user',
    );
    for (const role of services.flatMap((service) => Object.values(rolesOf(service)))) {
      await ensureRole(client, role, passwordOf(role));
      // only a member may give objects to a role: a superuser is one of all, others must become one
      if (!rows[0]?.rolsuper && role.endsWith('_owner'))
        await client.query(`grant ${escapeIdentifier(role)} to current_user`);
    }
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0)
      await client.query(`create database ${escapeIdentifier(database)} encoding 'UTF8' template template0`);
    const everyone = services.flatMap((service) => Object.values(rolesOf(service))).map(escapeIdentifier);
    await client.query(`revoke all on database ${escapeIdentifier(database)} from public`);
    await client.query(`grant connect on database ${escapeIdentifier(database)} to ${everyone.join(', ')}`);
    await connected(target, async (inside) => {
      await inside.query('revoke all on schema public from public');
      for (const service of services) await provisionSchema(inside, service);
    });
  });
  const entries = services.map((service) => {
    const roles = rolesOf(service);
    return [
      service,
      {
        schema: service,
        ownerUrl: databaseUrl(adminUrl, database, roles.owner, passwordOf(roles.owner)),
        url: databaseUrl(adminUrl, database, roles.service, passwordOf(roles.service)),
      },
    ] as const;
  });
  return { adminUrl: target, services: Object.fromEntries(entries) };
}

import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import {
  answerSubject,
  BROKER_API_PREFIX,
  durableOf,
  EVENTS,
  headlineOf,
  inboxPrefixOf,
  provisionSubjectOf,
  QUERIES,
  RELATIONS,
  SERVICE_NAMES,
  type ServiceName,
  streamOf,
  subjectOf,
} from '@souk/contracts';
import { Client } from 'pg';
import { type Product, startProduct } from './product.ts';

const others = (service: ServiceName): ServiceName[] => SERVICE_NAMES.filter((name) => name !== service);
const REFUSED = '42501'; // insufficient_privilege

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.stop());

describe("Postgres: a service's role in the schema of another", () => {
  let tables: { schema: ServiceName; name: string; kind: string }[];
  let functions: { schema: ServiceName; call: string }[];

  beforeAll(async () => {
    const of = [[...SERVICE_NAMES]];
    tables = await product.world.sql(
      'gateway',
      `select n.nspname as schema, c.relname as name, c.relkind as kind from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'S')`,
      of,
    );
    functions = await product.world.sql(
      'gateway',
      `select n.nspname as schema, format('%I.%I(%s)', n.nspname, p.proname, (
         select string_agg(format('null::%s', format_type(t.type, null)), ', ' order by t.place)
         from unnest(p.proargtypes) with ordinality t (type, place))) as call
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = any ($1) and p.prorettype <> 'trigger'::regtype`,
      of,
    );
  });

  /** What the role got away with: each statement alone, in a transaction that is rolled back. */
  const allowedOf = async (
    service: ServiceName,
    statements: string[],
  ): Promise<{ statement: string; code: string }[]> => {
    const client = new Client({ connectionString: product.world.urls.postgres(service) });
    await client.connect();
    const allowed: { statement: string; code: string }[] = [];
    try {
      for (const statement of statements) {
        await client.query('begin');
        const code = await client.query(statement).then(
          () => 'done',
          (error: { code?: string }) => error.code ?? 'an error without a code',
        );
        await client.query('rollback');
        if (code !== REFUSED) allowed.push({ statement, code });
      }
    } finally {
      await client.end();
    }
    return allowed;
  };

  it.each(SERVICE_NAMES)(
    '%s: neither reads, writes, calls nor creates anything in the six',
    async (service) => {
      for (const other of others(service)) {
        const statements = [
          `create table ${other}.planted (id int)`,
          `create function ${other}.planted() returns int language sql as 'select 1'`,
          `drop schema ${other} cascade`,
          `set role souk_${other}`,
          `set role souk_${other}_owner`,
          ...functions.filter(({ schema }) => schema === other).map(({ call }) => `select ${call}`),
          ...tables
            .filter(({ schema }) => schema === other)
            .flatMap(({ name, kind }) =>
              kind === 'S'
                ? [`select nextval('${other}.${name}')`]
                : [
                    `select from ${other}.${name} limit 1`,
                    `insert into ${other}.${name} default values`,
                    `delete from ${other}.${name}`,
                    `truncate ${other}.${name}`,
                    `drop table ${other}.${name}`,
                  ],
            ),
        ];
        expect(statements.length).toBeGreaterThan(80);
        // A view is not dropped by "drop table", whoever asks.
        const allowed = (await allowedOf(service, statements)).filter(
          ({ statement, code }) => !(statement === 'drop table billing.ledger_audit' && code === '42809'),
        );
        expect({ service, other, allowed }).toEqual({ service, other, allowed: [] });
      }
    },
  );

  it.each(SERVICE_NAMES)(
    '%s: may not change its own schema, nor leave the bounds of its rows',
    async (service) => {
      const own = tables.filter(({ schema, kind }) => schema === service && (kind === 'r' || kind === 'p'));
      expect(own.length).toBeGreaterThan(10);
      const statements = [
        `create table ${service}.planted (id int)`,
        `create function ${service}.planted() returns int language sql as 'select 1'`,
        `create schema planted`,
        'create table public.planted (id int)',
        `set role souk_${service}_owner`,
        'set session_replication_role = replica',
        `alter role souk_${service} bypassrls`,
        'create role planted',
        `copy (select 1) to program 'true'`,
        `select pg_read_file('postgresql.conf')`,
        `select pg_ls_dir('.')`,
        'select * from pg_authid',
        'select * from pg_subscription',
        `select lo_import('/etc/hostname')`,
        ...own.flatMap(({ name }) => [
          `truncate ${service}.${name}`,
          `drop table ${service}.${name}`,
          `alter table ${service}.${name} add column planted int`,
          `alter table ${service}.${name} no force row level security`,
          `alter table ${service}.${name} disable row level security`,
          `alter table ${service}.${name} disable trigger all`,
          `create policy planted on ${service}.${name} using (true)`,
          `create index on ${service}.${name} ((1))`,
          `create trigger planted before insert on ${service}.${name} execute function suppress_redundant_updates_trigger()`,
        ]),
      ];
      expect(await allowedOf(service, statements)).toEqual([]);
    },
  );

  it('no role may bypass row-level security, stands above others, is a member of one, or runs what it owns', async () => {
    const roles = await product.world.sql<{
      name: string;
      flags: boolean[];
      owns: number;
      memberships: number;
    }>(
      'gateway',
      `select rolname as name,
         array[rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit] as flags,
         (select count(*)::int from pg_shdepend where refobjid = r.oid and deptype = 'o') as owns,
         (select count(*)::int from pg_auth_members where member = r.oid) as memberships
       from pg_roles r where rolname like 'souk\\_%'`,
    );
    expect(roles.map(({ name }) => name).toSorted()).toEqual(
      SERVICE_NAMES.flatMap((service) => [`souk_${service}`, `souk_${service}_owner`]).toSorted(),
    );
    for (const { name, flags, owns, memberships } of roles) {
      expect([name, flags, memberships]).toEqual([name, Array(6).fill(false), 0]);
      if (!name.endsWith('_owner')) expect([name, owns]).toEqual([name, 0]);
    }
  });

  it("not even the role that migrates a schema may look into another's, and nobody's is open to all", async () => {
    const open = await product.world.sql(
      'gateway',
      `select rolname, nspname from pg_roles cross join pg_namespace
       where rolname like 'souk\\_%' and nspname = any ($1) and rolname not in ('souk_' || nspname, 'souk_' || nspname || '_owner')
         and (has_schema_privilege(rolname, nspname, 'usage') or has_schema_privilege(rolname, nspname, 'create'))`,
      [[...SERVICE_NAMES]],
    );
    expect(open).toEqual([]);
  });
});

describe("NATS: a service's user at what belongs to another", () => {
  const PARTITION = 0;
  const stateOf = async (): Promise<unknown> => {
    const manager = await jetstreamManager(product.world.broker);
    const streams = [];
    for await (const { config } of manager.streams.list()) {
      const consumers = [];
      for await (const consumer of manager.consumers.list(config.name)) {
        consumers.push(`${consumer.name} ${consumer.created} ${consumer.config.filter_subject}`);
      }
      streams.push({ config, consumers: new Set(consumers) });
    }
    return streams.toSorted((a, b) => a.config.name.localeCompare(b.config.name));
  };

  /** Everything of another service that this one was not given. */
  const forbiddenTo = (
    service: ServiceName,
    other: ServiceName,
  ): { publish: string[]; subscribe: string[] } => {
    const { subscribes, listens, follows, asks } = RELATIONS[service];
    const stream = streamOf(other);
    const events = [...EVENTS.values()].filter(({ owner }) => owner === other);
    const queries = [...QUERIES.values()].filter(({ owner }) => owner === other);
    const durables = RELATIONS[other].subscribes.map((event) => ({
      from: event.stream,
      durable: durableOf(other, event, PARTITION),
      subject: subjectOf(event, PARTITION),
    }));
    const own = subscribes.map((event) => `${event.stream}.${durableOf(service, event, PARTITION)}`);
    // The way that is let through for what one may ask, and JetStream's own.
    const api = [BROKER_API_PREFIX, '$JS.API'].flatMap((prefix) => {
      const consumer = `${prefix}.CONSUMER`;
      return [
        ...[
          'CREATE',
          'UPDATE',
          'PURGE',
          'DELETE',
          'MSG.GET',
          'MSG.DELETE',
          'SNAPSHOT',
          'RESTORE',
          'INFO',
        ].map((verb) => `${prefix}.STREAM.${verb}.${stream}`),
        `${prefix}.STREAM.LIST`,
        `${prefix}.STREAM.NAMES`,
        `${prefix}.DIRECT.GET.${stream}`,
        `${consumer}.CREATE.${stream}`,
        `${consumer}.CREATE.${stream}.spy-of-${service}`,
        `${consumer}.CREATE.${stream}.spy-of-${service}.${other}.>`,
        `${consumer}.DURABLE.CREATE.${stream}.spy-of-${service}`,
        `${consumer}.LIST.${stream}`,
        `${consumer}.NAMES.${stream}`,
        ...durables.flatMap(({ from, durable, subject }) => [
          `${consumer}.CREATE.${from}.${durable}.${subject}`,
          `${consumer}.DURABLE.CREATE.${from}.${durable}`,
          `${consumer}.INFO.${from}.${durable}`,
          `${consumer}.MSG.NEXT.${from}.${durable}`,
          `${consumer}.DELETE.${from}.${durable}`,
        ]),
      ];
    });
    return {
      publish: [
        ...events.map((event) => subjectOf(event, PARTITION)),
        ...events.map((event) => headlineOf(subjectOf(event, PARTITION))),
        ...queries.filter((query) => !asks.includes(query)).map(({ subject }) => subject),
        `query.${other}.list-dead-letters`,
        `query.${other}.replay-dead-letters`,
        `${inboxPrefixOf(other)}.forged.1`,
        answerSubject(other, service, 'forged'),
        answerSubject(other, 'operator', 'forged'),
        provisionSubjectOf(other),
        ...api.filter((subject) => !own.some((durable) => subject.endsWith(durable))),
        ...durables.map(({ from, durable }) => `$JS.ACK.${from}.${durable}.1.1.1.1.0`),
      ],
      subscribe: [
        `${inboxPrefixOf(other)}.>`,
        answerSubject('*', other, '>'),
        `answer.${other}.>`,
        `${other}.>`,
        `query.${other}.>`,
        ...queries.map(({ subject }) => subject),
        ...events.filter((event) => !listens.includes(event)).map((event) => subjectOf(event, PARTITION)),
        ...events
          .filter((event) => !follows.includes(event))
          .map((event) => headlineOf(subjectOf(event, PARTITION))),
        `headline.${other}.>`,
        `$JS.API.*.*.${stream}`,
        `$JS.ACK.${stream}.>`,
        '>',
        '*.>',
        '_INBOX.>',
        '$JS.>',
        '$SYS.>',
      ],
    };
  };

  /** Tries all of it on one connection; answers what the server refused. */
  const refusedTo = async (
    connection: NatsConnection,
    { publish, subscribe }: { publish: string[]; subscribe: string[] },
  ): Promise<Set<string>> => {
    const refused = new Set<string>();
    void (async () => {
      for await (const status of connection.status()) {
        if (status.type === 'error' && status.error instanceof PermissionViolationError)
          refused.add(`${status.error.operation} ${status.error.subject}`);
      }
    })();
    for (const subject of publish) connection.publish(subject, '{}');
    for (const subject of subscribe) connection.subscribe(subject, { callback: () => undefined });
    await connection.flush();
    return refused;
  };

  it.each(SERVICE_NAMES)(
    '%s: every attempt on the six others is refused by the server, one by one',
    async (service) => {
      const before = await stateOf();
      for (const other of others(service)) {
        const { username, password, host } = new URL(product.world.urls.nats(service));
        const connection = await connect({
          servers: host,
          user: username,
          pass: password,
          inboxPrefix: inboxPrefixOf(service),
          reconnect: false,
        });
        const tried = forbiddenTo(service, other);
        const expected = [
          ...tried.publish.map((subject) => `publish ${subject}`),
          ...tried.subscribe.map((subject) => `subscription ${subject}`),
        ];
        expect(expected.length).toBeGreaterThan(25);
        const refused = await refusedTo(connection, tried);
        await product.world
          .until(() => expected.every((one) => refused.has(one)), { withinMs: 20_000 })
          .catch(() => undefined);
        await connection.close();
        const allowed = expected.filter((one) => !refused.has(one));
        expect({ service, other, allowed }).toEqual({ service, other, allowed: [] });
      }
      expect(await stateOf()).toEqual(before);
    },
  );
});

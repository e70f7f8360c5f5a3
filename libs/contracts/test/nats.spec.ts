import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startTestNats, type TestNats } from '@souk/infra';
import {
  EVENTS,
  headlineOf,
  NATS_USERS,
  natsConfiguration,
  type NatsUser,
  permissionsOf,
  QUERIES,
  RELATIONS,
  SERVICE_NAMES,
  type ServiceName,
  subjectOf,
} from '../src/index.ts';

const PARTITIONS = 3;
const passwords = Object.fromEntries(NATS_USERS.map((user) => [user, `secret of "${user}"`])) as Record<
  NatsUser,
  string
>;
const configuration = natsConfiguration({
  host: '0.0.0.0',
  port: 4222,
  storeDir: 'store',
  partitions: PARTITIONS,
  passwords,
});

/** NATS' own matching of a subject with a pattern. */
function matches(pattern: string, subject: string): boolean {
  const [wanted, given] = [pattern.split('.'), subject.split('.')];
  const rest = wanted.indexOf('>');
  if (rest >= 0)
    return given.length > rest && wanted.slice(0, rest).every((part, i) => part === '*' || part === given[i]);
  return wanted.length === given.length && wanted.every((part, i) => part === '*' || part === given[i]);
}

const may = (service: ServiceName, verb: 'publish' | 'subscribe', subject: string): boolean =>
  permissionsOf(service, PARTITIONS)[verb].some((pattern) => matches(pattern, subject));

describe.each(SERVICE_NAMES)('%s', (service) => {
  it('publishes its own events and no others', () => {
    const allowed = [...EVENTS.values()].filter((event) => may(service, 'publish', subjectOf(event, 0)));
    const own = [...EVENTS.values()].filter((event) => event.owner === service);
    expect(allowed).toEqual(own);
    const headlines = [...EVENTS.values()].filter((event) =>
      may(service, 'publish', headlineOf(subjectOf(event, 0))),
    );
    expect(headlines).toEqual(own);
  });

  it('asks and answers exactly what is listed', () => {
    const queries = [...QUERIES.values()];
    expect(new Set(queries.filter((query) => may(service, 'publish', query.subject)))).toEqual(
      new Set(RELATIONS[service].asks),
    );
    expect(queries.filter((query) => may(service, 'subscribe', query.subject))).toEqual(
      queries.filter((query) => query.owner === service),
    );
  });

  it("hears nobody else's inbox, and only the events it listens to", () => {
    for (const other of [...SERVICE_NAMES, 'operator'].filter((name) => name !== service))
      expect(may(service, 'subscribe', `_INBOX_${other}.x.1`)).toBe(false);
    const heard = [...EVENTS.values()].filter((event) => may(service, 'subscribe', subjectOf(event, 0)));
    expect(new Set(heard)).toEqual(new Set(RELATIONS[service].listens));
    const followed = [...EVENTS.values()].filter((event) =>
      may(service, 'subscribe', headlineOf(subjectOf(event, 0))),
    );
    expect(new Set(followed)).toEqual(new Set(RELATIONS[service].follows));
  });

  it('asks nothing of JetStream itself, and changes no stream and no consumer, not even its own', () => {
    const { publish } = permissionsOf(service, PARTITIONS);
    expect(publish.filter((subject) => subject.startsWith('$JS.API') || subject === '>')).toEqual([]);
    const changing = publish.filter((subject) => /CREATE|UPDATE|DELETE|PURGE|RESTORE|SNAPSHOT/.test(subject));
    expect(changing).toEqual([]);
  });

  it("can neither look at streams of others, nor read or acknowledge through other services' consumers", () => {
    for (const other of SERVICE_NAMES.filter((name) => name !== service)) {
      const stream = other.toUpperCase();
      expect(may(service, 'publish', `JS.BUS.STREAM.INFO.${stream}`)).toBe(false);
      for (const event of RELATIONS[other].subscribes) {
        const durable = `${other}-${event.type.split('.').slice(1).join('-')}-0`;
        expect(may(service, 'publish', `$JS.ACK.${event.stream}.${durable}.1.1.1.1.0`)).toBe(false);
        expect(may(service, 'publish', `JS.BUS.CONSUMER.MSG.NEXT.${event.stream}.${durable}`)).toBe(false);
      }
    }
  });
});

it('nobody but the provisioner may answer wherever asked: the server would remember every message for it', () => {
  expect(configuration.split('allow_responses')).toHaveLength(2);
  expect(configuration).toMatch(/user: provisioner,[^}]*\}[^}]*\}[^}]*allow_responses/);
});

describe('a real server with the generated configuration', () => {
  let server: TestNats;
  let witness: NatsConnection;
  const heard: string[] = [];
  const connectAs = (user: string, pass: string): Promise<NatsConnection> =>
    connect({
      servers: new URL(server.url).host,
      user,
      pass,
      inboxPrefix: `_INBOX_${user}`,
      reconnect: false,
    });

  beforeAll(async () => {
    const { mode } = JSON.parse(process.env['SOUK_TEST_INFRASTRUCTURE'] ?? '{"mode":"native"}');
    const withWitness = configuration.replace(
      /SERVICES \{\s+users: \[/,
      '$&\n    { user: witness, password: witness }',
    );
    server = await startTestNats(withWitness, mode);
    witness = await connectAs('witness', 'witness');
    witness.subscribe('>', { callback: (_error, message) => void heard.push(message.subject) });
    await witness.flush();
  });
  afterAll(async () => {
    await witness?.close();
    await server?.stop();
  });

  it('accepts it, and lets every service publish below its own prefix alone: all cross probes are refused', async () => {
    for (const service of SERVICE_NAMES) {
      const connection = await connectAs(service, passwords[service]);
      for (const prefix of SERVICE_NAMES) connection.publish(`${prefix}.probe-of-${service}.v1.0`);
      await connection.flush();
      await connection.close();
    }
    await witness.flush();
    const probes = heard.filter((subject) => subject.includes('.probe-of-'));
    expect(probes).toEqual(SERVICE_NAMES.map((service) => `${service}.probe-of-${service}.v1.0`));
  });

  it('lets the operator ask queries and publish nothing', async () => {
    const connection = await connectAs('operator', passwords.operator);
    connection.publish('query.billing.list-accounts');
    for (const service of SERVICE_NAMES) connection.publish(`${service}.forged.v1.0`);
    await connection.flush();
    await connection.close();
    await witness.flush();
    expect(heard).toContain('query.billing.list-accounts');
    expect(heard.filter((subject) => subject.includes('.forged.'))).toEqual([]);
  });

  it('knows nobody without a password', async () => {
    await expect(connectAs('billing', 'guess')).rejects.toThrow(/authorization/i);
    await expect(connect({ servers: new URL(server.url).host, reconnect: false })).rejects.toThrow(
      /authorization/i,
    );
  });
});

import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type Msg, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import {
  BROKER_API_PREFIX,
  durableOf,
  EVENTS,
  inboxPrefixOf,
  provisionSubjectOf,
  RELATIONS,
  SERVICE_NAMES,
  type ServiceName,
  streamOf,
  subjectOf,
} from '@souk/contracts';
import { startWorld, type World } from '@souk/testing';

interface Attack {
  what: string;
  subject: string;
  request?: unknown;
}

const others = (service: ServiceName): ServiceName[] => SERVICE_NAMES.filter((name) => name !== service);
const JSON_API = ['$JS.API', BROKER_API_PREFIX];

let world: World;
let manager: JetStreamManager;
beforeAll(async () => {
  world = await startWorld({ services: {} });
  manager = await jetstreamManager(world.broker);
  for (const event of EVENTS.values()) await world.publishRaw(event, `{"of":"${event.type}"}`);
});
afterAll(() => world?.stop());

/** Everything the broker keeps: a successful attack shows here, whatever the attacker was told. */
async function kept(): Promise<{ config: { name: string } }[]> {
  const streams = [];
  for await (const { config, state } of manager.streams.list()) {
    const consumers = [];
    for await (const { name, created, config: reads, ack_floor, delivered } of manager.consumers.list(
      config.name,
    ))
      consumers.push({ name, created, reads, ack_floor, delivered });
    streams.push({
      config,
      messages: state.messages,
      first: state.first_seq,
      last: state.last_seq,
      consumers,
    });
  }
  return streams;
}

/** What a service that was taken over could try to make, change and remove: its own things and those of others. */
function attacksOf(service: ServiceName): Attack[] {
  const victim = others(service)[0]!;
  const stream = streamOf(service);
  const config = { name: stream, subjects: [`${service}.>`], storage: 'file' };
  const planted = (more: object) => ({ ...config, name: 'PLANTED', subjects: ['planted.>'], ...more });
  return JSON_API.flatMap((api) => {
    const update = (what: string, more: object): Attack => ({
      what: `its own stream: ${what}`,
      subject: `${api}.STREAM.UPDATE.${stream}`,
      request: { ...config, ...more },
    });
    return [
      update('the queries of others', { subjects: [`${service}.>`, `query.${victim}.>`] }),
      update('the inbox of another', { subjects: [`${service}.>`, `${inboxPrefixOf(victim)}.>`] }),
      update('everything', { subjects: ['>'] }),
      update('fed from another stream', { sources: [{ name: streamOf(victim) }] }),
      update('told again elsewhere', { republish: { src: '>', dest: `query.${victim}.x` } }),
      ...others(service).map((other) => ({
        what: `a mirror of ${other}`,
        subject: `${api}.STREAM.CREATE.PLANTED`,
        request: planted({ subjects: [], mirror: { name: streamOf(other) } }),
      })),
      { what: 'a new stream', subject: `${api}.STREAM.CREATE.PLANTED`, request: planted({}) },
      ...SERVICE_NAMES.flatMap((name) => [
        { what: `purge ${name}`, subject: `${api}.STREAM.PURGE.${streamOf(name)}` },
        { what: `delete ${name}`, subject: `${api}.STREAM.DELETE.${streamOf(name)}` },
        {
          what: `delete from ${name}`,
          subject: `${api}.STREAM.MSG.DELETE.${streamOf(name)}`,
          request: { seq: 1 },
        },
        {
          what: `read from ${name}`,
          subject: `${api}.STREAM.MSG.GET.${streamOf(name)}`,
          request: { seq: 1 },
        },
        {
          what: `an ephemeral consumer of ${name}, delivered into another's inbox`,
          subject: `${api}.CONSUMER.CREATE.${streamOf(name)}`,
          request: {
            stream_name: streamOf(name),
            config: { deliver_subject: `${inboxPrefixOf(victim)}.1.1`, ack_policy: 'none' },
          },
        },
      ]),
      ...RELATIONS[service].subscribes.flatMap((event) => consumerAttacks(api, service, event, victim)),
    ];
  });
}

/** Its own consumers, by the names it may read from: with another filter, or delivering elsewhere. */
function consumerAttacks(
  api: string,
  service: ServiceName,
  event: (typeof RELATIONS)[ServiceName]['subscribes'][number],
  victim: ServiceName,
): Attack[] {
  const durable = durableOf(service, event, 0);
  const at = `${api}.CONSUMER`;
  const create = (what: string, subject: string, more: object): Attack => ({
    what: `its consumer ${durable}: ${what}`,
    subject,
    request: { stream_name: event.stream, config: { durable_name: durable, ack_policy: 'all', ...more } },
  });
  const filter_subject = subjectOf(event, 0);
  const named = `${at}.CREATE.${event.stream}.${durable}`;
  return [
    create('all of the stream', named, {}),
    create('all of the stream', `${named}.${event.owner}.>`, { filter_subject: `${event.owner}.>` }),
    create('another partition', `${named}.${subjectOf(event, 1)}`, { filter_subject: subjectOf(event, 1) }),
    create('as it is', `${named}.${filter_subject}`, { filter_subject }),
    create('the old way', `${at}.DURABLE.CREATE.${event.stream}.${durable}`, { filter_subject }),
    create("delivered as another's query", `${named}.${filter_subject}`, {
      filter_subject,
      deliver_subject: `query.${victim}.x`,
    }),
    { what: `its consumer ${durable}: gone`, subject: `${at}.DELETE.${event.stream}.${durable}` },
  ];
}

/** Acknowledgements for everybody else's consumers, which would make them pass over what they have not handled. */
const forgedAcks = (service: ServiceName): Attack[] =>
  others(service).flatMap((other) =>
    RELATIONS[other].subscribes.map((event) => ({
      what: `an acknowledgement in the name of ${other}`,
      subject: `$JS.ACK.${event.stream}.${durableOf(other, event, 0)}.1.1.1.1.0`,
    })),
  );

function connectAs(service: ServiceName): Promise<NatsConnection> {
  const { username, password, host } = new URL(world.urls.nats(service));
  const inboxPrefix = inboxPrefixOf(service);
  return connect({ servers: host, user: username, pass: password, inboxPrefix, reconnect: false });
}

function refusalsOf(connection: NatsConnection): Set<string> {
  const refused = new Set<string>();
  void (async () => {
    for await (const status of connection.status())
      if (status.type === 'error' && status.error instanceof PermissionViolationError)
        refused.add(status.error.subject);
  })();
  return refused;
}

describe.each(SERVICE_NAMES)('%s, taken over by somebody', (service) => {
  let connection: NatsConnection;
  beforeEach(async () => {
    connection = await connectAs(service);
  });
  afterEach(() => connection.close());

  it('makes, changes, reads and removes nothing at the broker', async () => {
    const before = await kept();
    const refused = refusalsOf(connection);
    const attacks = [...attacksOf(service), ...forgedAcks(service)];
    expect(attacks.length).toBeGreaterThan(90);
    for (const { subject, request } of attacks)
      connection.publish(subject, request === undefined ? '' : JSON.stringify(request));
    await connection.flush();
    await world
      .until(() => attacks.every(({ subject }) => refused.has(subject)), { withinMs: 20_000 })
      .catch(() => undefined);
    expect(attacks.filter(({ subject }) => !refused.has(subject))).toEqual([]);
    expect(await kept()).toEqual(before);
  });

  it("gets nothing done by having answers sent to the broker's API, or to where others listen", async () => {
    const before = await kept();
    const own = [...EVENTS.values()].find((event) => event.owner === service);
    // Requests that it may make, each with an answer that it has sent where it wants.
    const requests: Attack[] = [
      { what: 'stream info', subject: `${BROKER_API_PREFIX}.STREAM.INFO.${streamOf(service)}` },
      { what: 'provisioning', subject: provisionSubjectOf(service), request: { resume: [] } },
      ...RELATIONS[service].subscribes.map((event) => ({
        what: 'consumer info',
        subject: `${BROKER_API_PREFIX}.CONSUMER.INFO.${event.stream}.${durableOf(service, event, 1)}`,
      })),
    ];
    const replies = others(service).flatMap((other) => [
      ...JSON_API.flatMap((api) =>
        ['PURGE', 'DELETE', 'MSG.DELETE', 'UPDATE'].map((verb) => `${api}.STREAM.${verb}.${streamOf(other)}`),
      ),
      ...[...EVENTS.values()].filter(({ owner }) => owner === other).map((event) => subjectOf(event, 0)),
      provisionSubjectOf(other),
    ]);
    for (const reply of replies) {
      for (const { subject, request } of requests)
        connection.publish(subject, request ? JSON.stringify(request) : '', { reply });
    }
    await connection.flush();
    expect(await kept()).toEqual(before);
    // The confirmations of its own events: the one answer of which 2.9 makes a command within one account.
    if (!own) return;
    const stored = async (): Promise<number> =>
      (await manager.streams.info(streamOf(service))).state.last_seq;
    const expected = (await stored()) + replies.length;
    for (const reply of replies) connection.publish(subjectOf(own, 0), '{}', { reply });
    await world.until(async () => (await stored()) === expected);
    const foreign = (all: { config: { name: string } }[]): unknown =>
      all.filter(({ config }) => config.name !== streamOf(service));
    expect(foreign(await kept())).toEqual(foreign(before));
  });

  it('cannot listen in other inboxes, and is given only what is its own by the provisioner', async () => {
    const refused = refusalsOf(connection);
    const inboxes = [...others(service), 'operator', 'provisioner', 'test'].map(
      (name) => `${inboxPrefixOf(name)}.>`,
    );
    for (const inbox of inboxes) connection.subscribe(inbox, { callback: () => undefined });
    for (const other of others(service))
      connection.publish(provisionSubjectOf(other), JSON.stringify({ replay: true }));
    await connection.flush();
    const expected = [...inboxes, ...others(service).map(provisionSubjectOf)];
    await world.until(() => expected.every((subject) => refused.has(subject)), { withinMs: 20_000 });
    const before = await kept();
    const theirs = others(service).flatMap((other) =>
      RELATIONS[other].subscribes.map((event) => durableOf(other, event, 0)),
    );
    for (const durable of theirs) {
      const answer: Msg = await connection.request(
        provisionSubjectOf(service),
        JSON.stringify({ resume: [durable] }),
        { timeout: 45_000 },
      );
      expect(answer.json()).toEqual({ problem: `${service} has no consumer ${durable}` });
    }
    expect(await kept()).toEqual(before);
  });
});

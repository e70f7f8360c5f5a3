import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import {
  ask,
  connectNats,
  Questions,
  type RunningService,
  type ServiceOptions,
  startService,
  tellHeadline,
} from '@souk/bus';
import {
  brokerPlan,
  type DataOf,
  type EventContract,
  inboxPrefixOf,
  newId,
  partitionOf,
  PROVISIONER,
  provisionSubjectOf,
  type QueryContract,
  readStreamLimits,
  type RequestOf,
  type ResponseOf,
  Refusal,
  SERVICE_NAMES,
  type ServiceName,
  type StreamLimits,
  subjectOf,
} from '@souk/contracts';
import { type Provisioner, startProvisioner } from '@souk/infra';
import { type BaseConfig, type Clock, type Migration, readConfig, runMigrations } from '@souk/service';
import { Client } from 'pg';
import type { z } from 'zod';
import { createDatabase, infrastructure, startNatsForTest, type TestBroker } from './infrastructure.ts';
import { until } from './until.ts';

const PARTITIONS = 4;
/** A test is about what is answered, not when: a starved machine misses the deadlines that people have. */
const ANSWERED_WITHIN_MS = 45_000;
/** The same for what services ask each other: as much longer for each, so that who is asked still gives up first. */
const PATIENCE_OF_SERVICES = 3;

/** How a service under test is made. */
export interface ServiceUnderTest<Config extends BaseConfig = BaseConfig> {
  // The schema's config type is the module's: each service ties them together in its own test.
  config: z.ZodType<Config>;
  module: (config: Config) => DynamicModule;
  migrations: readonly Migration[];
  env?: Record<string, string>;
  /** Serves HTTP as well: address and preparation, or a function of the settings that answers them. */
  http?: ServiceOptions['http'] | ((config: Config) => ServiceOptions['http']);
}

/** An event as it went over the broker. */
export interface Seen<E extends EventContract> {
  id: string;
  accountId: string;
  subject: string;
  traceparent: string | undefined;
  /** The message that led to it. */
  causationId: string | undefined;
  data: DataOf<E>;
}

export interface World {
  /** Publishes as the event's owner would, through its stream. */
  publish<E extends EventContract>(
    contract: E,
    data: DataOf<E>,
    options: { accountId: string; key: string; id?: string; traceparent?: string; time?: string },
  ): Promise<string>;
  /** Raw bytes on an event's subject. */
  publishRaw(contract: EventContract, payload: string, partition?: number): Promise<void>;
  /** Everything published so far, in order of arrival. */
  events<E extends EventContract>(contract: E): Seen<E>[];
  /** Waits for an event that fits, past ones included. */
  event<E extends EventContract>(contract: E, fits?: (seen: Seen<E>) => boolean): Promise<Seen<E>>;
  ask<Q extends QueryContract>(
    contract: Q,
    request: RequestOf<Q>,
    options?: { body?: Uint8Array },
  ): Promise<ResponseOf<Q>>;
  /** Stands in for a service that is not part of the test; a later answer replaces an earlier one. */
  answer<Q extends QueryContract>(
    contract: Q,
    answer: (request: z.output<Q['request']>, body: Uint8Array) => ResponseOf<Q> | Promise<ResponseOf<Q>>,
  ): void;
  until: typeof until;
  /** As superuser, inside the service's schema. */
  sql<Row = Record<string, unknown>>(service: ServiceName, text: string, params?: unknown[]): Promise<Row[]>;
  /** Whether the service is part of this world. */
  has(service: ServiceName): boolean;
  app(service: ServiceName): INestApplicationContext;
  running(service: ServiceName): RunningService;
  /** Another replica, or one that was stopped. */
  start(
    service: ServiceName,
    options?: { instance?: string; env?: Record<string, string> },
  ): Promise<RunningService>;
  urls: {
    postgres: (service: ServiceName, role?: 'service' | 'owner') => string;
    /** The database, as the administrator. */
    admin: string;
    nats: (user: string) => string;
    redis: string;
  };
  /** As a user among the services who may do everything. */
  nats: NatsConnection;
  /** As one who may do everything where the streams are: for looking at them, and for losing them. */
  broker: NatsConnection;
  /** Nobody makes what the broker lacks, until `startProvisioning`. */
  stopProvisioning(): Promise<void>;
  startProvisioning(): Promise<void>;
  /** The broker is away from now on: nothing is asked, told or heard any more. */
  stopBroker(): Promise<void>;
  stop(): Promise<void>;
}

/** Real parts for one test file: a database, a broker with the product's rights, and the services named. */
export async function startWorld(options: {
  // Each service has a config type of its own; the pair of schema and module is checked where it is written.
  // oxlint-disable-next-line typescript/no-explicit-any
  services: Partial<Record<ServiceName, ServiceUnderTest<any>>>;
  clock?: Clock;
  /** How the streams are made, where it matters; services are told the same. */
  streams?: Partial<Record<'SOUK_STREAM_MAX_BYTES' | 'SOUK_STREAM_REPLICAS', string>>;
  /** Used, and stopped in the end, instead of a server of the world's own. */
  broker?: TestBroker;
}): Promise<World> {
  const [database, server] = await Promise.all([
    createDatabase(),
    options.broker ?? startNatsForTest(PARTITIONS),
  ]);
  const nats = await connectNats(server.urlOf('test'), 'test', 'test');
  const questions = new Questions(nats, 'test');
  const broker = await connectNats(server.urlOf('broker'), 'broker', 'test');
  const limits = readStreamLimits({ SOUK_PARTITIONS: String(PARTITIONS), ...options.streams });
  let provisioner = await provisionerOf(server.urlOf(PROVISIONER), limits);
  const admin = new Client({ connectionString: database.adminUrl });
  // The server stops before a test file whose set-up failed has let go of its connection.
  admin.on('error', () => undefined);
  await admin.connect();
  const seen = record(nats);
  await nats.flush(); // nothing of what follows is missed
  const services = Object.entries(options.services) as [ServiceName, ServiceUnderTest][];
  for (const [service, { migrations }] of services) {
    await runMigrations({ url: database.urlOf(service, 'owner'), schema: service, migrations });
  }
  const running: { service: ServiceName; instance: RunningService }[] = [];
  const start: World['start'] = async (service, { instance = `${service}-1`, env = {} } = {}) => {
    const under = options.services[service] as ServiceUnderTest;
    const config = readConfig(under.config, {
      SOUK_LOG_LEVEL: process.env['SOUK_TEST_LOG_LEVEL'] ?? 'fatal',
      SOUK_SERVICE: service,
      SOUK_INSTANCE: instance,
      SOUK_POSTGRES_URL: database.urlOf(service),
      SOUK_NATS_URL: server.urlOf(service),
      SOUK_REDIS_URL: infrastructure().redisUrl,
      SOUK_PARTITIONS: String(PARTITIONS),
      DELIVER_TWICE: process.env['DELIVER_TWICE'] === '1' ? 'true' : 'false',
      ...options.streams,
      ...under.env,
      ...env,
    });
    const started = await startService({
      module: under.module(config),
      config,
      checkResponses: true,
      patience: PATIENCE_OF_SERVICES,
      handleSignals: false,
      ...(options.clock && { clock: options.clock }),
      ...(under.http && { http: typeof under.http === 'function' ? under.http(config) : under.http }),
    });
    running.push({ service, instance: started });
    return started;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(({ instance }) => instance.stop()));
    await Promise.all([nats.close(), broker.close(), provisioner.stop()]);
    await admin.end();
    await server.stop();
    await database.drop();
  };
  const started = await Promise.allSettled(services.map(([service]) => start(service)));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const runningOf = (service: ServiceName): RunningService => {
    const found = running.findLast((entry) => entry.service === service);
    if (!found) throw new Error(`${service} is not part of this world`);
    return found.instance;
  };
  return {
    ...publisher(nats),
    events: seen,
    event: async (contract, fits = () => true) =>
      until(() => seen(contract).find(fits), { what: `an event ${contract.type}` }),
    ask: (contract, request, askOptions) =>
      ask(questions, contract, request, { deadlineMs: ANSWERED_WITHIN_MS, ...askOptions }),
    answer: standIns(nats),
    until,
    sql: async <Row>(service: ServiceName, text: string, params: unknown[] = []) => {
      await admin.query(`set search_path = ${service}`);
      return (await admin.query(text, params)).rows as Row[];
    },
    has: (service) => options.services[service] !== undefined,
    app: (service) => runningOf(service).app,
    running: runningOf,
    start,
    urls: {
      postgres: database.urlOf,
      admin: database.adminUrl,
      nats: server.urlOf,
      redis: infrastructure().redisUrl,
    },
    nats,
    broker,
    stopProvisioning: () => provisioner.stop(),
    startProvisioning: async () => {
      provisioner = await provisionerOf(server.urlOf(PROVISIONER), limits);
    },
    stopBroker: () => server.stop(),
    stop,
  };
}

/** Every stream and consumer, so that a test can publish for services that are not part of it. */
const provisionerOf = (url: string, limits: StreamLimits): Promise<Provisioner> =>
  startProvisioner({
    url,
    inboxPrefix: inboxPrefixOf(PROVISIONER),
    plan: brokerPlan(limits),
    requestSubject: provisionSubjectOf('*' as ServiceName),
    say: () => undefined,
  });

function record(nats: NatsConnection): <E extends EventContract>(contract: E) => Seen<E>[] {
  const byType = new Map<string, Seen<EventContract>[]>();
  const ids = new Set<string>();
  for (const service of SERVICE_NAMES) {
    nats.subscribe(`${service}.>`, {
      callback: (_error, message) => {
        try {
          const { id, account, traceparent, causationid, type, data } = message.json<{
            id: string;
            account: string;
            traceparent?: string;
            causationid?: string;
            type: string;
            data: unknown;
          }>();
          if (ids.has(id)) return; // published again after a crash, under its old id
          ids.add(id);
          const list = byType.get(type) ?? [];
          byType.set(type, list);
          list.push({
            id,
            accountId: account,
            subject: message.subject,
            traceparent,
            causationId: causationid,
            data,
          });
        } catch {
          // a test may publish what is no event
        }
      },
    });
  }
  return <E extends EventContract>(contract: E) => byType.get(contract.type) ?? [];
}

function publisher(nats: NatsConnection): Pick<World, 'publish' | 'publishRaw'> {
  const send = async (subject: string, payload: string, id?: string): Promise<void> => {
    const head = headers();
    if (id) head.set('Nats-Msg-Id', id);
    const reply = await nats.request(subject, payload, { headers: head, timeout: 5_000 });
    if (reply.string().includes('"error"')) throw new Error(reply.string());
  };
  return {
    publish: async (contract, data, { accountId, key, id = newId(), traceparent, time }) => {
      const payload = JSON.stringify({
        specversion: '1.0',
        id,
        source: `souk/${contract.owner}`,
        type: contract.type,
        time: time ?? new Date().toISOString(),
        account: accountId,
        correlationid: id,
        ...(traceparent && { traceparent }),
        data: contract.data.parse(data),
      });
      const subject = subjectOf(contract, partitionOf(key, PARTITIONS));
      tellHeadline(nats, subject, payload);
      await send(subject, payload, id);
      return id;
    },
    publishRaw: (contract, payload, partition = 0) => send(subjectOf(contract, partition), payload),
  };
}

function standIns(nats: NatsConnection): World['answer'] {
  // Replaced in its place: between an old subscription and a new one nobody would answer.
  const answers = new Map<string, (request: never, body: Uint8Array) => unknown>();
  return (contract, newAnswer) => {
    const isKnown = answers.has(contract.name);
    answers.set(contract.name, newAnswer);
    if (isKnown) return;
    nats.subscribe(contract.subject, {
      callback: (_error, message) => {
        void (async () => {
          try {
            const text = contract.hasBody ? message.headers!.get('souk-request') : message.string();
            const answer = answers.get(contract.name)!;
            const response = await answer(contract.request.parse(JSON.parse(text)) as never, message.data);
            message.respond(JSON.stringify({ response: contract.response.parse(response) }));
          } catch (error) {
            const refusal = error instanceof Refusal ? error : new Refusal('internal', String(error));
            message.respond(JSON.stringify({ refusal: refusal.toData() }));
          }
        })();
      },
    });
  };
}

import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  ask,
  connectNats,
  Questions,
  type RunningService,
  type ServiceOptions,
  startService,
} from '@souk/bus';
import {
  brokerPlan,
  type EventContract,
  inboxPrefixOf,
  PROVISIONER,
  provisionSubjectOf,
  type QueryContract,
  readStreamLimits,
  type RequestOf,
  type ResponseOf,
  type ServiceName,
  type StreamLimits,
} from '@souk/contracts';
import { type Provisioner, startProvisioner } from '@souk/infra';
import { type BaseConfig, type Clock, type Migration, readConfig, runMigrations } from '@souk/service';
import { Client } from 'pg';
import type { z } from 'zod';
import { eventsSeenBy, type Publisher, publisherOf, type Seen } from './events.ts';
import { createDatabase, infrastructure, startNatsForTest, type TestBroker } from './infrastructure.ts';
import { type StandIn, standInFor } from './stand-ins.ts';
import { until } from './until.ts';

const PARTITIONS = 4;
/** A test is about what is answered, not when: a starved machine misses the deadlines that people have. */
const ANSWERED_WITHIN_MS = 45_000;
/** The same for what services ask each other: as much longer for each, so that who is asked still gives up first. */
const PATIENCE_OF_SERVICES = 5;

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

export interface World extends Publisher {
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
  answer: StandIn;
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
  const seen = eventsSeenBy(nats);
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
    ...publisherOf(nats, PARTITIONS),
    events: seen,
    event: async (contract, fits = () => true) =>
      until(() => seen(contract).find(fits), { what: `an event ${contract.type}` }),
    ask: (contract, request, askOptions) =>
      ask(questions, contract, request, { deadlineMs: ANSWERED_WITHIN_MS, ...askOptions }),
    answer: standInFor(nats),
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

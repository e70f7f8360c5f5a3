import { RELATIONS } from './catalog.ts';
import { durableOf, SERVICE_NAMES, type ServiceName, streamOf, subjectOf } from './event.ts';

/** Broadcast to every process: export the spans you still hold of these traces. */
export const TRACE_KEEP_SUBJECT = 'telemetry.keep';

/** Prefix of a connection's private reply subjects; no other user may subscribe to it. */
export const inboxPrefixOf = (user: string): string => `_INBOX_${user}`;

export interface Permissions {
  publish: string[];
  subscribe: string[];
}

/** What a service may say and hear: its own events, the queries it asks, its own consumers, nothing else. */
export function permissionsOf(service: ServiceName, partitions: number): Permissions {
  const own = streamOf(service);
  const { subscribes, listens, asks } = RELATIONS[service];
  const consumers = subscribes.flatMap((contract) =>
    Array.from({ length: partitions }, (_, partition) => ({
      stream: contract.stream,
      durable: durableOf(service, contract, partition),
      filter: subjectOf(contract, partition),
    })),
  );
  return {
    publish: [
      `${service}.>`,
      TRACE_KEEP_SUBJECT,
      '$JS.API.INFO',
      ...['CREATE', 'UPDATE', 'INFO', 'PURGE', 'MSG.GET'].map((verb) => `$JS.API.STREAM.${verb}.${own}`),
      `$JS.API.CONSUMER.LIST.${own}`,
      ...new Set(subscribes.map((contract) => `$JS.API.STREAM.INFO.${contract.stream}`)),
      ...consumers.flatMap(({ stream, durable, filter }) => [
        // With the filter in the subject, which the server compares with the request: a consumer of its name that
        // reads anything else of the stream cannot be made.
        `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${filter}`,
        `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
        `$JS.API.CONSUMER.DELETE.${stream}.${durable}`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
        `$JS.ACK.${stream}.${durable}.>`,
      ]),
      ...asks.map((contract) => contract.subject),
    ],
    subscribe: [
      `${inboxPrefixOf(service)}.>`,
      `query.${service}.>`,
      TRACE_KEEP_SUBJECT,
      ...listens.map((contract) => `${contract.type}.*`),
    ],
  };
}

const quoted = (subjects: string[]): string => subjects.map((subject) => JSON.stringify(subject)).join(', ');

/**
 * The nats-server configuration: JetStream on disk, one user per service with its own rights, and the
 * operator's user, which may ask queries (the command-line tools use it).
 * @see https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization
 */
export function natsConfiguration(options: {
  host: string;
  port: number;
  storeDir: string;
  partitions: number;
  /** Password of each service's user, and the operator's. */
  passwords: Record<ServiceName | 'operator', string>;
  maxFileStoreBytes?: number;
}): string {
  const users = SERVICE_NAMES.map((service) => {
    const { publish, subscribe } = permissionsOf(service, options.partitions);
    return `    { user: ${service}, password: ${JSON.stringify(options.passwords[service])}, permissions: {
        publish: { allow: [${quoted(publish)}] }
        subscribe: { allow: [${quoted(subscribe)}] }
        allow_responses: { max: 1, expires: "60s" } } }`;
  });
  return `listen: ${options.host}:${options.port}
max_payload: 1MB
jetstream {
  store_dir: ${JSON.stringify(options.storeDir)}
  max_file_store: ${options.maxFileStoreBytes ?? 20 * 1024 ** 3}
  max_memory_store: ${64 * 1024 ** 2}
}
authorization {
  users: [
${users.join('\n')}
    { user: operator, password: ${JSON.stringify(options.passwords.operator)}, permissions: {
        publish: { allow: ["query.>"] }
        subscribe: { allow: ["${inboxPrefixOf('operator')}.>"] } } }
  ]
}
`;
}

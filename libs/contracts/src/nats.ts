import { provisionSubjectOf } from './broker-plan.ts';
import { RELATIONS } from './catalog.ts';
import { durableOf, headlineOf, SERVICE_NAMES, type ServiceName, streamOf } from './event.ts';

/** Broadcast to every process: export the spans you still hold of these traces. */
export const TRACE_KEEP_SUBJECT = 'telemetry.keep';

/** Prefix of a connection's private reply subjects; no other user may subscribe to it. */
export const inboxPrefixOf = (user: string): string => `_INBOX_${user}`;

/**
 * Where the answer to a question goes: only who was asked may write there, and only the asker reads it. `*` is any.
 * @param token names the question among all of the asker's
 */
export const answerSubject = (answerer: ServiceName | '*', asker: string, token: string): string =>
  `${answersOf(answerer)}${asker}.${token}`;

/** What the subjects of all answers of a service begin with. */
export const answersOf = (answerer: ServiceName | '*'): string => `answer.${answerer}.`;

/** Where a service finds the few requests to JetStream that are let through to it, see `natsConfiguration`. */
export const BROKER_API_PREFIX = 'JS.BUS';

/** The user that makes streams and consumers; no service may. */
export const PROVISIONER = 'provisioner';

/** Everybody who has a password: the services, the provisioner, and the operator's command-line tools. */
export const NATS_USERS = [...SERVICE_NAMES, PROVISIONER, 'operator'] as const;
export type NatsUser = (typeof NATS_USERS)[number];

export interface Permissions {
  publish: string[];
  subscribe: string[];
}

/**
 * What a service may say and hear: its own events, the queries it asks, messages and acknowledgements of its own
 * consumers, and the provisioner's help with its own things. It makes, changes and removes nothing at the broker.
 */
export function permissionsOf(service: ServiceName, partitions: number): Permissions {
  const { subscribes, listens, follows, asks } = RELATIONS[service];
  const consumers = subscribes.flatMap((contract) =>
    Array.from(
      { length: partitions },
      (_, partition) => `${contract.stream}.${durableOf(service, contract, partition)}`,
    ),
  );
  return {
    publish: [
      `${service}.>`,
      headlineOf(`${service}.>`),
      answerSubject(service, '*', '>'),
      TRACE_KEEP_SUBJECT,
      provisionSubjectOf(service),
      `${BROKER_API_PREFIX}.STREAM.INFO.${streamOf(service)}`,
      ...consumers.flatMap((consumer) => [
        `${BROKER_API_PREFIX}.CONSUMER.INFO.${consumer}`,
        `${BROKER_API_PREFIX}.CONSUMER.MSG.NEXT.${consumer}`,
        `$JS.ACK.${consumer}.>`,
      ]),
      ...asks.map((contract) => contract.subject),
    ],
    subscribe: [
      `${inboxPrefixOf(service)}.>`,
      `query.${service}.>`,
      answerSubject('*', service, '>'),
      TRACE_KEEP_SUBJECT,
      ...listens.map((contract) => `${contract.type}.*`),
      ...follows.map((contract) => headlineOf(`${contract.type}.*`)),
    ],
  };
}

/** The provisioner makes, looks at, relieves and makes anew what is planned; it reads and publishes no event. */
const PROVISIONER_PERMISSIONS: Permissions = {
  publish: [
    '$JS.API.INFO',
    ...SERVICE_NAMES.map(streamOf).flatMap((stream) => [
      ...['CREATE', 'UPDATE', 'INFO', 'PURGE'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`),
      `$JS.API.CONSUMER.LIST.${stream}`,
      `$JS.API.CONSUMER.CREATE.${stream}.>`,
      ...['INFO', 'DELETE'].map((verb) => `$JS.API.CONSUMER.${verb}.${stream}.*`),
    ]),
  ],
  subscribe: [`${inboxPrefixOf(PROVISIONER)}.>`, provisionSubjectOf('*' as ServiceName)],
};

const OPERATOR_PERMISSIONS: Permissions = {
  publish: ['query.>'],
  subscribe: [`${inboxPrefixOf('operator')}.>`, answerSubject('*', 'operator', '>')],
};

/** A way from the services' account into the one that holds the streams. */
interface Passage {
  subject: string;
  /** Its name on the services' side, if another one. */
  as?: string;
  /** A request gets many answers. */
  isStream?: true;
}

const throughApi = (rest: string): Passage => ({
  subject: `$JS.API.${rest}`,
  as: `${BROKER_API_PREFIX}.${rest}`,
});

const PASSAGES: Passage[] = [
  ...SERVICE_NAMES.map((service) => ({ subject: `${service}.>` })),
  { subject: '$JS.ACK.>' },
  { subject: provisionSubjectOf('*' as ServiceName) },
  throughApi('STREAM.INFO.*'),
  throughApi('CONSUMER.INFO.*.*'),
  { ...throughApi('CONSUMER.MSG.NEXT.*.*'), isStream: true },
];

const text = (value: string): string => JSON.stringify(value);
const quoted = (subjects: string[]): string => subjects.map(text).join(', ');
const block = (items: string[]): string => items.map((item) => `      ${item}`).join('\n');

const ANSWERS = '\n        allow_responses: { max: 1, expires: "60s" }';

/** @param mayAnswer wherever a request wants its answer; the server remembers each message that it delivers for it */
const user = (
  name: string,
  password: string,
  { publish, subscribe }: Permissions,
  mayAnswer = false,
): string =>
  `{ user: ${name}, password: ${text(password)}, permissions: {
        publish: { allow: [${quoted(publish)}] }
        subscribe: { allow: [${quoted(subscribe)}] }${mayAnswer ? ANSWERS : ''} } }`;

export interface NatsConfiguration {
  host: string;
  port: number;
  storeDir: string;
  partitions: number;
  passwords: Record<NatsUser, string>;
  maxFileStoreBytes?: number;
  /** One of several servers that keep the streams together. */
  cluster?: { name: string; serverName: string; host: string; port: number; routes: string[] };
}

/**
 * The nats-server configuration. Two accounts: BUS holds the streams and knows the provisioner alone; SERVICES holds
 * the services, each with its own rights, and the operator, who may ask queries. Between them only what PASSAGES
 * lists. (Within one account nats-server checks the subject of a message, not the one its answer is sent to: a
 * service could have the confirmation of its own event delivered to `$JS.API.STREAM.PURGE.<other>`, and 2.9 obeys.)
 * @see https://docs.nats.io/running-a-nats-service/configuration/securing_nats/accounts
 */
export function natsConfiguration(options: NatsConfiguration): string {
  const { passwords, partitions, cluster } = options;
  const services = SERVICE_NAMES.map((service) =>
    user(service, passwords[service], permissionsOf(service, partitions)),
  );
  const exported = PASSAGES.map(
    ({ subject, isStream }) => `{ service: ${text(subject)}${isStream ? ', response_type: stream' : ''} }`,
  );
  const imported = PASSAGES.map(
    ({ subject, as }) =>
      `{ service: { account: BUS, subject: ${text(subject)} }${as ? `, to: ${text(as)}` : ''} }`,
  );
  return `listen: ${options.host}:${options.port}
max_payload: 1MB
${cluster ? clusterText(cluster) : ''}jetstream {
  store_dir: ${text(options.storeDir)}
  max_file_store: ${options.maxFileStoreBytes ?? 20 * 1024 ** 3}
  max_memory_store: ${64 * 1024 ** 2}
}
accounts {
  BUS {
    jetstream: enabled
    users: [
${block([user(PROVISIONER, passwords[PROVISIONER], PROVISIONER_PERMISSIONS, true)])}
    ]
    exports: [
${block(exported)}
    ]
  }
  SERVICES {
    users: [
${block([...services, user('operator', passwords.operator, OPERATOR_PERMISSIONS)])}
    ]
    imports: [
${block(imported)}
    ]
  }
}
`;
}

const clusterText = ({ name, serverName, host, port, routes }: NonNullable<NatsConfiguration['cluster']>) =>
  `server_name: ${text(serverName)}
cluster {
  name: ${text(name)}
  listen: ${text(`${host}:${port}`)}
  routes: [${quoted(routes)}]
}
`;

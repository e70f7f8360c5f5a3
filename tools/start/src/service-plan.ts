import { hashApiKey, SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import type { Secrets } from './secrets.ts';

/**
 * Room for a batch to live and die in the young generation: with 2 MiB half of a busy service's time was garbage
 * collection, with 16 MiB a third of that. The old generation may grow to three times what lives in it before it is
 * collected, by the main thread alone: collected by several threads each second it took a sixth of all CPU. Idle services stay small because they collect once when they are ready
 * (`settleMemory`). V8's compile cache would start them a second earlier and cost 70 MB.
 */
export const SERVICE_NODE_FLAGS = [
  '--max-semi-space-size=16',
  '--heap-growing-percent=200',
  '--single-threaded-gc',
  '--max-old-space-size=256',
];
/** Threads of Node share two of glibc's arenas instead of keeping one each. */
const SERVICE_MEMORY = { MALLOC_ARENA_MAX: '2' };

/** Whole history once, then the days since; set SOUK_EXCHANGE_RATES to nothing to ask nobody. */
const ECB_RATES = ['hist-90d.xml', 'daily.xml', 'hist.zip']
  .map((file) => `https://www.ecb.europa.eu/stats/eurofxref/eurofxref-${file}`)
  .join(' ');

export interface Addresses {
  /** Of each service's role, in the product's database. */
  postgresUrls: Record<ServiceName, string>;
  /** Without user and password where ours; an external one is used exactly as given. */
  natsUrl: string;
  natsIsExternal: boolean;
  redisUrl: string;
  sandboxUrl: string | undefined;
  healthPorts: Record<ServiceName, number>;
  gateway: { host: string; port: number };
}

/** Variables of the user that every service gets: a name, or a prefix that ends in `*`. */
const FOR_ALL = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['OTEL_*', 'SOUK_*', 'DELIVER_TWICE'],
];
/** Of those, what may carry a secret goes only to the service that uses it. */
const CONFIDENTIAL =
  /(KEY|TOKEN|SECRET|PASSWORD|URL|CREDENTIALS)$|^SOUK_(TELEGRAM|SLACK|STRIPE|AMAZON|SOURCE)_/;
const FOR_ONE: Record<ServiceName, string[]> = {
  gateway: ['SOUK_PUBLIC_URL'],
  ingestion: ['SOUK_AMAZON_*', 'SOUK_SOURCE_*'],
  quota: [],
  enrichment: [],
  scoring: [],
  alerting: ['SOUK_TELEGRAM_*', 'SOUK_SLACK_*', 'SOUK_SMTP_URL', 'SOUK_LLM_*', 'SOUK_PUBLIC_URL'],
  billing: ['SOUK_STRIPE_*'],
};

const matches = (name: string, patterns: string[]): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );

function passedOn(service: ServiceName, env: Record<string, string | undefined>): Record<string, string> {
  const isGiven = (name: string): boolean =>
    matches(name, FOR_ONE[service]) || (matches(name, FOR_ALL) && !CONFIDENTIAL.test(name));
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isGiven(entry[0]),
  );
  return Object.fromEntries(entries);
}

/** Keys that billing knows from the start; only their hashes travel. */
function bootstrapKeys(secrets: Secrets): string {
  return JSON.stringify([
    { name: 'start', sha256: hashApiKey(secrets.operatorKey), scopes: ['*'], unmetered: true },
    { name: 'live page', sha256: hashApiKey(secrets.livePageKey), scopes: ['read'], unmetered: true },
  ]);
}

function natsUrlOf(service: ServiceName, addresses: Addresses, secrets: Secrets): string {
  if (addresses.natsIsExternal) return addresses.natsUrl;
  const url = new URL(addresses.natsUrl);
  url.username = service;
  url.password = secrets.nats[service];
  return url.href;
}

/** The whole environment of one service: what it needs and nothing of the others' secrets. */
export function environmentOf(
  service: ServiceName,
  addresses: Addresses,
  secrets: Secrets,
  userEnv: Record<string, string | undefined>,
): Record<string, string> {
  const own: Record<ServiceName, Record<string, string>> = {
    gateway: {
      SOUK_HOST: addresses.gateway.host,
      SOUK_PORT: String(addresses.gateway.port),
      SOUK_REDIS_URL: addresses.redisUrl,
      SOUK_LIVE_PAGE_KEY: secrets.livePageKey,
      SOUK_SECRET: secrets.server,
    },
    ingestion: {
      ...(addresses.sandboxUrl ? { SOUK_SANDBOX_URL: addresses.sandboxUrl } : {}),
      SOUK_EXCHANGE_RATES: userEnv.SOUK_EXCHANGE_RATES ?? ECB_RATES,
    },
    quota: { SOUK_REDIS_URL: addresses.redisUrl },
    enrichment: {},
    scoring: {},
    alerting: { SOUK_SECRET: secrets.server },
    billing: { SOUK_BOOTSTRAP_KEYS: bootstrapKeys(secrets) },
  };
  return {
    ...passedOn(service, userEnv),
    ...SERVICE_MEMORY,
    SOUK_SERVICE: service,
    SOUK_INSTANCE: `${service}-1`, // replicas in containers are named after their hosts
    SOUK_POSTGRES_URL: addresses.postgresUrls[service],
    SOUK_NATS_URL: natsUrlOf(service, addresses, secrets),
    ...(addresses.natsIsExternal && { SOUK_NATS_API_PREFIX: userEnv.SOUK_NATS_API_PREFIX ?? '$JS.API' }),
    SOUK_HEALTH_PORT: String(addresses.healthPorts[service]),
    ...own[service],
  };
}

/** The program of a service, from the root of the workspace. */
export const programOf = (service: ServiceName): string => `apps/${service}/dist/main.js`;
export const TELEMETRY_PRELOAD = 'libs/service/dist/otel.js';

/** Command line of a service, after `node`. */
export const argumentsOf = (service: ServiceName, root: string): string[] => [
  ...SERVICE_NODE_FLAGS,
  '--import',
  `${root}/${TELEMETRY_PRELOAD}`,
  `${root}/${programOf(service)}`,
];

export const SERVICES = SERVICE_NAMES;
/** All that a build makes for them. */
export const PROGRAMS = [...SERVICES.map(programOf), TELEMETRY_PRELOAD];

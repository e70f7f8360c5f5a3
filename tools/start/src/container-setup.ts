/**
 * What `npm start` does before the services run, for docker-compose.yml in which each step is a container:
 * `secrets` writes passwords and settings, `database` makes roles and schemas and migrates them, `broker`
 * makes streams and consumers and stays to keep them there, `seed` posts the sandbox shop's history, `key` prints
 * the API key.
 */
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { natsConfiguration, readStreamLimits, SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import { databaseUrl, provisionDatabase, rolesOf } from '@souk/infra';
import { provisionBroker, provisionerUrl } from './broker.ts';
import { migrate } from './migrations.ts';
import { ROOT } from './options.ts';
import { readSecrets, type Secrets } from './secrets.ts';
import { seed } from './seed.ts';
import { environmentOf } from './service-plan.ts';

const HEALTH_PORT = 9000;
const GATEWAY_PORT = 8080;
const NATS_URL = 'nats://nats:4222';
const SANDBOX_URL = 'http://127.0.0.1:4100'; // it shares ingestion's network
/** The account `node` of the image. */
const SERVICE_UID = 1000;

const DATABASE = 'souk';

export interface Folders {
  /** All secrets; mounted by the set-up containers only. */
  secrets: string;
  /** What the three servers read. */
  servers: string;
  /** One file of variables per service. */
  services: string;
}

const perService = <T>(value: (name: ServiceName) => T): Record<ServiceName, T> =>
  Object.fromEntries(SERVICE_NAMES.map((name) => [name, value(name)])) as Record<ServiceName, T>;

function adminUrl(secrets: Secrets): string {
  return databaseUrl(
    'postgres://postgres@postgres:5432/postgres',
    'postgres',
    'postgres',
    secrets.containers.postgres,
  );
}

function urlsOf(secrets: Secrets, which: 'owner' | 'service'): Record<ServiceName, string> {
  const role = (name: string): string => rolesOf(name)[which];
  return perService((name) =>
    databaseUrl(adminUrl(secrets), DATABASE, role(name), secrets.postgres[role(name)]),
  );
}

/** Writes once what all containers need; a second time nothing changes. */
export function writeSecrets(folders: Folders, partitions: number): void {
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  const secrets = readSecrets(folders.secrets);
  const nats = { host: '0.0.0.0', port: 4222, storeDir: '/data', partitions, passwords: secrets.nats };
  const forServers = {
    'postgres.password': secrets.containers.postgres,
    'redis.password': secrets.containers.redis,
    'nats.conf': natsConfiguration(nats),
  };
  // each server image runs under an account of its own: the volume is mounted by these three alone
  for (const [name, text] of Object.entries(forServers)) {
    rmSync(join(folders.servers, name), { force: true });
    writeFileSync(join(folders.servers, name), text, { mode: 0o444 });
  }
  const addresses = {
    postgresUrls: urlsOf(secrets, 'service'),
    natsUrl: NATS_URL,
    natsIsExternal: false,
    redisUrl: `redis://:${secrets.containers.redis}@redis:6379`,
    sandboxUrl: SANDBOX_URL,
    healthPorts: perService(() => HEALTH_PORT),
    gateway: { host: '0.0.0.0', port: GATEWAY_PORT },
  };
  for (const name of SERVICE_NAMES) {
    const variables = { ...environmentOf(name, addresses, secrets, {}), SOUK_HEALTH_HOST: '0.0.0.0' };
    const lines = Object.entries(variables).map(([variable, value]) => `${variable}='${value}'`);
    const file = join(folders.services, `${name}.env`);
    rmSync(file, { force: true });
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o400 });
    if (process.getuid?.() === 0) chownSync(file, SERVICE_UID, SERVICE_UID);
  }
}

async function main(command: string | undefined): Promise<void> {
  const folders = { secrets: '/souk-secrets', servers: '/souk-servers', services: '/souk-services' };
  if (command === 'secrets') {
    writeSecrets(folders, Number(process.env.SOUK_PARTITIONS ?? 4));
    return;
  }
  const secrets = readSecrets(folders.secrets);
  if (command === 'key') {
    console.log(secrets.operatorKey);
  } else if (command === 'database') {
    const passwords = secrets.postgres;
    await provisionDatabase({
      adminUrl: adminUrl(secrets),
      database: DATABASE,
      services: SERVICE_NAMES,
      passwords,
    });
    for (const line of await migrate(ROOT, urlsOf(secrets, 'owner'), process.env))
      console.log(`migrated ${line}`);
  } else if (command === 'broker') {
    const url = provisionerUrl(NATS_URL, false, secrets.nats.provisioner);
    const provisioner = await provisionBroker(url, readStreamLimits(process.env), console.log);
    process.once('SIGTERM', () => void provisioner.stop());
  } else if (command === 'seed') {
    const marker = join(folders.secrets, 'seeded.json');
    if (existsSync(marker)) return;
    const api = { url: `http://gateway:${GATEWAY_PORT}`, apiKey: secrets.operatorKey };
    const seeded = JSON.stringify(await seed(SANDBOX_URL, api));
    writeFileSync(marker, seeded);
    console.log(seeded);
  } else {
    throw new Error('one of: secrets, database, broker, seed, key');
  }
}

if (import.meta.main) await main(process.argv[2]);

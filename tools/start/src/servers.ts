import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { natsConfiguration, SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import {
  ensureServers,
  provisionDatabase,
  reachableHome,
  startNats,
  startPostgres,
  startRedis,
} from '@souk/infra';
import { watchBroker } from './broker-watch.ts';
import type { Options } from './options.ts';
import type { Progress } from './progress.ts';
import type { Secrets } from './secrets.ts';
import type { Supervisor } from './supervisor.ts';

const SERVER_GROUP = 2;

export interface Servers {
  postgresAdminUrl: string;
  natsUrl: string;
  redisUrl: string;
}

/** Starts the private servers that no external one stands in for; they stop after everything else. */
export async function startServers(
  options: Options,
  ports: Record<'postgres' | 'nats' | 'redis', number>,
  secrets: Secrets,
  supervisor: Supervisor,
  progress: Progress,
): Promise<Servers> {
  const { external, dataDir, streams } = options;
  const kinds = (['postgres', 'nats', 'redis'] as const).filter((kind) => !external[kind]);
  const binaries = await ensureServers({ root: options.root, kinds, progress: progress.say });
  for (const kind of kinds) progress.say(`${kind} ${binaries[kind].version} on port ${ports[kind]}`);

  const postgres = async (): Promise<string> => {
    const dir = join(reachableHome(dataDir), 'postgres');
    const start = () => startPostgres({ dir, port: ports.postgres, binaries, durable: true });
    return (await supervisor.keep('PostgreSQL', SERVER_GROUP, start)).url;
  };
  const nats = async (): Promise<string> => {
    const dir = join(dataDir, 'nats');
    const configText = natsConfiguration({
      host: '127.0.0.1',
      port: ports.nats,
      storeDir: join(dir, 'store'),
      partitions: streams.partitions,
      passwords: secrets.nats,
    });
    // What installations kept there before the streams had an account of their own; the outboxes fill the new ones.
    rmSync(join(dir, 'store', 'jetstream', '$G'), { recursive: true, force: true });
    const start = () => startNats({ dir, port: ports.nats, binaries, configText });
    const { url } = await supervisor.keep('NATS', SERVER_GROUP, start);
    watchBroker({ url, password: secrets.nats.provisioner, supervisor, say: progress.say });
    return url;
  };
  const redis = async (): Promise<string> => {
    const dir = join(dataDir, 'redis');
    const start = () => startRedis({ dir, port: ports.redis, binaries, durable: true });
    return (await supervisor.keep('Redis', SERVER_GROUP, start)).url;
  };
  const [postgresAdminUrl, natsUrl, redisUrl] = await Promise.all([
    external.postgres ?? postgres(),
    external.nats ?? nats(),
    external.redis ?? redis(),
  ]);
  return { postgresAdminUrl, natsUrl, redisUrl };
}

/** The product's database: the one an external address names, unless that is the server's own `postgres`. */
export function databaseNameOf(adminUrl: string, isExternal: boolean): string {
  const named = decodeURIComponent(new URL(adminUrl).pathname.slice(1));
  return isExternal && named !== '' && named !== 'postgres' ? named : 'souk';
}

/** Database, roles and schemas; the addresses of each service's role and of the role that migrates it. */
export async function provision(
  options: Options,
  adminUrl: string,
  secrets: Secrets,
): Promise<{ urls: Record<ServiceName, string>; ownerUrls: Record<ServiceName, string> }> {
  const database = databaseNameOf(adminUrl, options.external.postgres !== undefined);
  const passwords = secrets.postgres;
  const made = await provisionDatabase({ adminUrl, database, services: SERVICE_NAMES, passwords });
  const pick = (which: 'url' | 'ownerUrl') =>
    Object.fromEntries(SERVICE_NAMES.map((name) => [name, made.services[name]?.[which] ?? ''])) as Record<
      ServiceName,
      string
    >;
  return { urls: pick('url'), ownerUrls: pick('ownerUrl') };
}

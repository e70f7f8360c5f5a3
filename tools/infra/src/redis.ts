import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, type RunningServer, stopLeftover } from './child-server.ts';
import { libraryEnvironment, type ServerBinaries } from './find-servers.ts';
import { freePort } from './free-port.ts';
import { exchange } from './wire.ts';

/** A private Redis on 127.0.0.1 with a random password kept in `<dir>/redis.password`. */
export async function startRedis(options: {
  dir: string;
  /** A free port unless given. */
  port?: number;
  binaries: Pick<ServerBinaries, 'redis'>;
  /** Keeps its data over a restart (append-only file, synced every second). */
  durable?: boolean;
  temporaryDir?: string;
}): Promise<RunningServer> {
  const { dir } = options;
  const { path, libraryPath } = options.binaries.redis;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const configFile = join(dir, 'redis.conf');
  const passwordFile = join(dir, 'redis.password');
  const pidFile = join(dir, 'redis.pid');
  await stopLeftover(pidFile, dir, 'SIGTERM');
  if (!existsSync(passwordFile))
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const password = readFileSync(passwordFile, 'utf8').trim();
  const port = options.port ?? (await freePort());
  const lines = [
    `bind 127.0.0.1`,
    `port ${port}`,
    `dir "${dir}"`,
    `requirepass ${password}`,
    'save ""',
    `appendonly ${options.durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'maxmemory 256mb',
    'maxmemory-policy noeviction',
  ];
  writeFileSync(configFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  return launch({
    name: 'redis-server',
    path,
    args: [configFile],
    cwd: dir,
    env: libraryEnvironment(libraryPath),
    logFile: join(dir, 'redis.log'),
    pidFile,
    port,
    url: `redis://:${password}@127.0.0.1:${port}`,
    stopSignal: 'TERM',
    ...(options.temporaryDir ? { temporaryDir: options.temporaryDir } : {}),
    ready: () => exchange(port, `AUTH ${password}\r\nPING\r\n`, /^\+OK\r\n\+PONG/),
  });
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, type RunningServer, stopLeftover } from './child-server.ts';
import { libraryEnvironment, type ServerBinaries } from './find-servers.ts';
import { freePort } from './free-port.ts';
import { exchange } from './wire.ts';

const STORE_DIR = /\bstore_dir\s*[:=]?\s*("[^"]*"|[^\s}]+)/;

/** nats-server refuses a store folder given twice, by the text and by a flag: the text's is replaced. */
export const withStoreDir = (configText: string, storeDir: string): string =>
  STORE_DIR.test(configText)
    ? configText.replace(STORE_DIR, () => `store_dir: ${JSON.stringify(storeDir)}`)
    : `${configText}\njetstream { store_dir: ${JSON.stringify(storeDir)} }\n`;

/**
 * A private nats-server with JetStream on 127.0.0.1. Port and store folder replace those of the
 * configuration text. The configuration holds passwords: its file is readable by this account only.
 */
export async function startNats(options: {
  dir: string;
  /** A free port unless given. */
  port?: number;
  binaries: Pick<ServerBinaries, 'nats'>;
  /** In nats-server's own format; users, permissions, limits. */
  configText?: string;
  temporaryDir?: string;
}): Promise<RunningServer> {
  const { dir } = options;
  const { path, libraryPath } = options.binaries.nats;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const configFile = join(dir, 'nats.conf');
  const pidFile = join(dir, 'nats.pid');
  await stopLeftover(pidFile, dir, 'SIGTERM');
  writeFileSync(configFile, withStoreDir(options.configText ?? '', join(dir, 'store')), { mode: 0o600 });
  const port = options.port ?? (await freePort());
  return launch({
    name: 'nats-server',
    path,
    args: ['-c', configFile, '-a', '127.0.0.1', '-p', String(port)],
    cwd: dir,
    env: libraryEnvironment(libraryPath),
    logFile: join(dir, 'nats.log'),
    pidFile,
    port,
    url: `nats://127.0.0.1:${port}`,
    stopSignal: 'TERM',
    ...(options.temporaryDir ? { temporaryDir: options.temporaryDir } : {}),
    ready: () => exchange(port, undefined, /^INFO \{.*"jetstream":true/),
  });
}

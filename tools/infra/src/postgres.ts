import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { launch, type RunningServer, stopLeftover } from './child-server.ts';
import { libraryEnvironment, type ServerBinaries } from './find-servers.ts';
import { freePort } from './free-port.ts';
import { isReachable, serverUser } from './server-user.ts';
import { exchange } from './wire.ts';

const COMMON = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  jit: 'off',
  timezone: 'GMT', // the one zone that PostgreSQL knows without the machine's zone files
  log_timezone: 'GMT',
};
const DURABLE = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
};
/** For tests: a crash may lose everything, so nothing waits for the disk. */
const FORGETFUL = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
};

/** A startup packet; the server answers `R` (authenticate) only once it takes connections. */
function startupPacket(): Buffer {
  const packet = Buffer.from('\0\0\0\0\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
  packet.writeInt32BE(packet.length);
  return packet;
}

/**
 * A private PostgreSQL on 127.0.0.1: cluster below `<dir>/data`, the superuser's password (random, TCP
 * wants scram-sha-256) in `<dir>/superuser.password`. Under root it runs as another account.
 */
export async function startPostgres(options: {
  dir: string;
  /** A free port unless given. */
  port?: number;
  binaries: Pick<ServerBinaries, 'postgres'>;
  durable: boolean;
  temporaryDir?: string;
}): Promise<RunningServer> {
  const { dir } = options;
  const { path, libraryPath } = options.binaries.postgres;
  const user = serverUser();
  if (!isReachable(dirname(dir), user))
    throw new Error(`PostgreSQL's account cannot reach ${dir}: choose another data folder`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  if (user.uid !== undefined && user.gid !== undefined) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  const passwordFile = join(dir, 'superuser.password');
  const env = { ...libraryEnvironment(libraryPath), LC_ALL: 'C' };
  const pidFile = join(data, 'postmaster.pid');
  await stopLeftover(pidFile, data, 'SIGINT');
  if (!existsSync(join(data, 'PG_VERSION')) || !existsSync(passwordFile)) {
    rmSync(data, { recursive: true, force: true }); // an interrupted initdb
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (user.uid !== undefined && user.gid !== undefined) chownSync(passwordFile, user.uid, user.gid);
    const args = [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
    ];
    args.push('--locale=C', '--no-instructions', ...(options.durable ? [] : ['--no-sync']));
    const made = spawnSync(join(dirname(path), 'initdb'), args, {
      ...user,
      env,
      cwd: dir,
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (made.status !== 0) {
      rmSync(data, { recursive: true, force: true });
      throw new Error(`initdb failed: ${(made.stderr || String(made.error)).trim().slice(-500)}`);
    }
  }
  const port = options.port ?? (await freePort());
  const settings = { ...COMMON, ...(options.durable ? DURABLE : FORGETFUL), port };
  const password = readFileSync(passwordFile, 'utf8').trim();
  return launch({
    name: 'PostgreSQL',
    path,
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: dir,
    env,
    user,
    logFile: join(dir, 'postgres.log'),
    port,
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stopSignal: 'INT',
    stopDeadlineMs: 30_000,
    startDeadlineMs: 120_000, // crash recovery of a large WAL takes its time
    ...(options.temporaryDir ? { temporaryDir: options.temporaryDir } : {}),
    ready: () => exchange(port, startupPacket(), /^R/),
  });
}

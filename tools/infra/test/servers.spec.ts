import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { stopLeftover } from '../src/child-server.ts';
import { ensureServers } from '../src/ensure-servers.ts';
import type { ServerBinaries } from '../src/find-servers.ts';
import { isPortFree } from '../src/free-port.ts';
import { startPostgres } from '../src/postgres.ts';
import { startRedis } from '../src/redis.ts';
import { startTestNats } from '../src/test-infra.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
let binaries: ServerBinaries;
let dir: string;

beforeAll(async () => {
  binaries = await ensureServers({ root: ROOT });
}, 120_000);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'souk-infra-'));
  chmodSync(dir, 0o755);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits for a fact; fails when it has not become true within 60 s. */
async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await fact()); await delay(20)) {
    if (Date.now() > end) throw new Error('it did not become true within 60 s');
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')); // ended, merely not yet reaped
  } catch {
    return false;
  }
};

describe('startPostgres', () => {
  it('keeps data and password over a restart, wants the password, and tells nobody else', async () => {
    const options = { dir: join(dir, 'postgres'), binaries, durable: true };
    const first = await startPostgres(options);
    await query(first.url, 'create table kept as select 42 as answer');
    const wrong = new URL(first.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    await first.stop();
    const second = await startPostgres(options);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await query(second.url, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    await second.stop();
    expect(statSync(join(dir, 'postgres', 'superuser.password')).mode & 0o777).toBe(0o600);
    expect(await isPortFree(second.port)).toBe(true);
  });

  it('refuses a port where another server would answer in its place', async () => {
    const first = await startPostgres({ dir: join(dir, 'a'), binaries, durable: false });
    const second = startPostgres({ dir: join(dir, 'b'), binaries, durable: false, port: first.port });
    await expect(second).rejects.toThrow(`PostgreSQL: port ${first.port} is in use`);
    await first.stop();
  });
});

describe('startRedis', () => {
  it('refuses a client without the password and keeps data over a restart when durable', async () => {
    const options = { dir: join(dir, 'redis'), binaries, durable: true };
    const first = await startRedis(options);
    const client = new Redis(first.url);
    await client.set('kept', '42');
    await client.quit();
    const stranger = new Redis(`redis://127.0.0.1:${first.port}`, {
      lazyConnect: true,
      retryStrategy: () => null,
    });
    stranger.on('error', () => {});
    await expect(stranger.get('kept')).rejects.toThrow(/NOAUTH/);
    stranger.disconnect();
    await first.stop();
    const second = await startRedis(options);
    const again = new Redis(second.url);
    expect(await again.get('kept')).toBe('42');
    await again.quit();
    await second.stop();
  });
});

describe('startTestNats', () => {
  it('says what the log says when the server cannot start', async () => {
    const started = startTestNats('listen: {', 'native');
    await expect(started).rejects.toThrow(/nats-server did not start; the end of its log:\n.*Parse error/s);
  });

  it('gives a server with JetStream that holds the users of the text', async () => {
    const text = `jetstream { store_dir: "/nonexistent/store" }
      authorization { users: [{ user: scoring, password: "secret" }] }`;
    const nats = await startTestNats(text, 'native');
    await expect(connect({ servers: nats.url, user: 'scoring', pass: 'guess' })).rejects.toThrow(
      /uthorization/,
    );
    const connection = await connect({ servers: nats.url, user: 'scoring', pass: 'secret' });
    expect(connection.info?.jetstream).toBe(true);
    await connection.close();
    await nats.stop();
  });
});

describe('a parent that is killed', () => {
  it('takes its servers and their temporary folder with it', async () => {
    const script = `
      import { startInfra } from ${JSON.stringify(join(ROOT, 'tools/infra/src/index.ts'))};
      const infra = await startInfra({ mode: 'native' });
      console.log(JSON.stringify(infra));
      setInterval(() => {}, 1000);`;
    const args = ['--conditions=source', '--input-type=module', '-e', script];
    const parent = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: dir },
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const infra = JSON.parse(line.toString()) as Record<'postgresAdminUrl' | 'natsUrl' | 'redisUrl', string>;
    const ports = [infra.postgresAdminUrl, infra.natsUrl, infra.redisUrl].map((url) =>
      Number(new URL(url).port),
    );
    for (const port of ports) expect(await isPortFree(port)).toBe(false);
    const folder = join(dir, readdirSync(dir)[0] ?? '');
    parent.kill('SIGKILL');
    for (const port of ports) await until(() => isPortFree(port));
    await until(() => !existsSync(folder));
  });
});

describe('stopLeftover', () => {
  it('ends what works in our folder and never another process that has its number', async () => {
    const ours = spawn('sleep', ['60'], { cwd: dir });
    const foreign = spawn('sleep', ['60'], { cwd: tmpdir() });
    const pidFile = join(dir, 'server.pid');
    writeFileSync(pidFile, String(foreign.pid));
    await stopLeftover(pidFile, dir, 'SIGTERM');
    expect(isAlive(foreign.pid ?? 0)).toBe(true);
    expect(existsSync(pidFile)).toBe(false);
    writeFileSync(pidFile, `${ours.pid}\n${dir}\n`);
    const gone = once(ours, 'exit');
    await stopLeftover(pidFile, dir, 'SIGTERM');
    await gone;
    expect(isAlive(ours.pid ?? 0)).toBe(false);
    foreign.kill();
    await once(foreign, 'exit');
  });
});

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasDocker, startDockerInfra, startDockerNats } from './docker-infra.ts';
import { ensureServers } from './ensure-servers.ts';
import type { ServerKind } from './find-servers.ts';
import { startNats } from './nats.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { isReachable, serverUser } from './server-user.ts';

export type InfraMode = 'docker' | 'native';

export interface TestNats {
  url: string;
  stop(): Promise<void>;
}

export interface TestInfra {
  mode: InfraMode;
  postgresAdminUrl: string;
  natsUrl: string;
  redisUrl: string;
  /** A fresh nats-server of its own, see {@link startTestNats}. */
  startNats(configText: string): Promise<TestNats>;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder for one run; for root it is one that PostgreSQL's account can reach. */
function temporaryFolder(): string {
  const parent = isReachable(tmpdir(), serverUser()) ? tmpdir() : '/var/tmp';
  const dir = mkdtempSync(join(parent, 'souk-test-'));
  chmodSync(dir, 0o755);
  return dir;
}

const binariesOf = (kinds?: readonly ServerKind[]): ReturnType<typeof ensureServers> =>
  ensureServers({
    root: ROOT,
    ...(kinds ? { kinds } : {}),
    progress: (line) => process.stderr.write(`${line}\n`),
  });

async function modeOf(wanted: string): Promise<InfraMode> {
  if (wanted === 'docker' || wanted === 'native') return wanted;
  if (wanted !== 'auto') throw new Error(`SOUK_TEST_INFRA=${wanted}: auto, docker or native`);
  return (await hasDocker()) ? 'docker' : 'native';
}

/**
 * A nats-server with JetStream for one test file: the address and the store folder of the configuration
 * text are overridden, users and permissions hold. Dies with this process.
 */
export async function startTestNats(configText: string, mode: InfraMode): Promise<TestNats> {
  if (mode === 'docker') return startDockerNats(configText);
  const dir = temporaryFolder();
  const binaries = await binariesOf(['nats']);
  const nats = await startNats({ dir, binaries, configText, temporaryDir: dir }).catch((error: unknown) => {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  });
  return {
    url: nats.url,
    stop: async () => {
      await nats.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function startNativeInfra(): Promise<Omit<TestInfra, 'startNats'>> {
  const binaries = await binariesOf();
  const dir = temporaryFolder();
  const at = (name: string) => ({ dir: join(dir, name), binaries, temporaryDir: dir });
  const started = await Promise.allSettled([
    startPostgres({ ...at('postgres'), durable: false }),
    startNats(at('nats')),
    startRedis(at('redis')),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all(
      started.filter((server) => server.status === 'fulfilled').map(({ value }) => value.stop()),
    );
    rmSync(dir, { recursive: true, force: true });
  };
  const [postgres, nats, redis] = started;
  if (postgres.status === 'rejected' || nats.status === 'rejected' || redis.status === 'rejected') {
    await stop();
    const reasons = started.map((server) =>
      server.status === 'rejected' ? (server.reason as Error) : undefined,
    );
    throw reasons.find((reason) => reason !== undefined) ?? new Error('unreachable');
  }
  return {
    mode: 'native',
    postgresAdminUrl: postgres.value.url,
    natsUrl: nats.value.url,
    redisUrl: redis.value.url,
    stop,
  };
}

/**
 * Real PostgreSQL (forgets on a crash), NATS with JetStream and Redis for tests: containers where a Docker
 * engine answers, else native processes. Everything dies with this process, even when it is killed.
 */
export async function startInfra(options: { mode?: string } = {}): Promise<TestInfra> {
  const mode = await modeOf(options.mode ?? process.env.SOUK_TEST_INFRA ?? 'auto');
  const infra = await (mode === 'docker' ? startDockerInfra() : startNativeInfra());
  return { ...infra, startNats: (configText) => startTestNats(configText, mode) };
}

import type { StartedTestContainer } from 'testcontainers';
import { withStoreDir } from './nats.ts';
import type { TestInfra, TestNats } from './test-infra.ts';

/** Pinned so that both modes offer the same features. */
const IMAGES = { postgres: 'postgres:15-alpine', nats: 'nats:2.9-alpine', redis: 'redis:7-alpine' };
const START_TIMEOUT_MS = 120_000;

/** Whether a Docker engine answers; false within milliseconds where there is none. */
export async function hasDocker(): Promise<boolean> {
  try {
    const { getContainerRuntimeClient } = await import('testcontainers');
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}

const addressOf = (container: StartedTestContainer, port: number): string =>
  `${container.getHost()}:${container.getMappedPort(port)}`;

/** A nats-server of its own in a container; address and store folder override the configuration's. */
export async function startDockerNats(configText: string): Promise<TestNats> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(IMAGES.nats)
    .withCopyContentToContainer([
      { content: withStoreDir(configText, '/data'), target: '/etc/nats/souk.conf', mode: 0o644 },
    ])
    .withCommand(['-c', '/etc/nats/souk.conf', '-a', '0.0.0.0', '-p', '4222'])
    .withExposedPorts(4222)
    .withWaitStrategy(Wait.forLogMessage('Server is ready'))
    .withStartupTimeout(START_TIMEOUT_MS)
    .start();
  return {
    url: `nats://${addressOf(container, 4222)}`,
    stop: async () => {
      await container.stop();
    },
  };
}

/** PostgreSQL, NATS and Redis in containers; Testcontainers' reaper removes them if this process is killed. */
export async function startDockerInfra(): Promise<Omit<TestInfra, 'startNats'>> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=200',
    'jit=off',
  ];
  const [postgres, nats, redis] = await Promise.all([
    new PostgreSqlContainer(IMAGES.postgres)
      .withUsername('postgres')
      .withDatabase('postgres')
      .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
      .withStartupTimeout(START_TIMEOUT_MS)
      .start(),
    startDockerNats(''),
    new GenericContainer(IMAGES.redis)
      .withExposedPorts(6379)
      .withCommand(['redis-server', '--save', '', '--appendonly', 'no'])
      .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
      .withStartupTimeout(START_TIMEOUT_MS)
      .start(),
  ]);
  return {
    mode: 'docker',
    postgresAdminUrl: postgres.getConnectionUri(),
    natsUrl: nats.url,
    redisUrl: `redis://${addressOf(redis, 6379)}`,
    stop: async () => {
      await Promise.all([postgres.stop(), nats.stop(), redis.stop()]);
    },
  };
}

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { natsConfiguration } from '@souk/contracts';
import { ensureServers, freePort, type RunningServer, startNats } from '@souk/infra';
import { NATS_PASSWORD, NATS_PASSWORDS, type TestBroker, withTestUsers } from './infrastructure.ts';

const HOST = '127.0.0.1';
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Cluster extends TestBroker {
  /** Kills the server with SIGKILL, and leaves it dead. */
  kill(serverName: string): Promise<void>;
  /** Starts it again with what it had stored. */
  restart(serverName: string): Promise<void>;
}

/** Three nats-servers on the loopback that keep the streams together, with the product's users and rights. */
export async function startCluster(partitions: number): Promise<Cluster> {
  const dir = mkdtempSync(join(tmpdir(), 'souk-cluster-'));
  chmodSync(dir, 0o755);
  const binaries = await ensureServers({ root: ROOT, kinds: ['nats'], progress: () => undefined });
  const names = ['one', 'two', 'three'];
  const ports = await Promise.all(
    names.map(async () => ({ client: await freePort(), route: await freePort() })),
  );
  const running = new Map<string, RunningServer>();
  const start = async (name: string): Promise<void> => {
    const { client, route } = ports[names.indexOf(name)]!;
    const configText = natsConfiguration({
      host: HOST,
      port: client,
      storeDir: 'store',
      partitions,
      passwords: NATS_PASSWORDS,
      cluster: {
        name: 'souk',
        serverName: name,
        host: HOST,
        port: route,
        routes: ports.map((other) => `nats-route://${HOST}:${other.route}`),
      },
    });
    running.set(
      name,
      await startNats({
        dir: join(dir, name),
        port: client,
        binaries,
        configText: withTestUsers(configText),
      }),
    );
  };
  await Promise.all(names.map(start));
  return {
    urlOf: (user) => ports.map(({ client }) => `nats://${user}:${NATS_PASSWORD}@${HOST}:${client}`).join(','),
    kill: async (name) => {
      const server = running.get(name)!;
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      await server.stop();
    },
    restart: start,
    stop: async () => {
      await Promise.all([...running.values()].map((server) => server.stop()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

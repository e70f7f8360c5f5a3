import { join } from 'node:path';
import { ensureServers, startNats, startPostgres } from '@souk/infra';

/** Servers of the floor's own, with the product's settings of durability. */
export interface FloorServers {
  natsUrl: string;
  postgresUrl: string;
  pids: { nats: number; postgres: number };
  stop(): Promise<void>;
}

export async function startFloorServers(dataDir: string, root: string): Promise<FloorServers> {
  const binaries = await ensureServers({ root, kinds: ['postgres', 'nats'] });
  const postgres = await startPostgres({ dir: join(dataDir, 'floor-postgres'), binaries, durable: true });
  try {
    const nats = await startNats({ dir: join(dataDir, 'floor-nats'), binaries });
    return {
      natsUrl: nats.url,
      postgresUrl: postgres.url,
      pids: { nats: nats.pid, postgres: postgres.pid },
      stop: async () => {
        await Promise.all([nats.stop(), postgres.stop()]);
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

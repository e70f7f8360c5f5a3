import { AcceptObservations, type DataOf, ObservationsCollected, type ResponseOf } from '@souk/contracts';
import { startTelemetry } from '@souk/service';
import { startWorld, type World } from '@souk/testing';
import { IngestionConfig } from '../src/config.ts';
import { IngestionModule } from '../src/ingestion.module.ts';
import { migrations } from '../src/migrations/index.ts';

/** Ingestion alone, with real servers around it and trace ids as in production. */
export function ingestionWorld(env: Record<string, string> = {}): Promise<World> {
  startTelemetry({ service: 'ingestion', instance: 'test', endpoint: undefined, ratio: 0 });
  return startWorld({
    services: {
      ingestion: {
        module: (config: IngestionConfig) => IngestionModule.register(config),
        config: IngestionConfig,
        migrations,
        env,
      },
    },
  });
}

export const line = (fields: object = {}): string =>
  JSON.stringify({
    source: 'steam',
    product: '730',
    price: '14.99',
    currency: 'USD',
    observedAt: '2025-06-01T00:00:00Z',
    ...fields,
  });

export function post(
  world: World,
  accountId: string,
  lines: string[],
  options: { mode?: 'live' | 'backfill'; firstLine?: number } = {},
): Promise<ResponseOf<typeof AcceptObservations>> {
  const { mode = 'live', firstLine = 1 } = options;
  return world.ask(
    AcceptObservations,
    { accountId, mode, firstLine },
    { body: Buffer.from(lines.join('\n')) },
  );
}

/** Waits until everything that was collected so far, readable or not, is published and has come. */
export const allPublished = (world: World): Promise<unknown> =>
  world.until(
    async () => {
      const [log] = await world.sql<{ items: number }>(
        'ingestion',
        'select coalesce(sum(observations + unreadable), 0)::int as items from fetch_log',
      );
      const sizes = world
        .events(ObservationsCollected)
        .map(({ data }) => data.observations.length + data.unreadable.length);
      return sizes.reduce((sum, size) => sum + size, 0) === log!.items;
    },
    { what: 'everything published' },
  );

/** Lets a source be polled once, now, whatever was due; `reset` is what else is set in its row before. */
export async function pollOnce(world: World, source: string, reset = ''): Promise<void> {
  const [before] = await world.sql<{ now: Date }>('ingestion', 'select now()');
  await world.until(
    async () => {
      // again, if a poll that was under way has put the next one off
      await world.sql(
        'ingestion',
        `update source set next_poll_at = now() ${reset}
         where source = $1 and (claim_id is null or claimed_until < now())
           and coalesce(last_polled_at, '-infinity') < $2`,
        [source, before!.now],
      );
      const done = await world.sql(
        'ingestion',
        'select 1 from source where source = $1 and claim_id is null and last_polled_at >= $2',
        [source, before!.now],
      );
      return done.length > 0;
    },
    { what: `${source} polled` },
  );
}

/** All observations published so far for an account, in order of arrival. */
export const collected = (
  world: World,
  accountId: string,
): DataOf<typeof ObservationsCollected>['observations'] =>
  world
    .events(ObservationsCollected)
    .filter((event) => event.accountId === accountId)
    .flatMap((event) => event.data.observations);

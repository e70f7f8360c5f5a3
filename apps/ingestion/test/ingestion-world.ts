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

/** All observations published so far for an account, in order of arrival. */
export const collected = (
  world: World,
  accountId: string,
): DataOf<typeof ObservationsCollected>['observations'] =>
  world
    .events(ObservationsCollected)
    .filter((event) => event.accountId === accountId)
    .flatMap((event) => event.data.observations);

import { newId, type ObservationsCollected, productIdOf, type DataOf } from '@souk/contracts';
import { type ServiceUnderTest, startWorld, type World } from '@souk/testing';
import { EnrichmentConfig } from '../src/config.ts';
import { EnrichmentModule } from '../src/enrichment.module.ts';
import { migrations } from '../src/migrations/index.ts';
import { ObservationsCollected as Collected } from '@souk/contracts';

export type Collection = DataOf<typeof ObservationsCollected>;

const enrichment: ServiceUnderTest<EnrichmentConfig> = {
  module: (config) => EnrichmentModule.register(config),
  config: EnrichmentConfig,
  migrations,
};

export const startEnrichment = (env: Record<string, string> = {}): Promise<World> =>
  startWorld({ services: { enrichment: { ...enrichment, env } } });

/** A collected message of one source; every part can be replaced. */
export const collection = (changes: Partial<Collection> = {}): Collection => ({
  source: 'steam',
  fetchId: newId(),
  origin: 'posted',
  collectedAt: '2026-03-01T12:00:00.000Z',
  mode: 'live',
  observations: [],
  unreadable: [],
  ...changes,
});

/** An observation; every part can be replaced. */
export const observation = (changes: Partial<Collection['observations'][number]> = {}) => ({
  product: '730',
  priceMinor: 1499,
  currency: 'USD',
  observedAt: '2026-03-01T11:00:00.000Z',
  ...changes,
});

/** Publishes as ingestion does: the key is the first product's id. */
export function publish(world: World, accountId: string, data: Collection): Promise<string> {
  const first = data.observations[0]?.product;
  const key = first === undefined ? accountId : productIdOf(accountId, data.source, first);
  return world.publish(Collected, data, { accountId, key });
}

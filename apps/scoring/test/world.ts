import {
  type AcceptedOffer,
  type DataOf,
  newId,
  OffersAccepted,
  offerIdOf,
  productIdOf,
} from '@souk/contracts';
import type { Clock } from '@souk/service';
import { type ServiceUnderTest, startWorld, type World } from '@souk/testing';
import { ScoringConfig } from '../src/config.ts';
import { migrations } from '../src/migrations/index.ts';
import { ScoringModule } from '../src/scoring.module.ts';

export type Accepted = DataOf<typeof OffersAccepted>;

const scoring: ServiceUnderTest<ScoringConfig> = {
  module: (config) => ScoringModule.register(config),
  config: ScoringConfig,
  migrations,
};

export const startScoring = (env: Record<string, string> = {}, clock?: Clock): Promise<World> =>
  startWorld({ services: { scoring: { ...scoring, env } }, ...(clock && { clock }) });

/** A price as enrichment accepts it. */
export function price(
  accountId: string,
  changes: Partial<Omit<AcceptedOffer, 'productId' | 'offerId'>> = {},
): AcceptedOffer {
  const { product = '730', seller, condition } = changes;
  const productId = productIdOf(accountId, 'steam', product);
  return {
    product,
    productId,
    offerId: offerIdOf(productId, seller, condition),
    priceMinor: 1499,
    currency: 'USD',
    observedAt: '2026-03-01T00:00:00.000Z',
    ...changes,
  };
}

/** An accepted message; every part can be replaced. */
export const accepted = (offers: AcceptedOffer[], changes: Partial<Accepted> = {}): Accepted => ({
  source: 'steam',
  fetchId: newId(),
  origin: 'posted',
  collectedAt: '2026-03-01T12:00:00.000Z',
  mode: 'live',
  offers,
  ...changes,
});

/** Publishes as enrichment does: the key is the first product's id. */
export const publish = (
  world: World,
  accountId: string,
  data: Accepted,
  traceparent?: string,
): Promise<string> =>
  world.publish(OffersAccepted, data, {
    accountId,
    key: data.offers[0]!.productId,
    ...(traceparent && { traceparent }),
  });

export const dayAt = (day: number): string => new Date(Date.UTC(2025, 0, 1) + day * 86_400_000).toISOString();

import type { ProductFacts } from '@souk/contracts';
import { type KnownFacts, learn } from './facts.ts';
import type { AcceptedObservation, CollectedMessage, JudgedMessage } from './judge-message.ts';

/** A listing whose facts are to be written. */
export interface ChangedListing {
  productId: string;
  accountId: string;
  source: string;
  product: string;
  known: KnownFacts;
}

export interface FactChanges {
  /** By listing: what is known at the end of the batch, of those that changed only. */
  listings: Map<string, ChangedListing>;
  /** By message: the listings that it changed, with what was known after it. */
  byMessage: Map<CollectedMessage, Map<string, { product: string; facts: ProductFacts }>>;
  /** By listing: digest of the facts told by its newest observation, to be remembered after the commit. */
  digests: Map<string, string>;
}

/** Listings of the batch that were told something that is not remembered: only these need a look into the table. */
export function listingsToLookUp(
  judged: readonly JudgedMessage[],
  digestOf: (productId: string) => string | undefined,
): Set<string> {
  const wanted = new Set<string>();
  for (const { message, accepted } of judged) {
    const expires = message.data.policy?.cacheLifetimeMs != null;
    for (const { offer, factsDigest } of accepted) {
      const remembered = digestOf(offer.productId);
      const isNews = remembered === undefined || (factsDigest !== '' && factsDigest !== remembered);
      if (isNews || expires) wanted.add(offer.productId);
    }
  }
  return wanted;
}

/** Applies what the batch tells of these listings, in order, to what was known of them before. */
export function changeFacts(
  judged: readonly JudgedMessage[],
  wanted: ReadonlySet<string>,
  before: ReadonlyMap<string, KnownFacts>,
): FactChanges {
  const changes: FactChanges = { listings: new Map(), byMessage: new Map(), digests: new Map() };
  if (wanted.size === 0) return changes;
  const known = new Map(before);
  for (const { message, accepted } of judged) {
    for (const observation of accepted) {
      if (wanted.has(observation.offer.productId)) apply(message, observation, known, changes);
    }
  }
  return changes;
}

function apply(
  message: CollectedMessage,
  { offer, facts, factsDigest }: AcceptedObservation,
  known: Map<string, KnownFacts>,
  changes: FactChanges,
): void {
  const { productId, product, observedAt } = offer;
  const learned = learn(known.get(productId), facts, observedAt);
  known.set(productId, learned.known);
  const isRemembered = changes.digests.has(productId) && factsDigest === '';
  if (observedAt === learned.known.newestAt && !isRemembered) changes.digests.set(productId, factsDigest);
  if (!learned.changed) return;
  const { accountId, data } = message;
  changes.listings.set(productId, {
    productId,
    accountId,
    source: data.source,
    product,
    known: learned.known,
  });
  const ofMessage =
    changes.byMessage.get(message) ?? new Map<string, { product: string; facts: ProductFacts }>();
  changes.byMessage.set(message, ofMessage.set(productId, { product, facts: learned.known.facts }));
}

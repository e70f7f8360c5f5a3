import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import { FormQuarantined, ObservationsCollected, OffersAccepted, ProductChanged } from '@souk/contracts';
import { QuarantineStore } from '@souk/quarantine';
import { Clock } from '@souk/service';
import { changeFacts, type FactChanges, listingsToLookUp } from './change-facts.ts';
import { type JudgedMessage, judgeMessage } from './judge-message.ts';
import { ListingMemory } from './listing-memory.ts';
import { LinkListings } from './links/link-listings.ts';
import { expiryOf, ListingStore, type NewestOffer, type StoredFacts } from './listing.store.ts';
import { productPages } from './product-pages.ts';

@Controller()
export class EnrichmentHandlers {
  constructor(
    private readonly listings: ListingStore,
    private readonly links: LinkListings,
    private readonly quarantine: QuarantineStore,
    private readonly memory: ListingMemory,
    private readonly clock: Clock,
  ) {}

  /** Judges collected prices by their form, ties them to listings and offers, and passes the good ones on. */
  @Subscribe(ObservationsCollected, { maxMessages: 50 })
  async collect(batch: Batch<typeof ObservationsCollected>): Promise<void> {
    const now = this.clock.now();
    const judged = batch.messages.map((message) => judgeMessage(message, this.memory));
    const changes = await this.learnFacts(batch, judged, now);
    await this.listings.saveOffers(batch.tx, newestOffers(judged));
    await this.quarantine.add(batch.tx, quarantinedRows(judged), now);
    for (const one of judged) publishOutcome(batch, one, changes, now);
  }

  /** Writes what changed of listings; those that were told only what is remembered cost nothing. */
  private async learnFacts(
    batch: Batch<typeof ObservationsCollected>,
    judged: readonly JudgedMessage[],
    now: Date,
  ): Promise<FactChanges> {
    const wanted = listingsToLookUp(judged, (productId) => this.memory.digestOf(productId));
    const before = await this.listings.knownFacts(batch.tx, wanted);
    const changes = changeFacts(judged, wanted, before);
    await this.listings.saveListings(batch.tx, [...changes.listings.values()], now);
    const expiries = changedExpiries(judged, before);
    await this.listings.expireFacts(batch.tx, expiries);
    await this.links.follow(batch, changes, (productId) => before.has(productId), now);
    batch.afterCommit(() => {
      for (const [productId, digest] of changes.digests) {
        // What expires is deleted behind the memory's back: it is looked up each time.
        if (!expiries.get(productId)) this.memory.remember(productId, digest);
      }
    });
    return changes;
  }
}

/** The newest price of each offer in the batch; of several with the same time the first one. */
function newestOffers(judged: readonly JudgedMessage[]): NewestOffer[] {
  const newest = new Map<string, NewestOffer>();
  for (const { message, accepted } of judged) {
    for (const observation of accepted) {
      const other = newest.get(observation.offer.offerId);
      if (other && other.offer.observedAt >= observation.offer.observedAt) continue;
      newest.set(observation.offer.offerId, { ...observation, message });
    }
  }
  return [...newest.values()];
}

/** Listings whose facts may now be kept until another time than before. */
function changedExpiries(
  judged: readonly JudgedMessage[],
  before: ReadonlyMap<string, StoredFacts>,
): Map<string, Date | null> {
  const expiries = new Map<string, Date | null>();
  for (const { message, accepted } of judged) {
    const expireAt = expiryOf(message);
    for (const { offer } of accepted) {
      if (expireAt || before.get(offer.productId)?.expireAt) expiries.set(offer.productId, expireAt);
    }
  }
  return expiries;
}

/** Facts of products that nobody is alerted to, and that must be gone soon, need not be known elsewhere. */
const isWithheld = ({ data: { policy } }: JudgedMessage['message']): boolean =>
  policy !== undefined && policy.cacheLifetimeMs !== null && !policy.mayAlert;

const quarantinedRows = (judged: readonly JudgedMessage[]) =>
  judged.flatMap(({ message, quarantined }) =>
    quarantined.map((observation) => ({ message, source: message.data.source, observation })),
  );

/** One message of accepted offers for each collected one; all its items are of one partition. */
function publishOutcome(
  batch: Batch<typeof ObservationsCollected>,
  { message, accepted, quarantined }: JudgedMessage,
  changes: FactChanges,
  now: Date,
): void {
  const { source, fetchId, origin, collectedAt, mode, adapterVersion, policy } = message.data;
  const key =
    accepted[0]?.offer.productId ?? quarantined.find((one) => one.productId)?.productId ?? message.accountId;
  const changed = changes.byMessage.get(message);
  if (changed) {
    const changedAt = now.toISOString();
    for (const products of productPages(changed, source, changedAt)) {
      const told = isWithheld(message) ? products.map((one) => ({ ...one, facts: {} })) : products;
      batch.publish(ProductChanged, { products: told }, { causedBy: message, key });
    }
  }
  if (accepted.length > 0) {
    const offers = accepted.map(({ offer }) => offer);
    batch.publish(
      OffersAccepted,
      { source, fetchId, origin, collectedAt, mode, offers, adapterVersion, policy },
      { causedBy: message, key },
    );
  }
  if (quarantined.length > 0) {
    batch.publish(
      FormQuarantined,
      { source, fetchId, mode, observations: quarantined },
      { causedBy: message, key },
    );
    batch.keepTrace(message);
  }
}

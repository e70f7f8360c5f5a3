import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import { FormQuarantined, ObservationsCollected, OffersAccepted, ProductChanged } from '@souk/contracts';
import { QuarantineStore } from '@souk/quarantine';
import { Clock } from '@souk/service';
import { changeFacts, type FactChanges, listingsToLookUp } from './change-facts.ts';
import { type JudgedMessage, judgeMessage } from './judge-message.ts';
import { ListingMemory } from './listing-memory.ts';
import { ListingStore, type NewestOffer } from './listing.store.ts';
import { productPages } from './product-pages.ts';

@Controller()
export class EnrichmentHandlers {
  constructor(
    private readonly listings: ListingStore,
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
    batch.afterCommit(() => {
      for (const [productId, digest] of changes.digests) this.memory.remember(productId, digest);
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
      newest.set(observation.offer.offerId, { ...observation, accountId: message.accountId });
    }
  }
  return [...newest.values()];
}

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
  const { source, fetchId, origin, collectedAt, mode } = message.data;
  const key =
    accepted[0]?.offer.productId ?? quarantined.find((one) => one.productId)?.productId ?? message.accountId;
  const changed = changes.byMessage.get(message);
  if (changed) {
    const changedAt = now.toISOString();
    for (const products of productPages(changed, source, changedAt)) {
      batch.publish(ProductChanged, { products }, { causedBy: message, key });
    }
  }
  if (accepted.length > 0) {
    const offers = accepted.map(({ offer }) => offer);
    batch.publish(
      OffersAccepted,
      { source, fetchId, origin, collectedAt, mode, offers },
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

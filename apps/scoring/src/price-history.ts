import { Injectable } from '@nestjs/common';
import type { Batch } from '@souk/bus';
import type { OffersAccepted, QuarantinedObservation, ScoredDeal } from '@souk/contracts';
import { Clock } from '@souk/service';
import { conflictOf } from './conflict.ts';
import { PlainListings } from './context/plain-listings.ts';
import { HistoryLookups } from './history-lookups.store.ts';
import { HistoryMemory } from './history-memory.ts';
import { HistoryStore, type TouchedOffer } from './history.store.ts';
import { type AcceptedMessage, groupByOffer, type IncomingOffer, keptSinceMs } from './incoming-price.ts';
import { type JudgedPrice, judgePrices } from './judge-prices.ts';
import { OfferHistory } from './offer-history.ts';
import type { Neighbours } from './price-timeline.ts';
import { Plausibility } from './plausibility/plausibility.ts';
import { type NewPrice, type SortedOut, sortOut } from './sort-out.ts';
import { TimelineStore } from './timeline.store.ts';

/** What became of one message: both in the order of its prices. */
export interface Outcome {
  message: AcceptedMessage;
  deals: ScoredDeal[];
  /** Contradictions, and prices that wait until they are confirmed. */
  conflicts: QuarantinedObservation[];
}

/** One offer of a batch on its way through. */
interface OfferInWork extends IncomingOffer, SortedOut {
  history: OfferHistory;
  pointsBefore: number;
}

/** The price history as the batch sees it: appends what is new and judges it, in a fixed number of statements. */
@Injectable()
export class PriceHistory {
  constructor(
    private readonly memory: HistoryMemory,
    private readonly store: HistoryStore,
    private readonly lookups: HistoryLookups,
    private readonly timelines: TimelineStore,
    private readonly contexts: PlainListings,
    private readonly plausibility: Plausibility,
    private readonly clock: Clock,
  ) {}

  async append(
    batch: Pick<Batch<typeof OffersAccepted>, 'messages' | 'tx' | 'afterCommit'>,
  ): Promise<Outcome[]> {
    const incoming = groupByOffer(batch.messages);
    const productIds = [...new Set(incoming.map(({ prices }) => prices[0]!.offer.productId))];
    const [histories, contextOf] = await Promise.all([
      this.historiesOf(batch.tx, incoming),
      this.contexts.of(batch.tx, productIds),
    ]);
    const inWork = await this.sortOut(batch.tx, incoming, histories);
    const brought = inWork.filter(({ added }) => added.length > 0);
    const apart = await this.plausibility.sift(batch.tx, inWork, contextOf);
    const neighbours = await this.neighboursOf(batch.tx, inWork);
    const judged = inWork.flatMap(({ added, history }) => judgePrices(added, history, neighbours, contextOf));
    await this.saveUnlessOutdated(batch.tx, inWork, brought);
    batch.afterCommit(() => {
      for (const { offerId, history } of inWork) this.memory.keep(offerId, history);
    });
    return outcomes(batch.messages, judged, inWork, apart);
  }

  /** Remembered ones, which are checked when they are added to, or else loaded. */
  private async historiesOf(tx: Tx, incoming: readonly IncomingOffer[]): Promise<Map<string, OfferHistory>> {
    const remembered = incoming.map(({ offerId }) => ({ offerId, history: this.memory.take(offerId) }));
    const histories = new Map(
      remembered.map(({ offerId, history }) => [offerId, history ?? new OfferHistory()]),
    );
    const unknown = remembered.filter(({ history }) => !history).map(({ offerId }) => offerId);
    const stored = await this.store.storedOffers(tx, unknown);
    for (const row of stored) {
      const history = histories.get(row.offer_id)!;
      history.points = row.points;
      history.agedPoints = row.aged_points;
      history.lastScore = row.last_score;
    }
    await this.load(
      tx,
      histories,
      stored.map((row) => row.offer_id),
    );
    const beyond = incoming.filter(({ offerId, prices }) => reachesBeyond(histories.get(offerId)!, prices));
    await this.load(
      tx,
      histories,
      beyond.map(({ offerId }) => offerId),
    );
    return histories;
  }

  private async load(
    tx: Tx,
    histories: ReadonlyMap<string, OfferHistory>,
    offerIds: readonly string[],
  ): Promise<void> {
    if (offerIds.length === 0) return;
    const wanted = offerIds.map((offerId) => ({ offerId, points: histories.get(offerId)!.points }));
    for (const { offerId, currency, timeline } of await this.timelines.load(tx, wanted)) {
      const history = histories.get(offerId)!;
      history.timelines.set(currency, timeline);
      history.newestMs = Math.max(history.newestMs, timeline.newestMs);
    }
  }

  /**
   * Only a price that is not newer than the newest can be there already: only those are looked up. Late ones that are
   * older than their source lets prices be kept are passed over.
   */
  private async sortOut(
    tx: Tx,
    incoming: readonly IncomingOffer[],
    histories: ReadonlyMap<string, OfferHistory>,
  ): Promise<OfferInWork[]> {
    const old = incoming.flatMap(({ offerId, prices }) => {
      const { newestMs } = histories.get(offerId)!;
      return prices.filter(({ atMs }) => atMs <= newestMs);
    });
    const stored = await this.lookups.storedPrices(tx, old);
    const nowMs = this.clock.nowMs();
    return incoming.map((offer) => {
      const history = histories.get(offer.offerId)!;
      const sorted = sortOut(offer.prices, history.newestMs, (price) => stored.get(price));
      const added = sorted.added.filter(
        ({ isLate, atMs, message }) => !isLate || atMs >= keptSinceMs(message, nowMs),
      );
      return { ...offer, ...sorted, added, history, pointsBefore: history.points };
    });
  }

  /** Neighbours of late prices as far as the runs do not tell them. */
  private async neighboursOf(tx: Tx, inWork: readonly OfferInWork[]): Promise<Map<NewPrice, Neighbours>> {
    const known = new Map<NewPrice, Neighbours>();
    const unknown: NewPrice[] = [];
    for (const { added, history } of inWork) {
      for (const price of added) {
        if (!price.isLate) continue;
        const neighbours = history.timelineOf(price.offer.currency).neighboursOf(price.atMs, price.value);
        if (neighbours) known.set(price, neighbours);
        else unknown.push(price);
      }
    }
    for (const [price, neighbours] of await this.lookups.neighbours(tx, unknown))
      known.set(price, neighbours);
    return known;
  }

  /**
   * Saves what was added. What was remembered and is no longer so shows here: the batch fails and is judged anew with
   * what is loaded then.
   * @param brought the offers that had something to add, some of which may wait instead
   */
  private async saveUnlessOutdated(
    tx: Tx,
    inWork: readonly OfferInWork[],
    brought: readonly OfferInWork[],
  ): Promise<void> {
    const held = brought.filter(({ added }) => added.length === 0);
    const [changed, isSaved] = await Promise.all([
      this.store.changedOffers(tx, held.map(touchedOffer)),
      this.save(tx, inWork),
    ]);
    if (changed === 0 && isSaved) return;
    // The whole memory is as old: batches after this one are spared the same failure.
    this.memory.forgetAll();
    throw new Error('offers were changed by another replica meanwhile: the batch is judged anew');
  }

  /** False where an offer had another number of points than was remembered. */
  private async save(tx: Tx, inWork: readonly OfferInWork[]): Promise<boolean> {
    const added = inWork.flatMap((offer) => offer.added);
    if (added.length === 0) return true;
    const messages = [...new Set(added.map(({ message }) => message))];
    const provenanceOf = await this.store.addProvenance(tx, messages);
    const touched = inWork.filter((offer) => offer.added.length > 0).map(touchedOffer);
    const [fresh, known] = [touched.filter(isFresh), touched.filter((offer) => !isFresh(offer))];
    const [updated] = await Promise.all([
      this.store.updateOffers(tx, known),
      this.store.addPoints(tx, added, provenanceOf),
      this.store.addOffers(tx, fresh),
    ]);
    return updated === known.length;
  }
}

type Tx = Batch<typeof OffersAccepted>['tx'];

const reachesBeyond = (history: OfferHistory, prices: IncomingOffer['prices']): boolean =>
  prices.some(({ atMs, offer }) => history.timelines.get(offer.currency)?.isBeyond(atMs));

const touchedOffer = ({ offerId, added, history, pointsBefore }: OfferInWork): TouchedOffer => ({
  offerId,
  pointsBefore,
  points: history.points,
  agedPoints: history.agedPoints,
  lastScore: history.lastScore,
  newest: added.findLast((price) => !price.isLate),
});

/** The first price of a new offer is never late. */
const isFresh = (offer: TouchedOffer): offer is TouchedOffer & { newest: NewPrice } =>
  offer.pointsBefore === 0;

/** Puts what was judged offer by offer back into the order of the messages. */
function outcomes(
  messages: readonly AcceptedMessage[],
  judged: readonly JudgedPrice[],
  inWork: readonly OfferInWork[],
  apart: ReadonlyMap<AcceptedMessage, QuarantinedObservation[]>,
): Outcome[] {
  const byMessage = new Map<AcceptedMessage, Outcome>(
    messages.map((message) => [message, { message, deals: [], conflicts: [...(apart.get(message) ?? [])] }]),
  );
  for (const { price, deal } of judged.toSorted((a, b) => a.price.place - b.price.place)) {
    byMessage.get(price.toldWith ?? price.message)!.deals.push(deal);
  }
  const conflicts = inWork.flatMap((offer) => offer.conflicts);
  for (const conflict of conflicts.toSorted((a, b) => a.price.place - b.price.place)) {
    byMessage.get(conflict.price.message)!.conflicts.push(conflictOf(conflict));
  }
  return [...byMessage.values()];
}

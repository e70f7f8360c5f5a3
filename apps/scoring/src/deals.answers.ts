import { Controller } from '@nestjs/common';
import { Answer, pageOf, readCursor } from '@souk/bus';
import { type Deal, GetDeals, GetHistory, ListConflicts, type ResponseOf } from '@souk/contracts';
import { QuarantineStore } from '@souk/quarantine';
import { Clock, Database } from '@souk/service';
import { z } from 'zod';
import { availabilityName } from './availability.ts';
import { contextFor } from './deal-context.ts';
import { measureDeal } from './deal-measures.ts';
import { confidence, dealFactors, dealScore, SCORE_VERSION, scoreMissing } from './deal-score.ts';
import { type AskedOffer, DealsStore } from './deals.store.ts';
import { honestDiscount } from './honest-discount.ts';
import { HistoryPages } from './history-pages.store.ts';
import { patternsOf } from './patterns/patterns.ts';
import { isLongSilent } from './price-series/held-prices.ts';
import { countObservations, priceStatistics } from './price-statistics.ts';
import { isSoldOut } from './price-timeline.ts';
import { type LoadedTimeline, TimelineStore } from './timeline.store.ts';

const PointCursor = z.object({ at: z.iso.datetime(), offerId: z.uuid() });

@Controller()
export class DealsAnswers {
  constructor(
    private readonly database: Database,
    private readonly deals: DealsStore,
    private readonly pages: HistoryPages,
    private readonly timelines: TimelineStore,
    private readonly quarantine: QuarantineStore,
    private readonly clock: Clock,
  ) {}

  /**
   * The deal of a listing is that of its offer observed last, of several the best to buy, in the currency of that
   * observation. Patterns are told when one listing is asked for: they take the other sellers' histories too.
   */
  @Answer(GetDeals)
  async get(request: z.output<typeof GetDeals.request>): Promise<ResponseOf<typeof GetDeals>> {
    const productIds = [...new Set(request.productIds)];
    const isOne = productIds.length === 1;
    const { offers, reading } = await this.database.read([request.accountId], async (tx) => {
      const asked = await this.deals.askedOffers(tx, productIds, isOne);
      return {
        offers: new Map(asked.map((offer) => [offer.productId, offer])),
        reading: await this.timelines.begin(tx, [...asked, ...asked.flatMap(({ rivals }) => rivals)]),
      };
    });
    const nowMs = this.clock.now().getTime();
    const loaded = new Map((await reading.loaded).map((one) => [nameOf(one), one]));
    const deals = productIds.flatMap((productId) => {
      const offer = offers.get(productId);
      const history = offer && loaded.get(nameOf(offer));
      if (!offer || !history) return [];
      const isLongUnseen = isLongSilent(history.atMs, nowMs);
      const deal = dealOf(offer, history, isLongUnseen);
      if (!isOne) return [deal];
      const sellers = [...loaded.values()].filter(({ currency }) => currency === offer.currency);
      const timelines = sellers.map(({ timeline }) => timeline);
      return [{ ...deal, patterns: patternsOf(history.timeline, timelines, isLongUnseen) }];
    });
    return { deals };
  }

  /** All offers of the listing together; `from` and `to` belong to the answer. */
  @Answer(GetHistory)
  async history(request: z.output<typeof GetHistory.request>): Promise<ResponseOf<typeof GetHistory>> {
    const { accountId, limit } = request;
    const after = readCursor(PointCursor, request.cursor);
    const found = await this.database.read([accountId], (tx) =>
      this.pages.points(tx, request, after, limit + 1),
    );
    const { items, next } = pageOf(found, limit, (point) => ({
      at: point.observedAt,
      offerId: point.offerId,
    }));
    return { points: items, next };
  }

  @Answer(ListConflicts)
  async conflicts(
    request: z.output<typeof ListConflicts.request>,
  ): Promise<ResponseOf<typeof ListConflicts>> {
    return this.quarantine.list(this.database, request);
  }
}

/** An offer has a history in each currency that it was ever told in. */
const nameOf = ({ offerId, currency }: { offerId: string; currency: string }) => `${offerId} ${currency}`;

/** What there is to say about an offer's newest price, every number with its reason. */
function dealOf(offer: AskedOffer, { timeline, atMs }: LoadedTimeline, isLongUnseen: boolean): Deal {
  const context = contextFor(offer.context, { ...offer, atMs: timeline.newestMs });
  const measures = measureDeal(timeline, { ...context, isLongUnseen });
  return {
    productId: offer.productId,
    offerId: offer.offerId,
    observedAt: offer.observedAt,
    priceMinor: offer.priceMinor,
    currency: offer.currency,
    listPriceMinor: offer.listPriceMinor,
    availability: availabilityName(offer.availability) ?? null,
    score: dealScore(measures) ?? null,
    scoreVersion: SCORE_VERSION,
    confidence: confidence(measures),
    scoreMissing: scoreMissing(measures),
    factors: dealFactors(measures, offer.currency),
    // Nothing is asked of what is sold out, and so no reduction is claimed.
    discount: honestDiscount(timeline, isSoldOut(offer) ? null : offer.listPriceMinor, offer.currency),
    previousPriceMinor: timeline.before(timeline.newestMs)?.priceMinor ?? null,
    statistics: priceStatistics(timeline, countObservations(atMs)),
    traceId: offer.traceId,
  };
}

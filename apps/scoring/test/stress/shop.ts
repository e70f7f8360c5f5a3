/** One fetched offer on its way through what the service decides with, without its stores. */
import type { QuarantinedObservation, ScoredDeal } from '@souk/contracts';
import { NOTHING_KNOWN } from '../../src/deal-context.ts';
import { dealFactors } from '../../src/deal-score.ts';
import { measureDeal } from '../../src/deal-measures.ts';
import { honestDiscount } from '../../src/honest-discount.ts';
import { type AcceptedMessage, groupByOffer } from '../../src/incoming-price.ts';
import { judgePrices } from '../../src/judge-prices.ts';
import { OfferHistory } from '../../src/offer-history.ts';
import { CONTRADICTED_MS, doubtReadings, type JudgedOffer } from '../../src/plausibility/doubt-readings.ts';
import type { HeldPrice } from '../../src/plausibility/sift-readings.ts';
import type { PriceTimeline } from '../../src/price-timeline.ts';
import { sortOut } from '../../src/sort-out.ts';
import type { Told } from './histories.ts';

export class Shop {
  readonly deals: ScoredDeal[] = [];
  readonly apart: QuarantinedObservation[] = [];
  private readonly offers = new Map<string, Offer>();
  private fetches = 0;

  /** Everything that was told, one fetch for each reading. */
  static of(told: readonly Told[]): Shop {
    const shop = new Shop();
    for (const one of told) shop.fetch([one]);
    return shop;
  }

  /** One fetch of so many products; answers what was told of it. */
  fetch(told: readonly Told[]): ScoredDeal[] {
    const nowMs = Math.max(...told.map(({ atMs }) => atMs));
    const message = messageOf(told, (this.fetches += 1));
    const inWork = groupByOffer([message]).map(({ offerId, prices }): JudgedOffer => {
      const { history } = this.offer(offerId);
      return { offerId, history, ...sortOut(prices, history.newestMs, () => undefined) };
    });
    const doubts = new Map(inWork.map(({ offerId }) => [offerId, this.offer(offerId).doubts(nowMs)]));
    const doubted = doubtReadings(
      inWork,
      doubts,
      () => true,
      () => NOTHING_KNOWN,
    );
    this.apart.push(...[...doubted.apart.values()].flat());
    for (const held of doubted.held) this.offer(held.price.offer.offerId).held.push(held);
    for (const { held } of doubted.released) this.offer(held.price.offer.offerId).forget(held);
    for (const { held } of doubted.contradicted)
      this.offer(held.price.offer.offerId).contradicted(held, nowMs);
    const deals = inWork.flatMap(({ added, history }) =>
      judgePrices(added, history, new Map(), () => NOTHING_KNOWN).map(({ deal }) => deal),
    );
    this.deals.push(...deals);
    return deals;
  }

  timeline(currency = 'EUR', product = 0): PriceTimeline {
    return this.offer(`offer ${product}`).history.timelineOf(currency);
  }

  /** Values of the factors that can be told, of the newest price. */
  factors(currency = 'EUR'): Record<string, number> {
    return Object.fromEntries(
      dealFactors(measureDeal(this.timeline(currency)), currency).flatMap(({ name, value }) =>
        value === null ? [] : [[name, value]],
      ),
    );
  }

  discount(listPriceMinor: number | null = null) {
    return honestDiscount(this.timeline(), listPriceMinor, 'EUR');
  }

  private offer(offerId: string): Offer {
    let offer = this.offers.get(offerId);
    if (!offer) this.offers.set(offerId, (offer = new Offer()));
    return offer;
  }
}

class Offer {
  readonly history = new OfferHistory();
  held: HeldPrice[] = [];
  private contradictedAtMs: number[] = [];

  doubts(nowMs: number) {
    const since = this.contradictedAtMs.filter((atMs) => atMs > nowMs - CONTRADICTED_MS);
    return { held: this.held, contradicted: Math.min(10, since.length), refuted: [] };
  }

  forget(gone: HeldPrice): void {
    this.held = this.held.filter(({ price }) => price.atMs !== gone.price.atMs);
  }

  contradicted(gone: HeldPrice, nowMs: number): void {
    this.forget(gone);
    this.contradictedAtMs.push(nowMs);
  }
}

function messageOf(told: readonly Told[], fetch: number): AcceptedMessage {
  const offers = told.map(({ atMs, currency = 'EUR', ...rest }, product) => ({
    ...rest,
    currency,
    observedAt: new Date(atMs).toISOString(),
    product: `product ${product}`,
    productId: `product ${product}`,
    offerId: `offer ${product}`,
  }));
  const collectedAt = new Date(Math.max(...told.map(({ atMs }) => atMs))).toISOString();
  return {
    data: { fetchId: `fetch ${fetch}`, collectedAt, mode: 'live', origin: 'fetched', source: 'shop', offers },
  } as never;
}

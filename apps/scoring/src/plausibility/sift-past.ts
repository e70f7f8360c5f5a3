import { NOTHING_KNOWN } from '../deal-context.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import { OfferHistory } from '../offer-history.ts';
import type { NewPrice } from '../sort-out.ts';
import { CONTRADICTED_MS, doubtReadings, type JudgedOffer, type OfferDoubts } from './doubt-readings.ts';
import { KnownPrices, type Strangeness } from './known-range.ts';
import type { HeldPrice } from './sift-readings.ts';

/** A price of the past, told by a source at its time. */
export interface PastReading {
  /** What tells its offer from others; the offer of one source, seller and condition, whatever its currency. */
  offer: string;
  currency: string;
  atMs: number;
  priceMinor: number;
}

/** What a fetch of the past led to. Each reading is heard once, or stays out of the history. */
export interface Heard<Reading extends PastReading> {
  /** Accepted at once. */
  atOnce: Reading[];
  /** Waited, and are believed now, with their own time. */
  late: Reading[];
  /** Have to wait from now on, and why; `conflict`: they never count, another price was told for the same time. */
  waiting: { reading: Reading; why: Strangeness | 'conflict' }[];
}

interface PastOffer extends OfferDoubts {
  history: OfferHistory;
  contradictedAtMs: number[];
}

/**
 * Doubts the readings of a past as the service doubts those that it fetches, with the same code: fetch by fetch, with
 * what was accepted before. A fetch is judged whole here, where the service sees it in the parts that messages hold. What
 * is told of one offer has to come in the order of time. Other sources confirm nothing.
 */
export class PastSifter<Reading extends PastReading> {
  private readonly offers = new Map<string, PastOffer>();
  private readonly readings = new WeakMap<NewPrice['offer'], Reading>();

  /** @param readings all prices that a source told at once, in one fetch */
  hear(fetchId: string, readings: readonly Reading[]): Heard<Reading> {
    // Nothing else of a message and its offers is looked at where readings are doubted.
    const message = { data: { fetchId } } as AcceptedMessage;
    const judged = new Map<string, JudgedOffer>();
    const doubts = new Map<string, PastOffer>();
    for (const [place, reading] of readings.entries()) {
      const past = this.past(reading.offer);
      let one = judged.get(reading.offer);
      if (!one) {
        one = { offerId: reading.offer, added: [], conflicts: [], history: past.history };
        judged.set(reading.offer, one);
        doubts.set(reading.offer, this.doubtsOf(past, reading.atMs));
      }
      one.added.push(this.priceOf(reading, place, message));
    }
    for (const one of judged.values()) onePriceOf(one);
    const doubted = doubtReadings(
      [...judged.values()],
      doubts,
      () => true,
      () => NOTHING_KNOWN,
    );
    const heard: Heard<Reading> = { atOnce: [], late: [], waiting: [] };
    for (const held of doubted.held) {
      const { history } = this.past(held.price.offer.offerId);
      const { currency, priceMinor } = held.price.offer;
      const why = new KnownPrices(history.timelines).strangeness(currency, priceMinor, true)!;
      heard.waiting.push({ reading: this.readingOf(held.price), why });
    }
    this.remember(doubted, readings[0]?.atMs ?? 0);
    const released = new Set(doubted.released.map(({ held }) => held.price.offer));
    for (const { added, conflicts, history } of judged.values()) {
      for (const price of added) {
        history.timelineOf(price.offer.currency).append(price.atMs, price.value);
        history.newestMs = Math.max(history.newestMs, price.atMs);
        heard[released.has(price.offer) ? 'late' : 'atOnce'].push(this.readingOf(price));
      }
      for (const { price } of conflicts)
        heard.waiting.push({ reading: this.readingOf(price), why: 'conflict' });
    }
    return heard;
  }

  private remember(
    doubted: { held: HeldPrice[]; released: { held: HeldPrice }[]; contradicted: { held: HeldPrice }[] },
    nowMs: number,
  ): void {
    for (const held of doubted.held) this.past(held.price.offer.offerId).held.push(held);
    for (const { held } of doubted.contradicted)
      this.past(held.price.offer.offerId).contradictedAtMs.push(nowMs);
    for (const { held } of [...doubted.released, ...doubted.contradicted]) {
      const past = this.past(held.price.offer.offerId);
      past.held = past.held.filter((one) => one !== held);
    }
  }

  private past(offer: string): PastOffer {
    let past = this.offers.get(offer);
    if (!past) {
      past = { history: new OfferHistory(), held: [], contradicted: 0, refuted: [], contradictedAtMs: [] };
      this.offers.set(offer, past);
    }
    return past;
  }

  private doubtsOf(past: PastOffer, nowMs: number): PastOffer {
    if (past.contradictedAtMs.length > 0)
      past.contradictedAtMs = past.contradictedAtMs.filter((atMs) => atMs > nowMs - CONTRADICTED_MS);
    past.contradicted = past.contradictedAtMs.length;
    return past;
  }

  private priceOf(reading: Reading, place: number, message: AcceptedMessage): NewPrice {
    const { offer: offerId, currency, atMs, priceMinor } = reading;
    const observedAt = new Date(atMs).toISOString();
    const offer = { offerId, product: offerId, productId: offerId, currency, priceMinor, observedAt };
    this.readings.set(offer, reading);
    return { message, offer, place, atMs, value: { priceMinor, availability: 0 }, isLate: false };
  }

  private readingOf = ({ offer }: Pick<NewPrice, 'offer'>): Reading => this.readings.get(offer)!;
}

/** An offer has one price for a time: of two currencies told at once the one that it is known in, else the first. */
function onePriceOf({ added, conflicts, history }: JudgedOffer): void {
  if (added.length === 1) return;
  const known = new KnownPrices(history.timelines).currency;
  const stays = added.find(({ offer }) => offer.currency === known) ?? added[0]!;
  for (const price of added.splice(0)) if (price !== stays) conflicts.push({ price, stored: stays.offer });
  added.push(stays);
}

import type { Message } from '@souk/bus';
import type { AcceptedOffer, OffersAccepted } from '@souk/contracts';
import { availabilityCode } from './availability.ts';
import { DAY_MS } from './day.ts';
import type { TimelineValue } from './price-timeline.ts';

export type AcceptedMessage = Message<typeof OffersAccepted>;

/** Prices of a message that are older may not be kept, but for the newest of their offer. Unix milliseconds. */
export function keptSinceMs({ data }: AcceptedMessage, nowMs: number): number {
  const days = data.policy?.historyLifetimeDays;
  return days ? nowMs - days * DAY_MS : -Infinity;
}

/** One accepted price of a batch. */
export interface IncomingPrice {
  message: AcceptedMessage;
  offer: AcceptedOffer;
  /** Place in the batch, in accepted order. */
  place: number;
  /** Unix milliseconds of `observedAt`. */
  atMs: number;
  value: TimelineValue;
}

/** The prices of a batch by offer, in accepted order; all prices of an offer are of one account. */
export interface IncomingOffer {
  offerId: string;
  prices: IncomingPrice[];
}

/** Groups a batch by offer. Order among offers does not matter: nothing is compared between them. */
export function groupByOffer(messages: readonly AcceptedMessage[]): IncomingOffer[] {
  const offers = new Map<string, IncomingOffer>();
  let place = 0;
  for (const message of messages) {
    for (const offer of message.data.offers) {
      const price: IncomingPrice = {
        message,
        offer,
        place: place++,
        atMs: Date.parse(offer.observedAt),
        value: { priceMinor: offer.priceMinor, availability: availabilityCode(offer.availability) },
      };
      const group = offers.get(offer.offerId);
      if (group) group.prices.push(price);
      else offers.set(offer.offerId, { offerId: offer.offerId, prices: [price] });
    }
  }
  return [...offers.values()];
}

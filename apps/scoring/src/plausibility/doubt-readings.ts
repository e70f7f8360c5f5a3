import type { QuarantinedObservation } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { DAY_MS } from '../day.ts';
import { contextFor, type ListingContext } from '../deal-context.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import type { OfferHistory } from '../offer-history.ts';
import type { Conflict, NewPrice } from '../sort-out.ts';
import { ESTABLISHED_DAYS, KnownPrices } from './known-range.ts';
import {
  agreeingForMs,
  areAlike,
  changesNone,
  type HeldPrice,
  READINGS_OF_BROKEN,
  siftReadings,
} from './sift-readings.ts';

/** Two readings as a rule; more where readings were contradicted often, and where a message looks broken. */
const READINGS = 2;
const READINGS_BY_CONTRADICTED = [
  { from: 6, readings: READINGS_OF_BROKEN },
  { from: 3, readings: 3 },
];
/** Contradicted readings that are remembered of an offer, newest first, to tell how much it is to be trusted. */
export const CONTRADICTED_KEPT = 10;
/** How long a contradicted reading counts against its offer. */
export const CONTRADICTED_MS = 30 * DAY_MS;
const BROKEN_SHARE = 0.5;
const BROKEN_FROM = 5;
/** A sale of the whole shop moves prices down, its end moves them up: only what reads wrong does both at once, that far. */
const JUMPING_FROM = 2;
/** An offer that is read more seldom may well have moved beyond all that is known. */
const JUMPS_WITHIN_MS = 3 * DAY_MS;
/** Another source that tells a price this near confirms it. */
const NEAR = 0.25;

/** What is new of one offer, beside its history. */
export interface JudgedOffer {
  offerId: string;
  added: NewPrice[];
  conflicts: Conflict[];
  history: OfferHistory;
}

/** What an offer's strange readings were so far. */
export interface OfferDoubts {
  /** Those that wait, old to new. */
  held: HeldPrice[];
  /** Readings of the last 30 days that were contradicted, of those that are remembered. */
  contradicted: number;
  /** The newest ones that were contradicted, whenever that was. */
  refuted: readonly NewPrice[];
}

/** A reading that waits no more, and the end of its sentence in the quarantine. */
export interface Ended {
  held: HeldPrice;
  outcome: string;
}

export interface Doubted {
  /** What was set apart, by message. */
  apart: Map<AcceptedMessage, QuarantinedObservation[]>;
  held: HeldPrice[];
  /** Waited already, and were told again. */
  retold: HeldPrice[];
  released: Ended[];
  contradicted: Ended[];
}

/** Takes out of `added` what has to wait, puts in what was confirmed, and tells what became of what waited. */
export function doubtReadings(
  offers: readonly JudgedOffer[],
  doubts: ReadonlyMap<string, OfferDoubts>,
  mustConfirm: (price: NewPrice) => boolean,
  contextOf: (productId: string) => ListingContext,
): Doubted {
  const doubted: Doubted = { apart: new Map(), held: [], retold: [], released: [], contradicted: [] };
  const { broken, jumping } = strangeMessages(offers);
  for (const offer of offers) {
    const doubt = doubts.get(offer.offerId) ?? { held: [], contradicted: 0, refuted: [] };
    const { newestMs } = offer.history;
    // Something that nobody doubts told newer prices meanwhile, or the same one, as an import does.
    const [overtaken, waiting] = partition(doubt.held, ({ price }) => price.atMs <= newestMs);
    const prices = new KnownPrices(offer.history.timelines);
    const known = new KnownPrices(offer.history.timelines);
    const sifted = siftReadings(offer.added, {
      ...{ prices, newestMs, held: waiting },
      refuted: [...doubt.refuted, ...overtaken.map(({ price }) => price)],
      mustConfirm,
      isConfirmedElsewhere: (price) => isNearOthers(price, contextOf(price.offer.productId)),
      readingsNeeded: ({ message }) =>
        broken.has(message) ? READINGS_OF_BROKEN : readingsAfter(doubt.contradicted),
      isDoubtful: ({ message, atMs }) => jumping.has(message) && atMs - newestMs <= JUMPS_WITHIN_MS,
    });
    offer.added = sifted.accepted;
    offer.conflicts.push(...sifted.conflicts);
    const confirmed = sifted.released.map((one) => ({ ...one, outcome: confirmedBy(one) }));
    const refuted = sifted.contradicted.map((one) => ({ ...one, outcome: contradictedBy(one.by) }));
    for (const one of sifted.held) {
      if (confirmed.some((ended) => ended.held === one)) continue; // it waited for no longer than this batch
      const { message } = one.price;
      const ofMessage = broken.get(message) ?? jumping.get(message);
      const observation = implausible(one, known, ofMessage, doubt.contradicted);
      observation.detail += refuted.find((ended) => ended.held === one)?.outcome ?? '';
      doubted.apart.set(message, [...(doubted.apart.get(message) ?? []), observation]);
      doubted.held.push(one);
    }
    doubted.released.push(...confirmed);
    doubted.contradicted.push(...refuted);
    for (const held of overtaken)
      doubted[isLastOf(offer.history, held.price) ? 'released' : 'contradicted'].push({
        held,
        outcome: overtakenBy(newestMs),
      });
    doubted.retold.push(...sifted.retold);
  }
  return doubted;
}

const readingsAfter = (contradicted: number): number =>
  READINGS_BY_CONTRADICTED.find(({ from }) => contradicted >= from)?.readings ?? READINGS;

/** What is strange about messages, the part of a fetch that came at once; a sentence for each. */
interface StrangeMessages {
  /** At least half of five or more prices are far outside of their history. */
  broken: Map<AcceptedMessage, string>;
  /** Several prices are far below, and several far above. */
  jumping: Map<AcceptedMessage, string>;
}

function strangeMessages(offers: readonly JudgedOffer[]): StrangeMessages {
  const counts = new Map<AcceptedMessage, { all: number; below: number; above: number; outside: number }>();
  for (const { added, history } of offers) {
    const known = new KnownPrices(history.timelines);
    for (const price of added) {
      if (changesNone(price, known)) continue;
      const { message, offer } = price;
      const count = counts.get(message) ?? { all: 0, below: 0, above: 0, outside: 0 };
      counts.set(message, count);
      const why = known.strangeness(offer.currency, offer.priceMinor);
      count.all += 1;
      if (why) count.outside += 1;
      if (why === 'below') count.below += 1;
      if (why === 'above') count.above += 1;
    }
  }
  const strange: StrangeMessages = { broken: new Map(), jumping: new Map() };
  for (const [message, { all, below, above, outside }] of counts) {
    if (all >= BROKEN_FROM && outside >= all * BROKEN_SHARE)
      strange.broken.set(
        message,
        ` ${outside} of the ${all} prices that came at once are: the source looks broken.`,
      );
    if (below >= JUMPING_FROM && above >= JUMPING_FROM)
      strange.jumping.set(
        message,
        ` Of the ${all} prices that came at once ${below} are far below and ${above} far above: the source looks poisoned.`,
      );
  }
  return strange;
}

const confirmedBy = ({ held, by }: { held: HeldPrice; by: NewPrice }): string =>
  by.atMs === held.price.atMs
    ? ' Confirmed by another fetch that tells the same: stored.'
    : ` Confirmed by the reading of ${by.offer.observedAt}: stored.`;
const overtakenBy = (newestMs: number): string =>
  ` The history has gone on to ${new Date(newestMs).toISOString()} without it: it waits no more.`;

/** Whether the history has come to about the same price. */
function isLastOf({ timelines }: OfferHistory, { offer: { currency, priceMinor } }: NewPrice): boolean {
  const last = timelines.get(currency)?.last();
  return last !== undefined && areAlike(last.priceMinor, priceMinor);
}
const contradictedBy = (by: NewPrice): string =>
  ` Contradicted by ${amount(by)} at ${by.offer.observedAt}: it stays out of the history.`;

function isNearOthers(price: NewPrice, listing: ListingContext): boolean {
  const { market } = contextFor(listing, { ...price.offer, atMs: price.atMs });
  const { priceMinor } = price.offer;
  return (
    market !== undefined &&
    Math.abs(market.priceMinor - priceMinor) <= NEAR * Math.max(market.priceMinor, priceMinor)
  );
}

/** Those for which it holds, and the others. */
function partition<Item>(items: readonly Item[], holds: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}

function implausible(
  { price, readingsNeeded }: HeldPrice,
  known: KnownPrices,
  ofMessage: string | undefined,
  contradicted: number,
): QuarantinedObservation {
  const { product, productId, offerId, observedAt } = price.offer;
  const ofOffer =
    readingsAfter(contradicted) > READINGS
      ? ` Readings of this offer were contradicted ${timesTold(contradicted)} within 30 days.`
      : '';
  const why = ofMessage ?? ofOffer;
  const forLong = agreeingForMs(price, readingsNeeded) > 0 ? ' for a day' : '';
  return {
    product,
    productId,
    offerId,
    observedAt,
    reason: 'implausible',
    field: 'price',
    detail: `${strange(price, known)}${why} It waits until ${readingsNeeded} readings${forLong} or another source agree.`,
  };
}

const timesTold = (contradicted: number): string =>
  contradicted < CONTRADICTED_KEPT ? `${contradicted} times` : `${CONTRADICTED_KEPT} times or more`;

function strange(price: NewPrice, known: KnownPrices): string {
  const { currency, priceMinor } = price.offer;
  const range = known.range(currency);
  if (!range?.isKnown)
    return `${amount(price)} is in another currency than the prices so far, ${known.currency}.`;
  const lastMinor = range.jumpsFrom(priceMinor);
  if (lastMinor !== undefined) {
    const [side, much] = priceMinor < lastMinor ? ['below', 'little'] : ['above', 'much'];
    return `${amount(price)} is far ${side} the last price, ${formatAmount(lastMinor, currency)} ${currency}, and as ${much} was asked for less than ${ESTABLISHED_DAYS} days before.`;
  }
  const seen = `${formatAmount(range.lowMinor, currency)} to ${formatAmount(range.highMinor, currency)} ${currency}`;
  const far = known.strangeness(currency, priceMinor) ? 'far ' : '';
  return `${amount(price)} is ${far}outside of what was seen so far, ${seen}.`;
}

const amount = ({ offer: { priceMinor, currency } }: NewPrice): string =>
  `${formatAmount(priceMinor, currency)} ${currency}`;

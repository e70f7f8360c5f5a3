import { Inject, Injectable } from '@nestjs/common';
import type { QuarantinedObservation } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { Clock, type Tx } from '@souk/service';
import { SCORING_CONFIG, type ScoringConfig } from '../config.ts';
import { contextFor, type ListingContext } from '../deal-context.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import type { OfferHistory } from '../offer-history.ts';
import type { Conflict, NewPrice } from '../sort-out.ts';
import { HeldPricesStore } from './held-prices.store.ts';
import { KnownRange } from './known-range.ts';
import { type HeldPrice, siftReadings } from './sift-readings.ts';

/** Two readings as a rule; more where readings were contradicted often, and where a whole fetch looks broken. */
const READINGS = { usual: 2, doubtful: 3, broken: 5 };
const DOUBTFUL_FROM = 3;
const BROKEN_SHARE = 0.5;
const BROKEN_FROM = 5;
/** Another source that tells a price this near confirms it. */
const NEAR = 0.25;

interface Judged {
  offerId: string;
  added: NewPrice[];
  conflicts: Conflict[];
  history: OfferHistory;
}

/** Prices far outside of their history wait until they are confirmed, where their source is to be doubted. */
@Injectable()
export class Plausibility {
  private readonly postedSources: ReadonlySet<string>;

  constructor(
    private readonly store: HeldPricesStore,
    private readonly clock: Clock,
    @Inject(SCORING_CONFIG) config: ScoringConfig,
  ) {
    this.postedSources = new Set(config.SOUK_CONFIRM_POSTED_SOURCES);
  }

  /** Takes out of `added` what has to wait, puts in what was confirmed; answers what was set apart by message. */
  async sift(
    tx: Tx,
    offers: readonly Judged[],
    contextOf: (productId: string) => ListingContext,
  ): Promise<Map<AcceptedMessage, QuarantinedObservation[]>> {
    const apart = new Map<AcceptedMessage, QuarantinedObservation[]>();
    const doubted = offers.filter(({ added }) => added.some((price) => this.mustConfirm(price)));
    if (doubted.length === 0) return apart;
    const now = this.clock.now();
    const doubts = await this.store.of(
      tx,
      doubted.map(({ offerId }) => offerId),
      now,
    );
    const broken = brokenFetches(doubted);
    const held: HeldPrice[] = [];
    const [released, contradicted] = [[] as Ended[], [] as Ended[]];
    for (const offer of doubted) {
      const doubt = doubts.get(offer.offerId) ?? { held: [], contradicted: 0 };
      const ranges = new Map<string, KnownRange>();
      const rangeOf = (currency: string): KnownRange => {
        const known = ranges.get(currency) ?? new KnownRange(offer.history.timelineOf(currency));
        ranges.set(currency, known);
        return known;
      };
      const sifted = siftReadings(offer.added, {
        range: rangeOf,
        held: doubt.held,
        mustConfirm: (price) => this.mustConfirm(price),
        isConfirmedElsewhere: (price) => isNearOthers(price, contextOf(price.offer.productId)),
        readingsNeeded: ({ message }) =>
          broken.has(message)
            ? READINGS.broken
            : doubt.contradicted >= DOUBTFUL_FROM
              ? READINGS.doubtful
              : READINGS.usual,
      });
      offer.added = withLateness(sifted.accepted, offer.history.newestMs);
      offer.conflicts.push(...sifted.conflicts);
      const confirmed = sifted.released.map((one) => ({ ...one, outcome: confirmedBy(one.by) }));
      const refuted = sifted.contradicted.map((one) => ({ ...one, outcome: contradictedBy(one.by) }));
      for (const one of sifted.held) {
        if (confirmed.some((ended) => ended.held === one)) continue; // it waited for no longer than this batch
        const { message, offer: told } = one.price;
        const list = apart.get(message) ?? [];
        const observation = implausible(one, rangeOf(told.currency), broken.get(message), doubt.contradicted);
        observation.detail += refuted.find((ended) => ended.held === one)?.outcome ?? '';
        apart.set(message, [...list, observation]);
        held.push(one);
      }
      released.push(...confirmed);
      contradicted.push(...refuted);
    }
    await this.store.hold(tx, held);
    await this.store.release(tx, released);
    await this.store.contradict(tx, contradicted, now);
    return apart;
  }

  /** What is fetched, unless its source is trusted; what is posted only where it was set so. A backfill is history. */
  private mustConfirm({ message: { data } }: NewPrice): boolean {
    if (data.mode === 'backfill') return false;
    if (data.policy?.confirm !== undefined) return data.policy.confirm;
    if (data.origin === 'fetched') return true;
    return this.postedSources.has(data.source) || this.postedSources.has('*');
  }
}

interface Ended {
  held: HeldPrice;
  outcome: string;
}

/** Fetches of which at least half of five or more prices are far outside of their history, with how many are. */
function brokenFetches(offers: readonly Judged[]): Map<AcceptedMessage, string> {
  const counts = new Map<AcceptedMessage, { all: number; outside: number }>();
  for (const { added, history } of offers) {
    for (const { message, offer } of added) {
      const count = counts.get(message) ?? { all: 0, outside: 0 };
      counts.set(message, count);
      count.all += 1;
      if (new KnownRange(history.timelineOf(offer.currency)).outside(offer.priceMinor)) count.outside += 1;
    }
  }
  const isBroken = ({ all, outside }: { all: number; outside: number }): boolean =>
    all >= BROKEN_FROM && outside >= all * BROKEN_SHARE;
  return new Map(
    [...counts]
      .filter(([, count]) => isBroken(count))
      .map(([message, { all, outside }]) => [message, `${outside} of ${all}`]),
  );
}

const confirmedBy = (by: NewPrice): string => ` Confirmed by the reading of ${by.offer.observedAt}: stored.`;
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

/** Whether a price is late depends on what was accepted before it. */
function withLateness(prices: readonly NewPrice[], newestMs: number): NewPrice[] {
  let newest = newestMs;
  return prices.map((price) => {
    const isLate = price.atMs <= newest;
    newest = Math.max(newest, price.atMs);
    return { ...price, isLate };
  });
}

function implausible(
  { price, readingsNeeded }: HeldPrice,
  range: KnownRange,
  broken: string | undefined,
  contradicted: number,
): QuarantinedObservation {
  const { product, productId, offerId, observedAt, currency } = price.offer;
  const known = `${formatAmount(range.lowMinor, currency)} to ${formatAmount(range.highMinor, currency)} ${currency}`;
  const why = broken
    ? ` ${broken} prices of this fetch are: the source looks broken.`
    : contradicted >= DOUBTFUL_FROM
      ? ` Readings of this offer were contradicted ${contradicted} times within 30 days.`
      : '';
  return {
    product,
    productId,
    offerId,
    observedAt,
    reason: 'implausible',
    field: 'price',
    detail: `${amount(price)} is far outside of what was seen so far, ${known}.${why} It waits until ${readingsNeeded} readings or another source agree.`,
  };
}

const amount = ({ offer: { priceMinor, currency } }: NewPrice): string =>
  `${formatAmount(priceMinor, currency)} ${currency}`;

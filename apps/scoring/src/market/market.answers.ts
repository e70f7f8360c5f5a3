import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import { GetMarketReport, type MarketReport, Refusal } from '@souk/contracts';
import { Database, type Tx } from '@souk/service';
import type { z } from 'zod';
import { DISCOUNT_METHOD } from '../honest-discount.ts';
import { roundTo } from '../prior-price.ts';
import { MarketTally, type Mover, periodsOf, type Period } from './market-tally.ts';
import { type BlockPlace, MarketStore, type NamedEvent, type NamedOffer } from './market.store.ts';
import { INDEX_METHOD } from './price-index.ts';
import { REDUCED_WITHIN_DAYS } from './roll-up.ts';
import { blockOf, weekStartMs } from './week-block.ts';

type Request = z.output<typeof GetMarketReport.request>;

const CLAIMS_METHOD = `${DISCOUNT_METHOD}; what was reduced more than ${REDUCED_WITHIN_DAYS} days before a week is no reduction in it`;
const BLOCKS_AT_ONCE = 4_000;
/** Half a million products for a year; they are read in a few seconds. */
const BLOCKS_AT_MOST = 1_000_000;
const WEEKS_AT_MOST = 53 * 20;
const AT_ONCE = 2;
const SHOWN = 20;
const BEFORE_ALL: BlockPlace = { offerId: '00000000-0000-0000-0000-000000000000', block: 0 };

/** Reports over many listings, put together from what is rolled up by week. */
@Controller()
export class MarketAnswers {
  private underway = 0;

  constructor(
    private readonly database: Database,
    private readonly store: MarketStore,
  ) {}

  @Answer(GetMarketReport)
  async report(request: Request): Promise<MarketReport> {
    const period = periodsOf(Date.parse(request.from), Date.parse(request.to));
    if (period.weeks[1] - period.weeks[0] > WEEKS_AT_MOST) {
      throw new Refusal('invalid', 'A report spans 20 years at most: ask for a shorter one.');
    }
    if (this.underway >= AT_ONCE) {
      throw new Refusal('too-many', 'Other market reports are being made.', { retryAfterMs: 3_000 });
    }
    this.underway += 1;
    try {
      return await this.database.read([request.accountId], (tx) => this.make(tx, request, period));
    } finally {
      this.underway -= 1;
    }
  }

  private async make(tx: Tx, request: Request, period: Period): Promise<MarketReport> {
    const [first, last] = period.weeks;
    const blocks = [blockOf(first), blockOf(last)] as const;
    const span = [new Date(weekStartMs(first)), new Date(weekStartMs(last + 1))] as const;
    const currencies = await this.store.currencies(tx, request, period.weeks);
    const currency = request.currency ?? currencies[0]?.currency ?? null;
    const tally = await this.tally(tx, request, currency, period, blocks);
    const { index, up, down } = tally.end();
    const eventsOf = (isLow: boolean) =>
      currency === null
        ? Promise.resolve({ count: 0, items: [] })
        : this.store.events(tx, request, currency, isLow, span, SHOWN);
    const [drops, lows] = await Promise.all([eventsOf(false), eventsOf(true)]);
    const offers = await this.store.names(
      tx,
      [...up, ...down].map(({ offerId }) => offerId),
    );
    const nameOf = new Map(offers.map((offer) => [offer.offerId, offer]));
    const { claims } = tally;
    return {
      from: span[0].toISOString(),
      to: span[1].toISOString(),
      currency,
      currencies,
      offers: tally.offers,
      index: {
        period: period.kind,
        method: INDEX_METHOD,
        points: index.map((point, place) => ({
          startsAt: new Date(period.startsMs[place]!).toISOString(),
          ...point,
        })),
      },
      discounts: {
        method: CLAIMS_METHOD,
        ...claims,
        fakeShare: claims.claimed === 0 ? null : roundTo(claims.fake / claims.claimed, 1_000),
      },
      drops: drops.items.map(eventView),
      newLows: { count: lows.count, items: lows.items.map(eventView) },
      up: up.flatMap((mover) => moverView(mover, nameOf.get(mover.offerId))),
      down: down.flatMap((mover) => moverView(mover, nameOf.get(mover.offerId))),
    };
  }

  /** Reads page by page: what is in memory at once does not grow with the market. */
  private async tally(
    tx: Tx,
    request: Request,
    currency: string | null,
    period: Period,
    blocks: readonly [number, number],
  ): Promise<MarketTally> {
    const tally = new MarketTally(period);
    if (currency === null) return tally;
    let read = 0;
    for (let after = BEFORE_ALL; ;) {
      const page = await this.store.blocks(tx, request, currency, blocks, after, BLOCKS_AT_ONCE);
      for (const { offerId, block, weeks } of page) tally.add(offerId, block, weeks);
      read += page.length;
      if (page.length < BLOCKS_AT_ONCE) return tally;
      if (read >= BLOCKS_AT_MOST) {
        throw new Refusal(
          'invalid',
          'The market is too large for one report: name a source, category or brand.',
        );
      }
      after = page.at(-1)!;
    }
  }
}

const eventView = ({ at, percent, ...event }: NamedEvent): MarketReport['drops'][number] => ({
  ...event,
  at: at.toISOString(),
  percent: roundTo(percent, 10),
});

const moverView = (mover: Mover, name: NamedOffer | undefined): MarketReport['up'] =>
  name
    ? [{ ...name, fromMinor: mover.fromMinor, toMinor: mover.toMinor, percent: roundTo(mover.percent, 10) }]
    : [];

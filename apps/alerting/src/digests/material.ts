import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  type Deal,
  type DealPatterns,
  type Forecast,
  GetDeals,
  GetForecast,
  GetMarketReport,
  type Preference,
} from '@souk/contracts';
import { Database, type Tx } from '@souk/service';
import { PurchaseStore } from '../purchases/purchase.store.ts';
import { IndexStore } from '../watches/index.store.ts';
import { scopeOf } from '../watches/scopes.ts';
import type { Material } from './digest.ts';
import { DigestStore, type DigestTurn } from './digest.store.ts';

const LISTINGS_AT_MOST = 200;
const WISHES_AT_MOST = 1_000;
/** Forecasts and patterns are asked for one by one. */
const STUDIED_AT_MOST = 5;
const TRENDS_AT_MOST = 3;
const TREND_WEEKS = 5;
const WEEK_MS = 7 * 86_400_000;
const DEALS_DEADLINE_MS = 5_000;
/** An insight that does not come in time is left out. */
const INSIGHT_DEADLINE_MS = 3_000;

/** Gathers what a digest is made of. Remote calls: never within a transaction. */
@Injectable()
export class Materials {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly store: DigestStore,
    private readonly index: IndexStore,
    private readonly purchases: PurchaseStore,
  ) {}

  /** Refuses when nobody can say the prices: a digest without them is made later. */
  async gather(
    turn: DigestTurn,
    preference: Preference & { digest: 'daily' | 'weekly' },
    now: Date,
  ): Promise<Material> {
    const { accountId, channelId } = turn;
    const every = preference.digest;
    const known = await this.database.read([accountId], async (tx) => {
      const before = await this.store.before(tx, channelId);
      const since = before?.madeAt ?? new Date(now.getTime() - (every === 'weekly' ? WEEK_MS : WEEK_MS / 7));
      const watches = await this.store.watchesOf(tx, turn);
      const bound = await this.index.listingsOf(
        tx,
        watches
          .filter(({ productId, category }) => productId === null && category === null)
          .map(({ id }) => id),
      );
      const wishes = watches.flatMap(({ id, productId, when }) =>
        (productId === null ? (bound.get(id) ?? []) : [productId]).map((listing) => ({
          productId: listing,
          when,
        })),
      );
      const watched = wishes.map(({ productId }) => productId);
      const collected = await this.store.collected(tx, channelId, since);
      const ids = [...new Set([...collected, ...watched])].slice(0, LISTINGS_AT_MOST);
      const categories = [...new Set(watches.flatMap(({ category }) => category ?? []))];
      const scopes = categories.map((category) => scopeOf({ kind: 'category', category })!);
      return {
        ids,
        categories,
        wishes: wishes.slice(0, WISHES_AT_MOST),
        collected: new Set(collected),
        before: before?.seen ?? {},
        titles: await this.store.titles(tx, ids),
        told: await this.store.told(tx, channelId, now),
        toldCount: await this.store.toldCount(tx, channelId, since),
        silences: await this.store.silences(
          tx,
          channelId,
          watches.map(({ id }) => id),
          since,
        ),
        savings: await this.savings(tx, accountId, since),
        newProducts: scopes.length === 0 ? [] : await this.store.newIn(tx, scopes, since),
      };
    });
    const { ids, categories, ...rest } = known;
    const { mutedInsights } = preference;
    const studied = ids.slice(0, STUDIED_AT_MOST);
    const [deals, forecasts, patterns, trends] = await Promise.all([
      this.deals(accountId, ids),
      mutedInsights.includes('forecast') ? [] : this.forecasts(accountId, studied),
      mutedInsights.includes('season') ? new Map<string, DealPatterns>() : this.patterns(accountId, studied),
      mutedInsights.includes('trend') || every === 'daily' ? [] : this.trends(accountId, categories, now),
    ]);
    return { every, mutedInsights, deals, forecasts, patterns, trends, now, ...rest };
  }

  /** Only of purchases whose usual price is known. */
  private async savings(tx: Tx, accountId: string, since: Date): Promise<Material['savings']> {
    const span = { from: since.toISOString(), until: undefined, person: undefined };
    const totals = await this.purchases.totals(tx, accountId, span);
    return totals.map(({ currency, purchases, unknown, savedMinor }) => ({
      ...{ currency, savedMinor },
      purchases: purchases - unknown,
    }));
  }

  private async deals(accountId: string, productIds: string[]): Promise<Deal[]> {
    if (productIds.length === 0) return [];
    return (await this.bus.ask(GetDeals, { accountId, productIds }, { deadlineMs: DEALS_DEADLINE_MS })).deals;
  }

  private async forecasts(accountId: string, productIds: readonly string[]): Promise<Forecast[]> {
    const answers = await Promise.allSettled(
      productIds.map((productId) =>
        this.bus.ask(GetForecast, { accountId, productId }, { deadlineMs: INSIGHT_DEADLINE_MS }),
      ),
    );
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? (answer.value.forecast ?? []) : []));
  }

  /** Scoring tells patterns of one listing at a time. */
  private async patterns(
    accountId: string,
    productIds: readonly string[],
  ): Promise<Map<string, DealPatterns>> {
    const answers = await Promise.allSettled(
      productIds.map((productId) =>
        this.bus.ask(GetDeals, { accountId, productIds: [productId] }, { deadlineMs: INSIGHT_DEADLINE_MS }),
      ),
    );
    const deals = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value.deals : []));
    return new Map(deals.flatMap(({ productId, patterns }) => (patterns ? [[productId, patterns]] : [])));
  }

  private async trends(
    accountId: string,
    categories: readonly string[],
    now: Date,
  ): Promise<Material['trends']> {
    const span = {
      from: new Date(now.getTime() - TREND_WEEKS * WEEK_MS).toISOString(),
      to: now.toISOString(),
    };
    const answers = await Promise.allSettled(
      categories.slice(0, TRENDS_AT_MOST).map(async (category) => {
        const request = { accountId, category, ...span };
        const { index } = await this.bus.ask(GetMarketReport, request, { deadlineMs: INSIGHT_DEADLINE_MS });
        const last = index.points.findLast(({ value }) => value !== null);
        return last ? [{ category, percent: last.value! - 100 }] : [];
      }),
    );
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }
}

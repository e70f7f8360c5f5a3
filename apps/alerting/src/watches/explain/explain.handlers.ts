import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import { ExplainWatch, type Product, Refusal, type ResponseOf } from '@souk/contracts';
import { Clock, Database, type Tx } from '@souk/service';
import type { z } from 'zod';
import { AlertStore } from '../../alerts/alert.store.ts';
import { ruleOf } from '../../alerts/crossings.ts';
import { DailyRates } from '../../alerts/day-rates.ts';
import { MemoryStore } from '../../alerts/memory.store.ts';
import type { Text } from '../../conversation/reply.ts';
import { said, sentenceOf, textOf } from '../../texts/said.ts';
import { adviceFor } from '../advice.ts';
import { watchedListings } from '../binding.ts';
import { IndexStore } from '../index.store.ts';
import { Listings } from '../listings.ts';
import { ProductStore } from '../product.store.ts';
import { leavesOf } from '../rule.ts';
import { hasAttributes, scopeOf } from '../scopes.ts';
import { namedBy, shownWatch, type StoredWatch } from '../stored-watch.ts';
import { WatchPast } from '../watch-past.ts';
import { WatchStore } from '../watch.store.ts';
import { DeliveryHolds } from './delivery-holds.ts';
import { type Evaluation, evaluationsOf } from './evaluations.ts';
import { sourceHolds, watchHolds } from './holds.ts';
import { NoteStore } from './note.store.ts';

type Explanation = ResponseOf<typeof ExplainWatch>;

const LISTINGS_LOOKED_AT = 200;
const EVENTS_SHOWN = 30;

/** Tells why a watch spoke or did not. Nothing of it is kept beforehand but crossings that raised no alert. */
@Controller()
export class ExplainHandlers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly watches: WatchStore,
    private readonly index: IndexStore,
    private readonly products: ProductStore,
    private readonly listings: Listings,
    private readonly alerts: AlertStore,
    private readonly memories: MemoryStore,
    private readonly notes: NoteStore,
    private readonly deliveryHolds: DeliveryHolds,
    private readonly rates: DailyRates,
    private readonly past: WatchPast,
  ) {}

  @Answer(ExplainWatch)
  async explain({ accountId, watchId }: z.output<typeof ExplainWatch.request>): Promise<Explanation> {
    const now = this.clock.now();
    const { watch, productIds, events, holds } = await this.database.read([accountId], async (tx) => {
      const found = await this.watches.get(tx, accountId, watchId);
      if (!found) throw new Refusal('not-found', 'no such watch');
      const ids = await this.listingsOf(tx, found);
      return {
        watch: found,
        productIds: ids,
        events: await this.eventsOf(tx, found, ids),
        holds: [
          ...watchHolds(found, await this.memories.peek(tx, watchId), now),
          ...(await this.deliveryHolds.of(tx, found, now)),
        ],
      };
    });
    const rule = ruleOf(watch);
    const [products, sources] = await Promise.all([
      this.productsOf(watch, productIds),
      this.listings.sources(),
    ]);
    const deals = await this.listings.deals(accountId, [...products.keys()]);
    const isForeign = [...deals.values()].some((deal) =>
      leavesOf(rule).some(({ currency }) => currency !== null && currency !== deal.currency),
    );
    const rates = isForeign ? await this.rates.today() : undefined;
    const evaluations = evaluationsOf(rule, products.values(), deals, rates);
    const [closest] = evaluations;
    const source = closest?.source ?? namedBy(watch)?.source;
    const allHolds = [...holds, ...(source === undefined ? [] : sourceHolds(source, sources))];
    const deal = closest && deals.get(closest.productId);
    const offer =
      closest && products.get(closest.productId)?.offers.find((one) => one.offerId === deal?.offerId);
    const past = deal && namedBy(watch) ? await this.past.of(accountId, rule, deal, offer, rates) : undefined;
    const summary = summaryOf(watch, closest, now);
    return {
      watch: shownWatch(watch, now),
      summary: [...summary.map(sentenceOf), ...allHolds.map(({ sentence }) => sentence)].join('; '),
      said: summary,
      holds: allHolds,
      evaluations,
      events,
      advice: adviceFor(watch, rule, deal, offer, rates, past),
    };
  }

  /** Listings that the watch is on, as far as they are known here. */
  private async listingsOf(tx: Tx, watch: StoredWatch): Promise<string[]> {
    const named = namedBy(watch);
    if (named) return watch.productId === null ? watchedListings(named) : [watch.productId];
    const scope = watch.target && scopeOf(watch.target);
    if (scope === null)
      return ((await this.index.listingsOf(tx, [watch.id])).get(watch.id) ?? []).slice(0, LISTINGS_LOOKED_AT);
    const inScope = await this.products.inScope(tx, scope, LISTINGS_LOOKED_AT);
    const { target } = watch;
    return inScope
      .filter(({ variant }) => target?.kind !== 'variants' || hasAttributes(target.attributes, variant))
      .map(({ productId }) => productId);
  }

  private async productsOf(
    { accountId, target }: StoredWatch,
    productIds: readonly string[],
  ): Promise<Map<string, Product>> {
    if (target?.kind !== 'source') return this.listings.get(accountId, productIds);
    const newest = await this.listings.ofSource(accountId, target.source);
    return new Map(newest.map((product) => [product.id, product]));
  }

  private async eventsOf(tx: Tx, { id, accountId }: StoredWatch, productIds: readonly string[]) {
    const [{ items }, kept, notes] = await Promise.all([
      this.alerts.list(tx, { accountId, limit: EVENTS_SHOWN, watchId: id }),
      this.memories.events(tx, id, EVENTS_SHOWN),
      this.notes.of(tx, productIds),
    ]);
    const events: Explanation['events'] = [
      ...items.map((alert) => ({
        at: alert.raisedAt,
        kind: 'raised' as const,
        sentence: alert.reasons.map((reason) => reason.sentence).join('; '),
        reasons: alert.reasons,
        productId: alert.productId,
        alertId: alert.id,
        traceId: alert.traceId,
      })),
      ...kept.map(({ at, kind, sentence, said: wording, productId, traceId }) => ({
        at: at.toISOString(),
        kind,
        sentence,
        ...(wording && { said: wording }),
        productId,
        alertId: null,
        traceId,
      })),
      ...notes.map(({ at, sentence, productId, traceId }) => ({
        at: at.toISOString(),
        kind: 'quarantined' as const,
        sentence,
        said: said('event.quarantined'),
        productId,
        alertId: null,
        traceId,
      })),
    ];
    return events.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, EVENTS_SHOWN);
  }
}

/** The state of affairs, but what holds alerts back: the conditions, and how old the price is. */
function summaryOf(watch: StoredWatch, closest: Evaluation | undefined, now: Date): Text[] {
  if (!closest) {
    const isUnknown = watch.target === null && watch.productId === null;
    return [isUnknown ? said('summary.unknown-product') : said('summary.no-price')];
  }
  const shown = closest.conditions.filter(({ matters }) => matters);
  const told = (shown.length === 0 ? closest.conditions : shown).slice(0, 3);
  const conditions = { list: told.map(textOf) };
  const title = closest.title ?? closest.product;
  const parts = [
    namedBy(watch)
      ? said('summary.conditions', { conditions })
      : said('summary.closest', { title, conditions }),
  ];
  if (closest.verdict === 'true') parts.push(said('summary.holds'));
  else if (shown.every(({ verdict }) => verdict === 'true')) parts.push(said('summary.filtered'));
  const agoMs = now.getTime() - Date.parse(closest.checkedAt);
  return [...parts, said('summary.checked', { ago: { agoSeconds: Math.max(0, Math.round(agoMs / 1_000)) } })];
}

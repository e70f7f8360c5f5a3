import { Bus } from '@souk/bus';
import { type Freshness, ListBudgets, Refusal, type ResponseOf } from '@souk/contracts';
import { Database, RepeatedWork } from '@souk/service';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { productsPerPermit } from '../sources/lookups/products-per-call.ts';
import { type Source, SourceRegistry } from '../sources/source-registry.ts';
import { allocate, type Checked } from './allocate.ts';
import { freshnessOf, NOT_CHECKED } from './freshness.ts';
import { type PlannedProduct, plannedProducts, saveIntervals } from './planner.store.ts';
import { changesPerHour, usualMove } from './volatility.ts';

type Budget = ResponseOf<typeof ListBudgets>['upstreams'][number];
type ProductName = { source: string; product: string };

const REPLAN_MS = 60_000;
const HOURS_PER_DAY = 24;
const SECONDS_PER_HOUR = 3_600;
/** The rest is for people who ask themselves, searches and canaries. */
const SHARE_FOR_WATCHES = 0.8;
const MAX_INTERVAL_MS = 86_400_000;
const PRODUCTS_AT_MOST = 20_000;
/** Smaller differences are not worth a write. */
const WORTH_A_CHANGE = 0.05;

/** Decides how often each watched product is looked up, so that the calls there are find most of what moves. */
@Injectable()
export class Planner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('planner');
  private readonly replanning = new RepeatedWork(
    REPLAN_MS,
    () => this.replan(),
    (error) => this.logger.warn({ error: String(error) }, 'look-ups keep to the plan there is'),
  );

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly registry: SourceRegistry,
  ) {}

  onApplicationBootstrap(): void {
    this.replanning.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.replanning.stop();
  }

  /** Plans all sources anew; also run now and then by itself. */
  async replan(): Promise<void> {
    const budgets = await this.budgets();
    for (const sources of this.byUpstream()) {
      const products = await this.database.read([], (tx) =>
        plannedProducts(
          tx,
          sources.map(({ name }) => name),
          PRODUCTS_AT_MOST,
        ),
      );
      const intervals = intervalsOf(products, sources, budgets);
      const changed = products.flatMap(({ productId, intervalMs: before }, index) => {
        const intervalMs = intervals[index]!;
        const isSame = before !== null && Math.abs(before - intervalMs) <= before * WORTH_A_CHANGE;
        return isSame ? [] : [{ productId, intervalMs }];
      });
      if (changed.length > 0) await this.database.transaction([], (tx) => saveIntervals(tx, changed));
    }
  }

  /** What the budget can keep for each product once it has one watch more than now. */
  async freshness(wanted: readonly ProductName[]): Promise<Freshness[]> {
    const budgets = await this.budgets();
    const known = new Map<string, Freshness>();
    for (const sources of this.byUpstream()) {
      const asked = wanted.filter(({ source }) => sources.some(({ name }) => name === source));
      if (asked.length === 0) continue;
      const products = await this.database.read([], (tx) =>
        plannedProducts(
          tx,
          sources.map(({ name }) => name),
          PRODUCTS_AT_MOST,
        ),
      );
      const withWatch = oneMoreWatch(products, asked);
      for (const [index, intervalMs] of intervalsOf(withWatch, sources, budgets).entries())
        known.set(keyOf(withWatch[index]!), freshnessOf(intervalMs));
    }
    return wanted.map((product) => known.get(keyOf(product)) ?? this.withItsSource(product));
  }

  /** Read with the whole shop or feed, or posted. */
  private withItsSource({ source: name }: ProductName): Freshness {
    const source = this.registry.get(name);
    const isRead = source?.adapter.catalogue ?? source?.adapter.feed;
    return source && isRead ? freshnessOf(source.entry.intervalMs) : NOT_CHECKED;
  }

  /** Sources with look-ups, those together that share a budget. */
  private byUpstream(): Source[][] {
    const sources = this.registry.all().filter(({ adapter }) => adapter.lookup);
    return [...Map.groupBy(sources, ({ upstream }) => upstream).values()];
  }

  private async budgets(): Promise<Budget[]> {
    if (this.byUpstream().length === 0) return [];
    try {
      return (await this.bus.ask(ListBudgets, {})).upstreams;
    } catch (error) {
      if (error instanceof Refusal)
        throw new Refusal('unavailable', `no plan without budgets: ${error.message}`);
      throw error;
    }
  }
}

const keyOf = ({ source, product }: ProductName): string => `${source}\n${product}`;

/** Intervals of products whose sources share one budget, in their order. */
function intervalsOf(
  products: readonly PlannedProduct[],
  sources: readonly Source[],
  budgets: readonly Budget[],
): number[] {
  if (products.length === 0) return [];
  const { upstream } = sources[0]!;
  const budget = budgets.find((one) => one.upstream === upstream);
  const batch = Math.max(
    ...sources.map(({ adapter }) => (adapter.lookup ? productsPerPermit(adapter.lookup) : 1)),
  );
  const minIntervalMs = Math.min(...sources.map(({ entry }) => entry.intervalMs));
  const checksPerHour = (budget ? callsPerHour(budget) : SECONDS_PER_HOUR) * SHARE_FOR_WATCHES * batch;
  return allocate(products.map(checkedOf), Math.max(checksPerHour, 1 / HOURS_PER_DAY), {
    minIntervalMs,
    maxIntervalMs: Math.max(MAX_INTERVAL_MS, minIntervalMs),
  });
}

function callsPerHour({ ratePerSecond, pace, dailyBudget }: Budget): number {
  const perHour = (pace?.ratePerSecond ?? ratePerSecond) * SECONDS_PER_HOUR;
  return dailyBudget === null ? perHour : Math.min(perHour, dailyBudget / HOURS_PER_DAY);
}

/** A change is worth its usual size to everyone who watches. */
const checkedOf = (product: PlannedProduct): Checked => ({
  changesPerHour: changesPerHour(product),
  weight: Math.max(1, product.watchers) * usualMove(product),
});

function oneMoreWatch(products: readonly PlannedProduct[], wanted: readonly ProductName[]): PlannedProduct[] {
  const isWanted = new Set(wanted.map(keyOf));
  const known = new Set(products.map(keyOf));
  const unseen = wanted.filter((product) => !known.has(keyOf(product)));
  return [
    ...products.map((product) => ({
      ...product,
      watchers: product.watchers + (isWanted.has(keyOf(product)) ? 1 : 0),
    })),
    ...unseen.map(({ source, product }) => ({
      ...{ productId: '', source, product, watchers: 1, intervalMs: null },
      ...{ checks: 0, changes: 0, watchedHours: 0, moved: 0 },
    })),
  ];
}

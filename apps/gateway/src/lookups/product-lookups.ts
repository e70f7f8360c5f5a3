import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  type Deal,
  DealsScored,
  type EventContract,
  GetDeals,
  GetProducts,
  OffersAccepted,
  type Product,
  ProductChanged,
} from '@souk/contracts';
import { Clock } from '@souk/service';
import type { FastifyRequest } from 'fastify';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { type EarlyAnswer, EarlyAnswers } from '../http/early-answers.ts';
import type { CallerInfo } from '../http/request.ts';
import { dealView, productView } from '../products/product-view.ts';
import type { Answered, Lookup } from './looked-up.ts';
import { LookupCounts } from './lookup-counts.ts';
import { Lookups } from './lookups.ts';
import { MemoryTier } from './memory-tier.ts';
import { RecentlyHeard } from './recently-heard.ts';
import { RedisTier } from './redis-tier.ts';

type Found<Value> = Answered<Value> | Promise<Answered<Value> | null>;

/** Products and deals by id, as the gateway answers them. What is kept is never older than what it has heard. */
@Injectable()
export class ProductLookups implements OnApplicationShutdown {
  readonly redis: RedisTier | undefined;
  readonly kinds: { memory: MemoryTier<unknown>; counts: LookupCounts }[] = [];
  private readonly nowMs: () => number;
  private readListener: (product: Product) => void = () => undefined;
  private readonly products: Lookups<Product>;
  private readonly deals: Lookups<Deal>;

  constructor(
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    bus: Bus,
    clock: Clock,
    early: EarlyAnswers,
  ) {
    this.nowMs = () => clock.nowMs();
    const { SOUK_REDIS_URL: url, SOUK_CACHE_REDIS_MAX_BYTES: maxBytes } = config;
    const lifetimeMs = config.SOUK_CACHE_REDIS_SECONDS * 1_000;
    if (url) this.redis = new RedisTier(url, { lifetimeMs, maxBytes }, this.nowMs);
    this.products = this.lookups(productLookup(bus), this.redis);
    // A deal is asked for less often and changes with every price: other gateways would find little of it.
    this.deals = this.lookups(dealLookup(bus), undefined);
    this.follow(bus, OffersAccepted, this.products);
    this.follow(bus, ProductChanged, this.products);
    this.follow(bus, DealsScored, this.deals);
    early.offer('getProduct', (request, caller) => {
      // How old it may be is looked into later.
      if ((request.query as Record<string, unknown>)['maxAge'] !== undefined) return undefined;
      return this.known(this.products, request, caller, this.readListener);
    });
    early.offer('getDeal', (request, caller) => this.known(this.deals, request, caller));
    bus.onReconnect(() => {
      this.products.forgetAll();
      this.deals.forgetAll();
    });
  }

  /** Null when there is no such product among the account's and the shared ones. */
  product(accountId: string, productId: string): Found<Product> {
    return this.products.find(accountId, productId);
  }

  /** Null when there is no price yet, or no such product. */
  deal(accountId: string, productId: string): Found<Deal> {
    return this.deals.find(accountId, productId);
  }

  /** The source of a product was asked, as the last of its tiers. */
  noteSource(isHit: boolean): void {
    this.kinds.find(({ counts }) => counts.kind === 'product')?.counts.note('source', isHit);
  }

  /** Called with each product that is read by its id. */
  onRead(listener: (product: Product) => void): void {
    this.readListener = listener;
  }

  /** Whole seconds since it was asked of its owner. */
  ageSeconds({ askedAtMs }: Answered<unknown>): number {
    return Math.max(0, Math.floor((this.nowMs() - askedAtMs) / 1_000));
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }

  private known<Value>(
    lookups: Lookups<Value>,
    request: FastifyRequest,
    caller: CallerInfo,
    noteRead: (value: Value) => void = () => undefined,
  ): EarlyAnswer | undefined {
    const { id } = request.params as { id: string }; // not checked yet: what is no id is not known
    const found = lookups.known(caller.accountId, id);
    if (!found) return undefined;
    request.subjects = [id];
    noteRead(found.value);
    return { text: found.text, ageSeconds: this.ageSeconds(found) };
  }

  private lookups<Value>(lookup: Lookup<Value>, redis: RedisTier | undefined): Lookups<Value> {
    const { config, nowMs } = this;
    const limits = {
      maxEntries: config.SOUK_CACHE_MEMORY_ENTRIES,
      maxBytes: config.SOUK_CACHE_MEMORY_MAX_BYTES,
    };
    const memory = new MemoryTier<Value>(limits, nowMs);
    const counts = new LookupCounts(lookup.kind);
    this.kinds.push({ memory: memory as MemoryTier<unknown>, counts });
    const lifetimeMs = config.SOUK_CACHE_MEMORY_SECONDS * 1_000;
    return new Lookups({ lookup, memory, redis, heard: new RecentlyHeard(nowMs), counts, lifetimeMs, nowMs });
  }

  private follow<Value>(bus: Bus, contract: EventContract, lookups: Lookups<Value>): void {
    bus.follow(contract, (ids) => {
      if (!lookups.isEmpty) lookups.forget(ids);
    });
  }
}

const productLookup = (bus: Bus): Lookup<Product> => ({
  kind: 'product',
  // The source itself comes last, where it is known which: products/source-tier.ts.
  tiers: [
    {
      name: 'database',
      ask: async (accountId, productId) =>
        (await bus.ask(GetProducts, { accountId, productIds: [productId] })).products[0] ?? null,
    },
  ],
  isShared: ({ shared }) => shared,
  endsAtMs: ({ offers }) => {
    const ends = offers.flatMap(({ expiresAt }) => (expiresAt ? [Date.parse(expiresAt)] : []));
    return ends.length > 0 ? Math.min(...ends) : undefined;
  },
  textOf: (product) => JSON.stringify(productView(product)),
});

const dealLookup = (bus: Bus): Lookup<Deal> => ({
  kind: 'deal',
  tiers: [
    {
      name: 'database',
      ask: async (accountId, productId) =>
        (await bus.ask(GetDeals, { accountId, productIds: [productId] })).deals[0] ?? null,
    },
  ],
  isShared: () => false,
  endsAtMs: () => undefined,
  textOf: (deal) => JSON.stringify(dealView(deal)),
});

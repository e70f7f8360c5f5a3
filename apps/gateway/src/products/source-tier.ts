import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  type LookedUpProduct,
  LookUpProducts,
  OPERATOR_ACCOUNT_ID,
  type Priority,
  type Product,
  productIdOf,
  Refusal,
} from '@souk/contracts';
import { Clock } from '@souk/service';
import { LRUCache } from 'lru-cache';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { ProductLookups } from '../lookups/product-lookups.ts';
import { productOfLookUp } from './looked-up-view.ts';

const ASK_WITHIN_MS = 20_000;
/** That a source knows a product not, or cannot be asked, is not asked again for so long. */
const NOTHING_THERE_MS = 60_000;
const NOTHING_THERE_AT_MOST = 10_000;
const NOTHING_THERE: ReadonlySet<string> = new Set([
  'unknown-source',
  'no-lookup',
  'not-found',
  'invalid-product',
  'not-accessible',
  'no-offer',
]);

export interface Wanted {
  source: string;
  product: string;
}

/** How old the price is that is told, and why it is no newer. */
export interface Freshness {
  ageSeconds: number | null;
  stale: boolean;
  reason?: string;
}

export interface Served {
  product: Product;
  freshness: Freshness;
}

type Outcome =
  | { told: Product }
  | { nothing: string }
  | { failed: string; retryAfterMs?: number; isUnreachable?: boolean };

/** The last tier of look-ups: the source itself, asked once for all who wait for the same product. */
@Injectable()
export class SourceTier {
  private readonly flights = new Map<string, Promise<Outcome>>();
  private readonly nothing = new LRUCache<string, string>({
    max: NOTHING_THERE_AT_MOST,
    ttl: NOTHING_THERE_MS,
  });

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly lookups: ProductLookups,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /**
   * What is stored when it is fresh enough, and what the source tells otherwise. Without a `maxAgeSeconds` what is
   * past the lifetime of stored prices is told at once and asked for behind the answer. Null: there is nothing.
   * @throws Refusal unavailable when nothing is stored and the source cannot be asked now
   */
  async upToDate(
    accountId: string,
    wanted: Wanted,
    stored: Product | undefined,
    maxAgeSeconds: number | undefined,
  ): Promise<Served | null> {
    const ageSeconds = stored ? this.ageOf(stored) : null;
    const limit = maxAgeSeconds ?? this.config.SOUK_CACHE_DATABASE_SECONDS;
    const kept = (stale: boolean, reason?: string): Served => ({
      product: stored!,
      freshness: { ageSeconds, stale, ...(reason !== undefined && { reason }) },
    });
    if (stored && ageSeconds !== null && ageSeconds <= limit) return kept(false);
    if (stored && maxAgeSeconds === undefined) {
      void this.ask(accountId, wanted, 'enrichment', limit);
      return kept(true, 'it is being looked up');
    }
    const outcome = await this.ask(accountId, wanted, 'user', limit);
    this.lookups.noteSource('told' in outcome);
    if ('told' in outcome) {
      const { told } = outcome;
      return { product: told, freshness: { ageSeconds: this.ageOf(told), stale: false } };
    }
    if (stored) return kept(true, 'failed' in outcome ? outcome.failed : outcome.nothing);
    if ('nothing' in outcome || outcome.isUnreachable) return null;
    throw new Refusal(
      'unavailable',
      `Nothing is stored of it, and it cannot be looked up now: ${outcome.failed}.`,
      {
        retryAfterMs: outcome.retryAfterMs ?? 5_000,
      },
    );
  }

  /** Looks it up behind everybody else, when what is stored is older than that; answers whether it was. */
  async warm(accountId: string, wanted: Wanted, maxAgeSeconds: number): Promise<boolean> {
    const id = productIdOf(OPERATOR_ACCOUNT_ID, wanted.source, wanted.product);
    try {
      const stored = (await this.lookups.product(accountId, id))?.value;
      const ageSeconds = stored ? this.ageOf(stored) : null;
      if (ageSeconds !== null && ageSeconds <= maxAgeSeconds) return false;
    } catch {
      return false; // whoever reads it is told what is wrong
    }
    return 'told' in (await this.ask(accountId, wanted, 'analytics', maxAgeSeconds));
  }

  /** Joins whoever asks already. Never rejects. */
  ask(accountId: string, wanted: Wanted, priority: Priority, maxAgeSeconds: number): Promise<Outcome> {
    const id = productIdOf(OPERATOR_ACCOUNT_ID, wanted.source, wanted.product);
    const nothing = this.nothing.get(id);
    if (nothing !== undefined) return Promise.resolve({ nothing });
    const known = this.flights.get(id);
    if (known) return known;
    const flight = this.fetch(accountId, wanted, priority, maxAgeSeconds)
      .then((outcome) => {
        if ('nothing' in outcome) this.nothing.set(id, outcome.nothing);
        return outcome;
      })
      .finally(() => this.flights.delete(id));
    this.flights.set(id, flight);
    return flight;
  }

  private async fetch(
    accountId: string,
    wanted: Wanted,
    priority: Priority,
    maxAgeSeconds: number,
  ): Promise<Outcome> {
    try {
      const { products } = await this.bus.ask(
        LookUpProducts,
        { accountId, products: [wanted], priority, maxAgeMs: maxAgeSeconds * 1_000 },
        { deadlineMs: ASK_WITHIN_MS },
      );
      return outcomeOf(products[0]!);
    } catch (error) {
      if (!(error instanceof Refusal)) return { failed: 'the look-up broke off' };
      // A name that is none of a source, or a code that is none: nothing can be there.
      if (error.code === 'invalid') return { nothing: error.message };
      return {
        failed: error.message,
        ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
      };
    }
  }

  private ageOf({ offers: [newest] }: Product): number | null {
    if (!newest) return null;
    const atMs = Date.parse(newest.collectedAt ?? newest.observedAt);
    return Math.max(0, Math.floor((this.clock.now().getTime() - atMs) / 1_000));
  }
}

function outcomeOf(looked: LookedUpProduct): Outcome {
  const { problem } = looked;
  if (!problem) return { told: productOfLookUp(looked) };
  const said = `${problem.reason}: ${problem.detail}`;
  if (NOTHING_THERE.has(problem.reason)) return { nothing: said };
  return { failed: said, ...(problem.retryAfterMs !== undefined && { retryAfterMs: problem.retryAfterMs }) };
}

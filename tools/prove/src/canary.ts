import { OPERATOR_ACCOUNT_ID, partitionOf, productIdOf } from '@souk/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerFile } from './ledger-file.ts';
import { postUntilAcknowledged } from './post.ts';
import type { Tenant } from './setup.ts';
import type { System } from './system.ts';
import { type Line, type PlannedWatch, SOURCE } from './workload.ts';

const PARTITIONS = 4;
const EVERY_MS = 1_000;
const POLL_MS = 200;
const PRICES = { high: 10_000, low: 8_000, below: 9_000 };
const FIRST_TIME_MS = Date.UTC(2024, 0, 1);
const STEP_MS = 60_000;
/** A round that takes longer says how long by not ending before the next fault; the run goes on. */
const SEEN_WITHIN_MS = 180_000;

/** One round: posted, and everything that it led to was there. */
export interface CanaryRound {
  postedAt: number;
  seenAt: number;
}

/**
 * A product in each partition, posted again and again with a price that raises an alert. A partition is handled in
 * order: once the alerts are there, so is all that was accepted before. That says when a backlog was drained.
 */
export class Canary {
  readonly account = 'operator';
  readonly watches: PlannedWatch[];
  readonly rounds: CanaryRound[] = [];
  readonly #lane: number;
  readonly #products: string[];
  #batch = 0;
  #step = 0;

  constructor(lane: number) {
    this.#lane = lane;
    this.#products = Array.from({ length: PARTITIONS }, (_, partition) => productIn(partition, lane));
    this.watches = this.#products.map((product) => ({
      product,
      priceBelowMinor: PRICES.below,
      isSilent: true,
    }));
  }

  /** Makes the products known, so that watches bind. */
  async begin(tenant: Tenant, ledger: LedgerFile, giveUpAt: () => number): Promise<number> {
    await this.#post(PRICES.high, tenant, ledger, giveUpAt);
    return PARTITIONS;
  }

  /**
   * Goes on until it is told to end, and then once more, which tells when the last faults were over; what was posted
   * is acknowledged, or given up.
   */
  async sing(
    tenant: Tenant,
    ledger: LedgerFile,
    system: System,
    isOver: () => boolean,
    giveUpAt: () => number,
  ): Promise<void> {
    for (let isLast = false; !isLast;) {
      isLast = isOver();
      const postedAt = Date.now();
      if (!(await this.#post(PRICES.low, tenant, ledger, giveUpAt))) return;
      const observedAt = this.#now();
      const wereSeen = await this.#areSeen(observedAt, system, giveUpAt);
      if (wereSeen) this.rounds.push({ postedAt, seenAt: Date.now() });
      if (!(await this.#post(PRICES.high, tenant, ledger, giveUpAt))) return;
      await delay(EVERY_MS);
    }
  }

  async #areSeen(observedAt: string, { sql }: System, giveUpAt: () => number): Promise<boolean> {
    const products = this.#products.map((product) => `'${product}'`).join(', ');
    const count = `select count(*)::int as count from alerting.alert
      where observed_at = '${observedAt}' and source = '${SOURCE}' and product in (${products})`;
    for (
      const end = Date.now() + SEEN_WITHIN_MS;
      Date.now() < Math.min(end, giveUpAt());
      await delay(POLL_MS)
    ) {
      const [row] = await sql<{ count: number }>(count).catch(() => []);
      if (row?.count === PARTITIONS) return true;
    }
    return false;
  }

  #post(priceMinor: number, tenant: Tenant, ledger: LedgerFile, giveUpAt: () => number): Promise<boolean> {
    this.#step += 1;
    const observedAt = this.#now();
    const lines = this.#products.map((product): Line => ({ product, observedAt, priceMinor, twist: 'none' }));
    const batch = { lane: this.#lane, batch: this.#batch, lines };
    this.#batch += 1;
    return postUntilAcknowledged(batch, tenant, ledger, giveUpAt);
  }

  #now(): string {
    return new Date(FIRST_TIME_MS + this.#step * STEP_MS).toISOString();
  }
}

/** The first product of a lane that falls into a partition. */
function productIn(partition: number, lane: number): string {
  for (let number = 0; ; number += 1) {
    const product = `lane-${lane}-product-${number}`;
    if (partitionOf(productIdOf(OPERATOR_ACCOUNT_ID, SOURCE, product), PARTITIONS) === partition)
      return product;
  }
}

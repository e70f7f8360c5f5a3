import type { NatsConnection } from '@nats-io/transport-node';
import { AcquirePermits, type RequestOf } from '@souk/contracts';
import { askAsOperator, connectOperator } from '@souk/dead-letters';
import { type Sandbox, startSandbox } from '@souk/sandbox';
import { setTimeout as delay } from 'node:timers/promises';
import { type Chance, chanceOf } from './chance.ts';
import type { Evidence } from './evidence.ts';
import type { System } from './system.ts';

const UPSTREAM = 'prove-shop';
const BUDGET = { calls: 20, periodMs: 1_000 };
/** More at once than the budget has: some must wait, whenever the rush begins. */
const CALLS_IN_A_RUSH = 30;
const PAUSE_MS = { least: 900, spread: 900 };
const WAIT_MS = 3_000;
const ASK_TIMEOUT_MS = 5_000;
const USE_WITHIN_MS = 100;
const GUARD_MS = 200;

/** For `SOUK_QUOTA_UPSTREAMS`: no source of the product brings this shop's budget along. The guard leaves a busy machine time. */
export const SHOP_BUDGET = JSON.stringify([
  { upstream: UPSTREAM, ratePerSecond: BUDGET.calls, burst: BUDGET.calls, guardMs: GUARD_MS },
]);

/** Callers of the sandbox shop that ask for permits as ingestion does, in rushes; the shop notes when each call came. */
export class ShopVisits {
  readonly #shop: Sandbox;
  readonly #nats: NatsConnection;
  readonly #running: Promise<void>;
  readonly #chance: Chance;
  /** Permits say how long they last: then the shop's windows hold whole, else shorter by what a caller may tarry. */
  #windowMs = BUDGET.periodMs;
  #visits = 0;
  /** Calls later than the guard leaves time for, not quota's fault: this process is the caller, the shop and all between. */
  readonly #late = new Set<string>();
  #isOver = false;
  #ending: Promise<Evidence['shop']> | undefined;

  private constructor(shop: Sandbox, nats: NatsConnection, seed: number) {
    this.#shop = shop;
    this.#nats = nats;
    this.#chance = chanceOf(seed ^ 0x5109);
    this.#running = this.#rushes();
  }

  static async begin({ natsServer, secrets }: System, seed: number): Promise<ShopVisits> {
    const options = { maxReconnectAttempts: -1, reconnectTimeWait: 250 };
    const nats = await connectOperator(natsServer, secrets.nats.operator, options);
    return new ShopVisits(await startSandbox({ faultRate: 0 }), nats, seed);
  }

  /** Resolves with all calls when those under way have ended. Safe to call twice. */
  end(): Promise<Evidence['shop']> {
    return (this.#ending ??= this.#end());
  }

  async #end(): Promise<Evidence['shop']> {
    this.#isOver = true;
    await this.#running;
    await Promise.all([this.#nats.close(), this.#shop.close()]);
    const calls = this.#shop.calls.calls.filter(({ path }) => !this.#late.has(path)).map(({ at }) => at);
    return { calls, limit: BUDGET.calls, windowMs: this.#windowMs };
  }

  async #rushes(): Promise<void> {
    while (!this.#isOver) {
      await Promise.all(Array.from({ length: CALLS_IN_A_RUSH }, () => this.#visit()));
      await delay(PAUSE_MS.least + this.#chance.below(PAUSE_MS.spread));
    }
  }

  /** One call if there is a permit for it; without an answer, or with one that comes late, there is no call. */
  async #visit(): Promise<void> {
    const askedAt = performance.now();
    const wanted: RequestOf<typeof AcquirePermits> = {
      upstream: UPSTREAM,
      priority: 'watch',
      permits: 1,
      waitMs: WAIT_MS,
    };
    const answer = await askAsOperator(this.#nats, AcquirePermits, wanted, ASK_TIMEOUT_MS).catch(
      () => undefined,
    );
    if (!answer?.granted) return;
    const { waitedMs, useWithinMs } = answer;
    if (useWithinMs === undefined) this.#windowMs = BUDGET.periodMs - USE_WITHIN_MS;
    if (performance.now() - askedAt - waitedMs > (useWithinMs ?? USE_WITHIN_MS)) return;
    this.#visits += 1;
    const path = `/products/visit-${this.#visits}`;
    const response = await fetch(`${this.#shop.url}${path}`);
    if (performance.now() - askedAt - waitedMs > GUARD_MS) this.#late.add(path);
    await response.arrayBuffer();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { chanceOf } from './chance.ts';
import { jsonCall } from './api.ts';
import type { Canary } from './canary.ts';
import type { Evidence } from './evidence.ts';
import type { LedgerFile } from './ledger-file.ts';
import { postUntilAcknowledged } from './post.ts';
import type { Tenant } from './setup.ts';
import type { System } from './system.ts';
import { type AccountName, type LaneWorkload, SOURCE } from './workload.ts';

const LINES_PER_BATCH = 20;
const READ_EVERY_MS = 250;
const COMMAND_EVERY_MS = 1_500;
/** How long what is unresolved is tried after the end of the load. */
const RESOLVE_WITHIN_MS = 90_000;

export interface LoadOptions {
  lanes: readonly LaneWorkload[];
  canary: Canary;
  system: System;
  tenants: Record<AccountName, Tenant>;
  ledger: LedgerFile;
  /** Observations per second, all lanes together. */
  rate: number;
  seed: number;
}

/** Posts, reads and gives commands at a bounded rate until it is told to end. */
export class Load {
  readonly #options: LoadOptions;
  readonly #running: Promise<void>[];
  readonly #commands: Evidence['commands'] = { acknowledged: [], unresolved: [], found: [] };
  /** Observations that were acknowledged. */
  posted = 0;
  readonly #giveUpAt = (): number => this.#endsAt + RESOLVE_WITHIN_MS;
  #endsAt = Number.POSITIVE_INFINITY;
  #failure: { error: unknown } | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { lanes, canary, tenants, ledger, system } = options;
    const work = [
      ...lanes.map((lane) => this.#post(lane)),
      this.#read(tenants.customer, lanes),
      this.#command(Object.values(tenants)),
      canary.sing(tenants.operator, ledger, system, () => this.#isOver, this.#giveUpAt),
    ];
    this.#running = work.map((one) =>
      one.catch((error: unknown) => {
        this.#failure ??= { error };
        this.#endsAt = Date.now();
      }),
    );
  }

  /** Begins nothing new and resolves when all is answered, or given up. @throws what went wrong on our side */
  async end(): Promise<Evidence['commands']> {
    this.#endsAt = Math.min(this.#endsAt, Date.now());
    await Promise.all(this.#running);
    if (this.#failure) throw this.#failure.error;
    return this.#commands;
  }

  get #isOver(): boolean {
    return Date.now() >= this.#endsAt;
  }

  /** One request after the other, so that the order of each product is kept. */
  async #post(lane: LaneWorkload): Promise<void> {
    const { lanes, tenants, ledger, rate } = this.#options;
    const everyMs = (LINES_PER_BATCH * lanes.length * 1_000) / rate;
    // What an outage held up is not made up for: the load stays modest.
    for (let batch = 1, dueAt = Date.now(); !this.#isOver; batch += 1) {
      const lines = lane.batch(LINES_PER_BATCH);
      const tenant = tenants[lane.account];
      const request = { lane: lane.lane, batch, lines };
      if (!(await postUntilAcknowledged(request, tenant, ledger, this.#giveUpAt))) return;
      this.posted += lines.length;
      dueAt = Math.max(dueAt + everyMs, Date.now() - everyMs);
      await delay(Math.max(0, dueAt - Date.now()));
    }
  }

  /** Looks things up, so that credits are set aside, spent and given back all the time. */
  async #read({ api, account }: Tenant, lanes: readonly LaneWorkload[]): Promise<void> {
    const chance = chanceOf(this.#options.seed ^ 0xbeef);
    const mine = lanes.filter((lane) => lane.account === account).map(({ lane }) => lane);
    while (!this.#isOver) {
      const product = `lane-${mine[chance.below(mine.length)]!}-product-${chance.below(40)}`;
      await api.once('GET', `/v1/products?source=${SOURCE}&product=${product}&include=deal`);
      await delay(READ_EVERY_MS);
    }
  }

  /** Makes watches on products that never come, each repeated with its key until it is acknowledged, and once after. */
  async #command(tenants: readonly Tenant[]): Promise<void> {
    for (let number = 0; !this.#isOver; number += 1) {
      const { api } = tenants[number % tenants.length]!;
      const product = `never-seen-${number}`;
      const body = { product: { source: SOURCE, product }, when: { dropPercent: 50 }, channels: ['inbox'] };
      const call = { ...jsonCall(body), idempotencyKey: `prove-command-${number}` };
      for (;;) {
        const { status } = await api.once('POST', '/v1/watches', call);
        if (status === 201) {
          this.#commands.acknowledged.push(product);
          await api.once('POST', '/v1/watches', call);
          break;
        }
        if (Date.now() > this.#endsAt + RESOLVE_WITHIN_MS) {
          this.#commands.unresolved.push(product);
          break;
        }
        await delay(500);
      }
      await delay(COMMAND_EVERY_MS);
    }
  }
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@souk/contracts';
import type { LedgerFile } from '../ledger-file.ts';
import { postUntilAcknowledged } from '../post.ts';
import { isAlive } from '../process-state.ts';
import type { Tenant } from '../setup.ts';
import type { System } from '../system.ts';
import { type Line, SOURCE } from '../workload.ts';
import type { Stimulus } from './components.ts';

const HIGH_MINOR = 10_000;
const LOW_MINOR = 5_000;
const FIRST_TIME_MS = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;
const ANSWERED_WITHIN_MS = 60_000;
const READ_WITHIN_MS = 15_000;

/** Products of its own for each component, whose prices go up and down; their watches speak each time they fall. */
export class Stimulant {
  readonly product: string;
  /** Another one, that is told of in Telegram only. */
  readonly productInTelegram: string;
  readonly #tenant: Tenant;
  readonly #ledger: LedgerFile;
  readonly #system: System;
  readonly #lane: number;
  readonly #service: ServiceName;
  #batch = 0;
  #minute = 0;

  constructor(
    lane: number,
    service: ServiceName,
    { tenant, ledger, system }: { tenant: Tenant; ledger: LedgerFile; system: System },
  ) {
    this.product = `lane-${lane}-product-0`;
    this.productInTelegram = `lane-${lane}-product-1`;
    this.#lane = lane;
    this.#service = service;
    this.#tenant = tenant;
    this.#ledger = ledger;
    this.#system = system;
  }

  /** Begins what leads to a boundary; the service may die before this resolves. */
  async give(stimulus: Stimulus): Promise<void> {
    if (stimulus === 'broker-wiped') await this.#wipe();
    else if (stimulus === 'restart') process.kill(this.#system.supervisor.pidOf(this.#service), 'SIGTERM');
    if (stimulus !== 'restart')
      await this.#prices(stimulus === 'telegram' ? this.productInTelegram : this.product);
  }

  /**
   * Nothing to speak of yet: the products are known then, and a watch binds at once.
   * @returns how many there are
   */
  async firstPrices(): Promise<number> {
    const products = [this.product, this.productInTelegram];
    await this.#post(products.map((product) => this.#line(product, HIGH_MINOR)));
    return products.length;
  }

  /**
   * Up, and down by half; and a read that is paid for. It alone changes a hold, so it is asked again while the service
   * that answers it dies at a point of its own.
   */
  #prices(product: string): Promise<void> {
    const path = `/v1/products?source=${SOURCE}&product=${product}`;
    void this.#tenant.api.persist('GET', path, {}, READ_WITHIN_MS).catch(() => undefined);
    return this.#post([HIGH_MINOR, LOW_MINOR].map((priceMinor) => this.#line(product, priceMinor)));
  }

  async #post(lines: Line[]): Promise<void> {
    this.#batch += 1;
    const batch = { lane: this.#lane, batch: this.#batch, lines };
    const giveUpAt = Date.now() + ANSWERED_WITHIN_MS;
    if (!(await postUntilAcknowledged(batch, this.#tenant, this.#ledger, () => giveUpAt)))
      throw new Error('prices were not taken for a minute: the product did not come back');
  }

  #line(product: string, priceMinor: number): Line {
    const observedAt = new Date(FIRST_TIME_MS + this.#minute * MINUTE_MS).toISOString();
    this.#minute += 1;
    return { product, observedAt, priceMinor, twist: 'none' };
  }

  async #wipe(): Promise<void> {
    const pid = this.#system.supervisor.pidOf('NATS');
    process.kill(pid, 'SIGSTOP');
    rmSync(join(this.#system.dataDir, 'nats', 'store'), { recursive: true, force: true });
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await delay(10);
  }
}

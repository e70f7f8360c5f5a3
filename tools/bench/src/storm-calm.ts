import { OPERATOR_ACCOUNT_ID, partitionOf, productIdOf } from '@souk/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from './api.ts';
import { quantile } from './statistics.ts';
import { PARTITIONS, postedLine } from './workload.ts';

export const STORM = { source: 'bench-storm', product: 'storm' };
/** Somebody's price falls, or comes back up, so often. */
const EVERY_MS = 250;
const HIGH = '100.00';
const LOW = '50.00';
/** Between both. */
export const BELOW = '75.00';

const partition = (product: string): number =>
  partitionOf(productIdOf(OPERATOR_ACCOUNT_ID, STORM.source, product), PARTITIONS);

/** Products of the same partition as the storm's: their prices come behind it. */
export function calmProducts(count: number): string[] {
  const wanted = partition(STORM.product);
  const products: string[] = [];
  for (let number = 0; products.length < count; number += 1)
    if (partition(`calm-${number}`) === wanted) products.push(`calm-${number}`);
  return products;
}

let minute = 0;
/** Every price has a minute of its own, long ago: messages name it. */
const startMs = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 24 * 3_600_000;

/** Posts a price, each a minute later than the one before. */
export async function postPrice(
  api: Api,
  product: string,
  price: 'high' | 'low',
): Promise<{ acceptedAt: number; minute: string }> {
  const observedAt = new Date(startMs + (minute += 1) * 60_000).toISOString();
  const isAlert = price === 'low';
  const line = postedLine(STORM.source, { product, price: isAlert ? LOW : HIGH, observedAt, isAlert });
  return { acceptedAt: await api.postLines([line]), minute: observedAt.slice(0, 16) };
}

/** One who waits for another price than the storm's, with the times at which messages came, by minute of the price. */
export interface Calm {
  product: string;
  came: ReadonlyMap<string, readonly number[]>;
}

export interface Waits {
  count: number;
  /** Alerts that came with a newer one of the same product, since both waited. */
  together: number;
  p50: number;
  p99: number;
  most: number;
}

/** How long others waited for their alerts while prices fell by turns. */
export class CalmWaits {
  readonly #api: Api;
  readonly #calm: readonly Calm[];
  readonly #falls: { calm: Calm; acceptedAt: number; minute: string }[] = [];
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(api: Api, calm: readonly Calm[]) {
    this.#api = api;
    this.#calm = calm;
  }

  start(): void {
    this.#running = this.#run();
    // Told by `stop`: until then nobody waits for it, and nothing shall die of it.
    this.#running.catch(() => undefined);
  }

  /** Stops posting. @throws when a price could not be posted */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  /** Whether the last alert of each has come: those before it came with it or before it. */
  get haveCome(): boolean {
    const last = new Map(this.#falls.map((fall) => [fall.calm, fall]));
    return [...last.values()].every(({ calm, minute: of }) => calm.came.has(of));
  }

  /** Requests beyond the first one of each message. */
  get again(): number {
    return this.#calm.reduce(
      (sum, { came }) => sum + [...came.values()].reduce((all, { length }) => all + length - 1, 0),
      0,
    );
  }

  /** In milliseconds, of the alerts whose prices were accepted in this span. */
  waits(fromMs: number, toMs: number): Waits {
    const falls = this.#falls.filter(({ acceptedAt }) => acceptedAt >= fromMs && acceptedAt <= toMs);
    const waits = falls.flatMap(({ calm, acceptedAt, minute: of }) =>
      (calm.came.get(of) ?? []).slice(0, 1).map((at) => at - acceptedAt),
    );
    return {
      count: falls.length,
      together: falls.length - waits.length,
      p50: quantile(waits, 0.5),
      p99: quantile(waits, 0.99),
      most: Math.max(...waits),
    };
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#isStopped; turn += 1) {
      const calm = this.#calm[Math.floor(turn / 2) % this.#calm.length]!;
      const isFall = turn % 2 === 1;
      const posted = await postPrice(this.#api, calm.product, isFall ? 'low' : 'high');
      if (isFall) this.#falls.push({ calm, ...posted });
      await delay(EVERY_MS);
    }
  }
}

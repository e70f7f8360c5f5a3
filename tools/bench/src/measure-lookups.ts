import { OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import { Api } from './api.ts';
import { closedLoop, openLoop, type Target } from './http-load.ts';
import { SOURCE } from './measure-pipeline.ts';
import type { MeasuredProduct } from './product.ts';
import { makeProducts } from './workload.ts';
import { zipf } from './zipf.ts';

const CONNECTIONS = 32;
const RATE_PER_SECOND = 1_000;
const CREDITS = 1_000_000_000;

export interface LookupRound {
  hitRate: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/** Look-ups of 10,000 products, the popular ones more often (Zipf), at 1,000 a second. */
export class LookupMeasurement {
  readonly #product: MeasuredProduct;
  readonly #api: Api;
  #target: Target | undefined;

  constructor(product: MeasuredProduct) {
    this.#product = product;
    this.#api = new Api(product.url, product.apiKey);
  }

  async prepare(products: number, warmUp: number): Promise<void> {
    const made = await this.#api.post<{ key: { key: string } }>('/v1/accounts', {
      name: 'searcher',
      credits: CREDITS,
    });
    const paths = makeProducts(SOURCE, products)
      .flat()
      .map((name) => `/v1/products/${productIdOf(OPERATOR_ACCOUNT_ID, SOURCE, name)}`);
    const draw = zipf(paths.length);
    const headers = { authorization: `Bearer ${made.key.key}` };
    this.#target = { url: this.#product.url, path: () => paths[draw()]!, headers };
    await closedLoop(this.#target, warmUp, CONNECTIONS);
  }

  /** The latency is that of all look-ups, also of those that had to be asked for. */
  async round(seconds: number): Promise<LookupRound> {
    const before = await this.#memory();
    const latency = await openLoop(this.#target!, RATE_PER_SECOND, seconds);
    const after = await this.#memory();
    const hits = after.hits - before.hits;
    return { hitRate: hits / (hits + after.misses - before.misses), ...latency };
  }

  close(): Promise<void> {
    return this.#api.close();
  }

  async #memory(): Promise<{ hits: number; misses: number }> {
    const { items } = await this.#api.get<{
      items: { kind: string; tier: string; hits: number; misses: number }[];
    }>('/v1/admin/caches');
    const found = items.find(({ kind, tier }) => kind === 'product' && tier === 'memory');
    return found ?? { hits: 0, misses: 0 };
  }
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Api } from './api.ts';
import type { MeasuredProduct } from './product.ts';
import { quantile } from './statistics.ts';
import { until } from './until.ts';
import { watchAll } from './watches.ts';
import { linesOf, makeProducts, PARTITIONS, PER_MESSAGE, postedLine } from './workload.ts';

const SOURCE = 'bench-latency';
/** Posts overlap: a product's next price comes four seconds later, so that none overtakes another. */
const PRODUCTS = 4_000;
/** Observations a second, unless another rate is measured. */
const RATE_PER_SECOND = 1_000;

export interface LatencyRound {
  alerts: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * From the 202 for a post to the webhook's request with the alert, while 1,000 observations a second (or another rate)
 * are posted in messages of 50, whether the product keeps up or not; one in a hundred raises an alert.
 */
export class LatencyMeasurement {
  readonly #product: MeasuredProduct;
  readonly #api: Api;
  readonly #products = makeProducts(SOURCE, PRODUCTS);
  readonly #startMs = Date.now() - 24 * 3_600_000;
  readonly #arrivals = new Map<string, number>();
  readonly #receiver: Server;
  readonly #ratePerSecond: number;
  #post = 0;

  constructor(product: MeasuredProduct, ratePerSecond = RATE_PER_SECOND) {
    this.#product = product;
    this.#ratePerSecond = ratePerSecond;
    this.#api = new Api(product.url, product.apiKey, 16);
    this.#receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.#arrived(Buffer.concat(chunks).toString());
        response.end();
      });
    });
  }

  /** First prices, a webhook, and a watch on each product. */
  async prepare(): Promise<void> {
    await new Promise<void>((ready) => this.#receiver.listen(0, '127.0.0.1', ready));
    const { port } = this.#receiver.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const channel = await this.#api.post<{ id: string }>('/v1/channels', { type: 'webhook', url });
    while (this.#post * PER_MESSAGE < PRODUCTS) await this.#postNext().accepted;
    await watchAll(this.#product, SOURCE, this.#products.flat(), PRODUCTS, { channel: channel.id });
  }

  async round(seconds: number): Promise<LatencyRound> {
    const accepted = new Map<string, number>();
    const posts: Promise<void>[] = [];
    const start = performance.now();
    const everyMs = (1_000 * PER_MESSAGE) / this.#ratePerSecond;
    for (let sent = 0; sent < (seconds * 1_000) / everyMs; sent += 1) {
      await delay(Math.max(0, start + sent * everyMs - performance.now()));
      const { alerts, accepted: answer } = this.#postNext();
      posts.push(answer.then((at) => alerts.forEach((alert) => accepted.set(alert, at))));
    }
    await Promise.all(posts);
    const alerts = [...accepted.keys()];
    await until('every webhook has come', async () => alerts.every((alert) => this.#arrivals.has(alert)));
    const latencies = alerts.map((alert) => this.#arrivals.get(alert)! - accepted.get(alert)!);
    return { alerts: alerts.length, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
  }

  async close(): Promise<void> {
    this.#receiver.closeAllConnections();
    await new Promise((closed) => this.#receiver.close(closed));
    await this.#api.close();
  }

  /** One message of one partition; partitions take turns. */
  #postNext(): { alerts: string[]; accepted: Promise<number> } {
    const post = this.#post++;
    const partition = post % PARTITIONS;
    const turn = Math.floor(post / PARTITIONS);
    const lines = linesOf(this.#products[partition]!, partition, turn, this.#startMs);
    const alerts = lines.filter(({ isAlert }) => isAlert).map(nameOf);
    return { alerts, accepted: this.#api.postLines(lines.map((line) => postedLine(SOURCE, line))) };
  }

  #arrived(text: string): void {
    const { data } = JSON.parse(text) as { data: { product: { product: string }; observedAt: string } };
    this.#arrivals.set(
      nameOf({ product: data.product.product, observedAt: data.observedAt }),
      performance.now(),
    );
  }
}

const nameOf = ({ product, observedAt }: { product: string; observedAt: string }): string =>
  `${product} ${Date.parse(observedAt)}`;

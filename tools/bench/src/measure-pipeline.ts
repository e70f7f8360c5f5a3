import { Api } from './api.ts';
import { meterCpu } from './cpu-meter.ts';
import { parseMicros } from './parse-cost.ts';
import type { MeasuredProduct } from './product.ts';
import { type Line, linesOf, makeProducts, PER_POST, postedLine } from './workload.ts';
import { until } from './until.ts';
import { fillHistory } from './history.ts';
import { watchAll } from './watches.ts';

export const SOURCE = 'bench';
const POSTS_AT_ONCE = 4;
const PAST_MS = 30 * 24 * 3_600_000;

export interface PipelineRound {
  observations: number;
  alerts: number;
  observationsPerSecond: number;
  cpuMicrosPerObservation: number;
  /** By process, in microseconds per observation. */
  cpuBy: Record<string, number>;
  /** The gateway's CPU for a line, and that of parsing the line as JSON. */
  perLineMicros: { gateway: number; parsing: number };
  othersShare: number;
}

/** Prices posted to the public API until they are scored and matched against watches on the same products. */
export class PipelineMeasurement {
  readonly #product: MeasuredProduct;
  readonly #source: string;
  readonly #api: Api;
  readonly #products: string[][];
  readonly #startMs = Date.now() - PAST_MS;
  #post = 0;
  #alerts = 0;
  /** Of all alerts when a round began. */
  #position = 0;
  #watches = 0;

  constructor(product: MeasuredProduct, products: number, source = SOURCE) {
    this.#product = product;
    this.#source = source;
    this.#api = new Api(product.url, product.apiKey);
    this.#products = makeProducts(source, products);
  }

  /** A first price of every product, and the watches. */
  async prepare(watches: number): Promise<void> {
    const products = this.#products.reduce((sum, { length }) => sum + length, 0);
    await this.#postAll(products / PER_POST, false);
    await until('every product is known and scored', () => this.#isScored(products), { everyMs: 200 });
    await this.watch(watches);
  }

  /** More watches on the same products, up to so many. */
  async watch(watches: number): Promise<void> {
    await watchAll(this.#product, this.#source, this.#products.flat(), watches, { made: this.#watches });
    this.#watches = watches;
  }

  /** So many points for each product before those that were posted. */
  fillHistory(points: number): Promise<void> {
    return fillHistory(this.#product, this.#source, points);
  }

  async round(observations: number): Promise<PipelineRound> {
    const parsing = parseMicros(this.#lines(this.#post, false).map((line) => postedLine(this.#source, line)));
    this.#position = await this.#lastPosition();
    const use = meterCpu(this.#product.pids);
    const alerts = await this.#postAll(observations / PER_POST, true);
    this.#alerts += alerts;
    await until(`alert ${this.#alerts}`, async () => (await this.#raised(alerts)) >= this.#alerts);
    const { byName, elapsedSeconds, totalSeconds, othersShare } = use();
    const micros = (seconds: number): number => (seconds * 1e6) / observations;
    const cpuBy = Object.fromEntries(
      Object.entries(byName).map(([name, seconds]) => [name, micros(seconds)]),
    );
    return {
      observations,
      alerts,
      observationsPerSecond: observations / elapsedSeconds,
      cpuMicrosPerObservation: micros(totalSeconds),
      cpuBy,
      perLineMicros: { gateway: cpuBy.gateway ?? Number.NaN, parsing },
      othersShare,
    };
  }

  /** @throws when another number of alerts was raised than the prices ask for */
  async check(): Promise<void> {
    const [row] = await this.#product.sql<{ alerts: number }>(
      'select count(*)::int as alerts from alerting.alert where source = $1',
      [this.#source],
    );
    if (row?.alerts !== this.#alerts) throw new Error(`${row?.alerts} alerts instead of ${this.#alerts}`);
  }

  close(): Promise<void> {
    return this.#api.close();
  }

  #lines(post: number, isClosing: boolean): Line[] {
    return this.#products.flatMap((names, partition) =>
      linesOf(names, partition, post, this.#startMs, isClosing),
    );
  }

  /** The closing post follows all others, so that its alerts come last. @returns how many alerts to expect */
  async #postAll(posts: number, closes: boolean): Promise<number> {
    const end = this.#post + posts;
    let alerts = 0;
    const postNext = async (): Promise<void> => {
      const post = this.#post++;
      const lines = this.#lines(post, closes && post === end - 1);
      alerts += lines.filter(({ isAlert }) => isAlert).length;
      await this.#api.postLines(lines.map((line) => postedLine(this.#source, line)));
    };
    const worker = async (): Promise<void> => {
      while (this.#post < end - 1) await postNext();
    };
    await Promise.all(Array.from({ length: POSTS_AT_ONCE }, worker));
    await postNext();
    return alerts;
  }

  /** Counts only once there may be enough, because asking must cost next to nothing. */
  async #raised(inThisRound: number): Promise<number> {
    const [row] = await this.#product.sql<{ raised: string }>(
      `select case when (select last_value from alerting.alert_position) < $2 then 0
         else (select count(*) from alerting.alert where source = $1) end as raised`,
      [this.#source, this.#position + inThisRound],
    );
    return Number(row?.raised ?? 0);
  }

  async #lastPosition(): Promise<number> {
    const [row] = await this.#product.sql<{ last: string }>(
      'select case when is_called then last_value else 0 end as last from alerting.alert_position',
    );
    return Number(row!.last);
  }

  async #isScored(products: number): Promise<boolean> {
    const [row] = await this.#product.sql<{ known: number }>(
      'select count(*)::int as known from alerting.product where source = $1',
      [this.#source],
    );
    return row?.known === products;
  }
}

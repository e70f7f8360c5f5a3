import { Api } from './api.ts';
import { meterCpu } from './cpu-meter.ts';
import { parseMicros } from './parse-cost.ts';
import type { MeasuredProduct } from './product.ts';
import { until } from './until.ts';
import { postedLine } from './workload.ts';

const SOURCE = 'bench-posting';
/** A feed as a shop sends it: 10,000 prices, some 2 MB. */
export const LINES_PER_POST = 10_000;
const PAST_MS = 20 * 24 * 3_600_000;

export interface PostingRound {
  lines: number;
  /** The gateway's CPU for a line, and that of parsing the line as JSON. */
  gatewayMicros: number;
  parsingMicros: number;
  othersShare: number;
}

/** Large posts: what a line costs the gateway, which cuts, sends on and answers but parses nothing. */
export class PostingMeasurement {
  readonly #product: MeasuredProduct;
  readonly #api: Api;
  readonly #startMs = Date.now() - PAST_MS;
  #post = 0;

  constructor(product: MeasuredProduct) {
    this.#product = product;
    this.#api = new Api(product.url, product.apiKey);
  }

  async round(posts: number): Promise<PostingRound> {
    const bodies = Array.from({ length: posts }, () => this.#lines());
    const parsingMicros = parseMicros(bodies[0]!.slice(0, 200));
    const use = meterCpu({ gateway: this.#product.pids.gateway! });
    for (const lines of bodies) await this.#api.postLines(lines);
    // The gateway also hears what became of the lines, to forget what it has kept: that is part of their cost.
    await this.#isScored();
    const { totalSeconds, othersShare } = use();
    const lines = posts * LINES_PER_POST;
    return { lines, gatewayMicros: (totalSeconds * 1e6) / lines, parsingMicros, othersShare };
  }

  close(): Promise<void> {
    return this.#api.close();
  }

  #lines(): string[] {
    const post = this.#post++;
    const observedAt = new Date(this.#startMs + post * 60_000).toISOString();
    return Array.from({ length: LINES_PER_POST }, (_, index) =>
      postedLine(SOURCE, { product: `f${index}`, price: '49.90', observedAt, isAlert: false }),
    );
  }

  /** What was posted must not be worked on while something else is measured. */
  #isScored(): Promise<void> {
    const expected = this.#post * LINES_PER_POST;
    return until(`${expected} points`, async () => {
      const [row] = await this.#product.sql<{ points: string }>(
        'select coalesce(sum(points), 0) as points from scoring.offer where source = $1',
        [SOURCE],
      );
      return Number(row?.points) >= expected;
    });
  }
}

import { countObservations, HistoryReader, PriceTimeline, priceStatistics } from '@souk/scoring/reading';
import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import type { HistoryData } from './history-data.ts';
import { PLAIN_HISTORY, PLAIN_LOWS, PLAIN_STATISTICS } from './history-sql.ts';
import type { HistorySettings } from './history-settings.ts';
import { median } from './statistics.ts';

const PRODUCTS_PER_GROUP = 100;
/** Reads before those that count: statements are prepared, code is compiled. */
const WARM_UP = 20;

/** Milliseconds of each read, of both layouts in turn. */
export interface Reads {
  plainMs: number[];
  chunksMs: number[];
}

export interface HistoryRound {
  history: Reads;
  lows: Reads;
  statistics: Reads;
  /** Reading the prices of all products, and how many observations they are. */
  scan: { ms: number; points: number };
}

/** Reads both layouts over one connection, as the service does: statements are prepared once. */
export class HistoryMeasurement {
  readonly #client: Client;
  readonly #data: HistoryData;
  readonly #reader = new HistoryReader();
  readonly #names = new Map<string, string>();

  constructor(client: Client, data: HistoryData) {
    this.#client = client;
    this.#data = data;
  }

  async round({ histories, groups }: HistorySettings): Promise<HistoryRound> {
    const history = await this.#compare(
      histories,
      () => this.#offers(1),
      (ids) => this.#query(PLAIN_HISTORY, [ids[0]]),
      (ids) => this.#reader.points(this.#tx, ids),
      (rows, [series]) => rows.length === series?.atMs.length,
    );
    const offers = () => this.#offers(PRODUCTS_PER_GROUP);
    return {
      history,
      lows: await this.#compare(
        groups,
        offers,
        (ids) => this.#query(PLAIN_LOWS, [ids]),
        (ids) => this.#lows(ids),
        (plain, chunks) => isDeepStrictEqual(new Map(plain.map(lowsRow)), new Map(chunks)),
      ),
      statistics: await this.#compare(
        groups,
        offers,
        (ids) => this.#query(PLAIN_STATISTICS, [ids]),
        (ids) => this.#statistics(ids),
        (plain, chunks) => isDeepStrictEqual(new Map(plain.map(statisticsRow)), new Map(chunks)),
      ),
      scan: await this.#scan(),
    };
  }

  /** Plain, chunks, plain, chunks on the same products. @throws when they do not tell the same */
  async #compare<Plain, Chunks>(
    reads: number,
    offers: () => string[],
    plain: (ids: string[]) => Promise<Plain>,
    chunks: (ids: string[]) => Promise<Chunks>,
    isSame: (plain: Plain, chunks: Chunks) => boolean,
  ): Promise<Reads> {
    const measured: Reads = { plainMs: [], chunksMs: [] };
    for (let read = -WARM_UP; read < reads; read += 1) {
      const ids = offers();
      const [plainMs, fromPlain] = await timed(() => plain(ids));
      const [chunksMs, fromChunks] = await timed(() => chunks(ids));
      if (!isSame(fromPlain, fromChunks))
        throw new Error(`rows and chunks of ${ids[0]} tell different things`);
      if (read < 0) continue;
      measured.plainMs.push(plainMs);
      measured.chunksMs.push(chunksMs);
    }
    return measured;
  }

  async #lows(ids: string[]): Promise<[string, number[]][]> {
    const found = await this.#reader.prices(this.#tx, ids);
    return found.map(({ offerId, priceMinor }) => {
      const sorted = priceMinor.toSorted();
      return [offerId, [sorted[0]!, sorted[Math.ceil(sorted.length / 10) - 1]!, priceMinor.at(-1)!]];
    });
  }

  async #statistics(ids: string[]): Promise<[string, unknown[]][]> {
    const found = await this.#reader.prices(this.#tx, ids);
    return found.flatMap(({ offerId, ...columns }) => {
      const timeline = new PriceTimeline();
      timeline.appendAll(columns);
      return priceStatistics(timeline, countObservations(columns.atMs)).map((one): [string, unknown[]] => [
        `${offerId} ${one.window}`,
        [
          ...[one.observations, one.lowMinor, one.highMinor],
          ...[one.p10Minor, one.p25Minor, one.medianMinor, one.p75Minor, one.p90Minor],
        ],
      ]);
    });
  }

  async #scan(): Promise<HistoryRound['scan']> {
    const { products, offerIdOf } = this.#data;
    const ids = Array.from({ length: products }, (_, place) => offerIdOf(place));
    let points = 0;
    const [ms] = await timed(async () => {
      for (let from = 0; from < products; from += 500) {
        const found = await this.#reader.prices(this.#tx, ids.slice(from, from + 500));
        for (const { atMs } of found) points += atMs.length;
      }
    });
    return { ms, points };
  }

  #offers(count: number): string[] {
    const { products, offerIdOf } = this.#data;
    const places = new Set<number>();
    while (places.size < Math.min(count, products)) places.add(Math.floor(Math.random() * products));
    return [...places].map(offerIdOf);
  }

  readonly #tx = {
    query: <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
      this.#query(text, values) as Promise<Row[]>,
  };

  async #query(text: string, values: unknown[]): Promise<Record<string, unknown>[]> {
    const name = this.#names.get(text) ?? `read-${this.#names.size}`;
    this.#names.set(text, name);
    const { rows } = await this.#client.query<Record<string, unknown>>({ name, text, values });
    return rows;
  }
}

const lowsRow = ({ offer_id: offerId, low, p10, last }: Record<string, unknown>): [unknown, number[]] => [
  offerId,
  [low, p10, last].map(Number),
];

const statisticsRow = ({ offer_id: offerId, name, ...row }: Record<string, unknown>): [string, unknown[]] => [
  `${String(offerId)} ${String(name)}`,
  [row.observations, row.low, row.high, row.p10, row.p25, row.median, row.p75, row.p90],
];

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

/** How many times faster chunks are read, by the middle read of each. */
export const timesFaster = ({ plainMs, chunksMs }: Reads): number => median(plainMs) / median(chunksMs);

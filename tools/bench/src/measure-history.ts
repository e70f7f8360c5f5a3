import { countObservations, HistoryReader, PriceTimeline, priceStatistics } from '@souk/scoring/reading';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import type { HistoryData } from './history-data.ts';
import { PLAIN_HISTORY, PLAIN_LOWS, PLAIN_STATISTICS } from './history-sql.ts';
import type { HistorySettings } from './history-settings.ts';
import { median, quantile } from './statistics.ts';

const PRODUCTS_PER_GROUP = 100;
/** Reads before those that count: statements are prepared, code is compiled. */
const WARM_UP = 20;
const READS_IN_A_ROW = 10;

/** One read: how long it took, and the processor's time that this process and the database's spent on it. */
export interface Read {
  ms: number;
  cpuMs: number;
}

/** Reads of both layouts in turn. */
export interface Reads {
  plain: Read[];
  chunks: Read[];
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
  readonly #serverPid: number;
  readonly #names = new Map<string, string>();

  private constructor(client: Client, data: HistoryData, serverPid: number) {
    this.#client = client;
    this.#data = data;
    this.#serverPid = serverPid;
  }

  /** @param client of a database on this machine */
  static async over(client: Client, data: HistoryData): Promise<HistoryMeasurement> {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return new HistoryMeasurement(client, data, rows[0]!.pid);
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

  /**
   * Plain, chunks, plain, chunks on the same products, some reads in a row: the collector and the caches of a
   * processor clear up after one layout while the other one reads, and most of a layout's reads follow its own.
   * @throws when they do not tell the same
   */
  async #compare<Plain, Chunks>(
    reads: number,
    offers: () => string[],
    plain: (ids: string[]) => Promise<Plain>,
    chunks: (ids: string[]) => Promise<Chunks>,
    isSame: (plain: Plain, chunks: Chunks) => boolean,
  ): Promise<Reads> {
    const measured: Reads = { plain: [], chunks: [] };
    for (let read = -WARM_UP; read < reads; read += READS_IN_A_ROW) {
      const turn = Array.from({ length: READS_IN_A_ROW }, offers);
      const fromPlain = await this.#inTurn(turn, plain);
      const fromChunks = await this.#inTurn(turn, chunks);
      turn.forEach((ids, place) => {
        if (!isSame(fromPlain[place]!.result, fromChunks[place]!.result))
          throw new Error(`rows and chunks of ${ids[0]} tell different things`);
      });
      if (read < 0) continue;
      measured.plain.push(...fromPlain.map(({ took }) => took));
      measured.chunks.push(...fromChunks.map(({ took }) => took));
    }
    return measured;
  }

  async #inTurn<T>(
    turn: readonly string[][],
    read: (ids: string[]) => Promise<T>,
  ): Promise<{ took: Read; result: T }[]> {
    const done: { took: Read; result: T }[] = [];
    for (const ids of turn) {
      const [took, result] = await this.#timed(() => read(ids));
      done.push({ took, result });
    }
    return done;
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
    const [{ ms }] = await this.#timed(async () => {
      for (let from = 0; from < products; from += 500) {
        const found = await this.#reader.prices(this.#tx, ids.slice(from, from + 500));
        for (const { atMs } of found) points += atMs.length;
      }
    });
    return { ms, points };
  }

  /** What the database's process has spent is looked up outside of what is measured of this one. */
  async #timed<T>(work: () => Promise<T>): Promise<[Read, T]> {
    const serverBefore = this.#serverCpuMs();
    const [began, before] = [performance.now(), process.cpuUsage()];
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    const ms = performance.now() - began;
    return [{ ms, cpuMs: (user + system) / 1_000 + this.#serverCpuMs() - serverBefore }, result];
  }

  /** Spent so far by the process of the database that answers this one; Linux counts nanoseconds. */
  #serverCpuMs(): number {
    const [nanoseconds] = readFileSync(`/proc/${this.#serverPid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1_000_000;
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

/** What is compared: processor time, since on a busy machine most of a read is waiting for a processor. */
export const cpuOf = (reads: readonly Read[]): number => median(reads.map(({ cpuMs }) => cpuMs));

/** The read that a tenth of all are faster than, by the clock. */
export const undisturbed = (reads: readonly Read[]): number =>
  quantile(
    reads.map(({ ms }) => ms),
    0.1,
  );

/** How many times less time chunks take than rows. */
export const timesFaster = ({ plain, chunks }: Reads): number => cpuOf(plain) / cpuOf(chunks);

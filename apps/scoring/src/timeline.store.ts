import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { HistoryReader } from './chunks/history-reader.ts';
import { PriceTimeline } from './price-timeline.ts';

/** Offers and observations read by one statement; bounds what one answer of the database may take in memory. */
const OFFERS_AT_ONCE = 1_000;
const OBSERVATIONS_AT_ONCE = 300_000;

export interface LoadedTimeline {
  offerId: string;
  currency: string;
  timeline: PriceTimeline;
  /** Times of all observations in Unix milliseconds, from old to new. */
  atMs: Float64Array;
}

/** An offer whose timelines are wanted, and how many observations it has. */
export interface WantedTimelines {
  offerId: string;
  points: number;
}

/** Reads histories as runs of unchanged prices, complete however long they are. */
@Injectable()
export class TimelineStore {
  constructor(private readonly reader: HistoryReader) {}

  /**
   * What `load` loads, as the last thing of a transaction: where one statement will do it is not waited for, and leaves
   * with the commit. To be looked at once the transaction is over, which throws what the statement throws.
   */
  async begin(tx: Tx, wanted: readonly WantedTimelines[]): Promise<{ loaded: Promise<LoadedTimeline[]> }> {
    const loaded = this.load(tx, wanted);
    loaded.catch(() => undefined);
    if ([...slices(wanted)].length > 1) await loaded;
    return { loaded };
  }

  /** One for each currency of these offers. */
  async load(tx: Tx, wanted: readonly WantedTimelines[]): Promise<LoadedTimeline[]> {
    const loaded: LoadedTimeline[] = [];
    for (const slice of slices(wanted)) {
      const found = await this.reader.prices(
        tx,
        slice.map(({ offerId }) => offerId),
      );
      for (const { offerId, currency, ...columns } of found) {
        const timeline = new PriceTimeline();
        timeline.appendAll(columns);
        loaded.push({ offerId, currency, timeline, atMs: columns.atMs });
      }
    }
    return loaded;
  }
}

function* slices(wanted: readonly WantedTimelines[]): Generator<WantedTimelines[]> {
  let slice: WantedTimelines[] = [];
  let observations = 0;
  for (const one of wanted) {
    if (
      slice.length === OFFERS_AT_ONCE ||
      (slice.length > 0 && observations + one.points > OBSERVATIONS_AT_ONCE)
    ) {
      yield slice;
      slice = [];
      observations = 0;
    }
    slice.push(one);
    observations += one.points;
  }
  if (slice.length > 0) yield slice;
}

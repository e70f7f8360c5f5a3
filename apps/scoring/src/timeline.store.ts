import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import { PriceTimeline } from './price-timeline.ts';

/** Observations of an offer that are read at most: every ten minutes for 400 days. Older ones are summed up. */
const OBSERVATIONS_READ = 60_000;
/** Offers read by one statement; bounds what one answer of the database may take in memory. */
const OFFERS_AT_ONCE = 1_000;

export interface LoadedTimeline {
  offerId: string;
  currency: string;
  timeline: PriceTimeline;
}

/** An offer whose timelines are wanted, and how many observations it has. */
export interface WantedTimelines {
  offerId: string;
  points: number;
}

/** Reads histories run by run: unchanged prices in a row leave the database as two points. */
@Injectable()
export class TimelineStore {
  /** All timelines of these offers; with a limit of Infinity complete ones, however long. */
  async load(
    tx: Tx,
    wanted: readonly WantedTimelines[],
    observationLimit = OBSERVATIONS_READ,
  ): Promise<LoadedTimeline[]> {
    const loaded: LoadedTimeline[] = [];
    for (let from = 0; from < wanted.length; from += OFFERS_AT_ONCE) {
      const rows = await this.edges(tx, wanted.slice(from, from + OFFERS_AT_ONCE), observationLimit);
      loaded.push(...rows.map(timelineOf));
    }
    const long = wanted.filter(({ points }) => points > observationLimit);
    return long.length === 0 ? loaded : this.withOlder(tx, loaded, long, observationLimit);
  }

  /**
   * For each offer and currency the first and the last observation of every run, as `ms price availability`. Offer
   * by offer, so that what has to be sorted stays small.
   */
  private edges(tx: Tx, wanted: readonly WantedTimelines[], observationLimit: number): Promise<EdgesRow[]> {
    return tx.query<EdgesRow>(
      `select wanted.offer_id, timeline.* from unnest($1::uuid[]) as wanted(offer_id)
       cross join lateral (
         select currency, count(*) as observations,
           string_agg(concat_ws(' ', (extract(epoch from observed_at) * 1000)::bigint, price_minor, availability), ','
             order by observed_at) filter (where is_edge) as edges
         from (
           select *,
             (price_minor, availability) is distinct from (lag(price_minor) over run, lag(availability) over run)
             or (price_minor, availability) is distinct from (lead(price_minor) over run, lead(availability) over run)
             as is_edge
           from (
             select currency, observed_at, price_minor, availability from price_point
             where price_point.offer_id = wanted.offer_id order by observed_at desc limit $2
           ) as newest
           window run as (partition by currency order by observed_at)
         ) as compared
         group by currency
       ) as timeline`,
      [
        plainArray(wanted, ({ offerId }) => offerId),
        Number.isFinite(observationLimit) ? observationLimit : null,
      ],
    );
  }

  /**
   * Adds the sums of what lies before the observations read. An offer with a currency that has none among them is
   * read completely: nobody would know its last price.
   */
  private async withOlder(
    tx: Tx,
    loaded: LoadedTimeline[],
    long: readonly WantedTimelines[],
    observationLimit: number,
  ): Promise<LoadedTimeline[]> {
    const byName = new Map(loaded.map((one) => [`${one.offerId} ${one.currency}`, one.timeline]));
    const incomplete = new Set<string>();
    for (const row of await this.older(tx, long, observationLimit)) {
      const timeline = byName.get(`${row.offer_id} ${row.currency}`);
      if (!timeline) incomplete.add(row.offer_id);
      else {
        timeline.addOlder({
          observations: row.observations,
          lowMinor: row.low_minor,
          highMinor: row.high_minor,
          firstMs: row.first_ms,
        });
      }
    }
    if (incomplete.size === 0) return loaded;
    const anew = long.filter(({ offerId }) => incomplete.has(offerId));
    return [
      ...loaded.filter(({ offerId }) => !incomplete.has(offerId)),
      ...(await this.load(tx, anew, Infinity)),
    ];
  }

  private older(tx: Tx, long: readonly WantedTimelines[], observationLimit: number): Promise<OlderRow[]> {
    return tx.query<OlderRow>(
      `select older.offer_id, older.currency, count(*) as observations, min(older.price_minor) as low_minor,
         max(older.price_minor) as high_minor, (extract(epoch from min(older.observed_at)) * 1000)::bigint as first_ms
       from unnest($1::uuid[]) as wanted(offer_id)
       cross join lateral (
         select offer_id, currency, observed_at, price_minor from price_point
         where price_point.offer_id = wanted.offer_id order by observed_at desc offset $2
       ) as older
       group by older.offer_id, older.currency`,
      [plainArray(long, ({ offerId }) => offerId), observationLimit],
    );
  }
}

function timelineOf(row: EdgesRow): LoadedTimeline {
  const timeline = new PriceTimeline();
  for (const edge of row.edges.split(',')) {
    const [atMs, priceMinor, availability] = edge.split(' ');
    timeline.append(Number(atMs), { priceMinor: Number(priceMinor), availability: Number(availability) });
  }
  timeline.observations = row.observations;
  return { offerId: row.offer_id, currency: row.currency, timeline };
}

interface EdgesRow {
  offer_id: string;
  currency: string;
  observations: number;
  edges: string;
}

interface OlderRow {
  offer_id: string;
  currency: string;
  observations: number;
  low_minor: number;
  high_minor: number;
  first_ms: number;
}

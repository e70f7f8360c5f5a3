import type { PriceBucket } from '@souk/contracts';
import type { PointColumns } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';
import { weightedQuantiles } from '../weighted-quantiles.ts';
import { availabilityOf } from './available.ts';
import { heldUntilMs } from './held-prices.ts';

/** The Unix epoch was a Thursday; weeks begin on Mondays (ISO 8601). */
const FIRST_MONDAY_MS = 4 * DAY_MS;

type Resolution = 'day' | 'week';

const stepOf = (resolution: Resolution): number => (resolution === 'day' ? DAY_MS : 7 * DAY_MS);

export const bucketStart = (atMs: number, resolution: Resolution): number => {
  const offsetMs = resolution === 'day' ? 0 : FIRST_MONDAY_MS;
  const stepMs = stepOf(resolution);
  return Math.floor((atMs - offsetMs) / stepMs) * stepMs + offsetMs;
};

interface Bucket {
  prices: number[];
  /** Milliseconds that each price was in force within the bucket. */
  weights: number[];
  observations: number;
  imported: number;
  /** Stated with the price that it closes with; NaN where none was. */
  listPriceMinor: number;
  knownMs: number;
  availableMs: number;
  /** Of observations, where none was in force for any time. */
  known: number;
  available: number;
}

/**
 * Days or weeks from the first observation to the last one of a window, without a hole: what nobody knows is there
 * as a gap. Between two observations that lie no more than `silenceMs` apart the first price is in force.
 */
export function priceBuckets(
  columns: PointColumns,
  resolution: Resolution,
  silenceMs: number,
  isImported: (provenance: number) => boolean,
): PriceBucket[] {
  const stepMs = stepOf(resolution);
  const buckets = new Map<number, Bucket>();
  const bucketAt = (startMs: number): Bucket => {
    let bucket = buckets.get(startMs);
    if (!bucket) buckets.set(startMs, (bucket = emptyBucket()));
    return bucket;
  };
  const { atMs } = columns;
  for (let index = 0; index < atMs.length; index += 1) {
    const fromMs = atMs[index]!;
    const toMs = heldUntilMs(columns, index, silenceMs);
    observe(bucketAt(bucketStart(fromMs, resolution)), columns, index, isImported);
    for (let startMs = bucketStart(fromMs, resolution); startMs < toMs; startMs += stepMs) {
      const heldMs = Math.min(toMs, startMs + stepMs) - Math.max(fromMs, startMs);
      hold(bucketAt(startMs), columns, index, heldMs);
    }
  }
  if (atMs.length === 0) return [];
  const firstMs = bucketStart(atMs[0]!, resolution);
  const count = (bucketStart(atMs.at(-1)!, resolution) - firstMs) / stepMs + 1;
  return Array.from({ length: count }, (_, place) => {
    const startMs = firstMs + place * stepMs;
    return toldBucket(startMs, buckets.get(startMs));
  });
}

const emptyBucket = (): Bucket => ({
  prices: [],
  weights: [],
  observations: 0,
  imported: 0,
  listPriceMinor: NaN,
  knownMs: 0,
  availableMs: 0,
  known: 0,
  available: 0,
});

function observe(
  bucket: Bucket,
  { priceMinor, availability, provenance, listPriceMinor }: PointColumns,
  index: number,
  isImported: (provenance: number) => boolean,
): void {
  const available = availabilityOf(availability[index]!);
  bucket.observations += 1;
  bucket.imported += isImported(provenance[index]!) ? 1 : 0;
  bucket.known += available === null ? 0 : 1;
  bucket.available += available ? 1 : 0;
  bucket.prices.push(priceMinor[index]!);
  bucket.weights.push(0);
  bucket.listPriceMinor = listPriceMinor[index]!;
}

function hold(bucket: Bucket, columns: PointColumns, index: number, heldMs: number): void {
  const available = availabilityOf(columns.availability[index]!);
  bucket.prices.push(columns.priceMinor[index]!);
  bucket.weights.push(heldMs);
  if (available !== null) bucket.knownMs += heldMs;
  if (available) bucket.availableMs += heldMs;
  bucket.listPriceMinor = columns.listPriceMinor[index]!;
}

function toldBucket(startMs: number, bucket: Bucket | undefined): PriceBucket {
  const startsAt = new Date(startMs).toISOString();
  if (!bucket) return { ...GAP, startsAt };
  const { prices, observations, imported, listPriceMinor } = bucket;
  const isHeld = bucket.weights.some((weight) => weight > 0);
  const weights = isHeld ? bucket.weights : prices.map(() => 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [median] = weightedQuantiles(prices, weights, [50]);
  return {
    startsAt,
    kind: observations > 0 ? 'observed' : 'carried',
    observations,
    lowMinor: Math.min(...prices),
    highMinor: Math.max(...prices),
    closeMinor: prices.at(-1)!,
    meanMinor: Math.round(prices.reduce((sum, price, index) => sum + price * (weights[index]! / total), 0)),
    medianMinor: median!,
    listPriceMinor: Number.isNaN(listPriceMinor) ? null : listPriceMinor,
    availableShare: shareOf(bucket),
    isImported: observations > 0 && imported === observations,
  };
}

function shareOf({ knownMs, availableMs, known, available }: Bucket): number | null {
  if (knownMs > 0) return Math.round((availableMs / knownMs) * 1_000) / 1_000;
  return known > 0 ? Math.round((available / known) * 1_000) / 1_000 : null;
}

const GAP = {
  kind: 'gap',
  observations: 0,
  lowMinor: null,
  highMinor: null,
  closeMinor: null,
  meanMinor: null,
  medianMinor: null,
  listPriceMinor: null,
  availableShare: null,
  isImported: false,
} as const;

import type { PriceBucket, PricePoint, PriceSeries } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { csvRow } from '../http/csv.ts';
import type { HistoryPage, PriceSeriesView } from './history.schemas.ts';

type PointView = HistoryPage['points'][number];

/** Members that are not known are left out. */
export function pointView(point: PricePoint): HistoryPage['points'][number] {
  const { observedAt, currency, listPriceMinor, availability, seller, condition, origin, offerId, traceId } =
    point;
  const { gapSince, source, collectedAt, fetchId, adapterVersion } = point;
  return {
    observedAt,
    ...(gapSince !== undefined && { gapSince }),
    price: formatAmount(point.priceMinor, currency),
    currency,
    ...(listPriceMinor !== null && { listPrice: formatAmount(listPriceMinor, currency) }),
    ...(availability !== null && { availability }),
    ...(seller !== null && { seller }),
    ...(condition !== null && { condition }),
    origin,
    ...(source !== undefined && { source }),
    ...(collectedAt !== undefined && { collectedAt }),
    ...(fetchId !== undefined && { fetchId }),
    ...(adapterVersion !== undefined && { adapterVersion }),
    offerId,
    traceId,
  };
}

/** In the order of the columns below. */
const POINT_COLUMNS = [
  'observedAt',
  'price',
  'currency',
  'listPrice',
  'availability',
  'seller',
  'condition',
  'origin',
  'source',
  'collectedAt',
  'fetchId',
  'adapterVersion',
  'offerId',
  'traceId',
  'gapSince',
] as const satisfies (keyof PointView)[];

export const POINTS_HEADER = csvRow(POINT_COLUMNS);

export function pointRow(point: PricePoint): string {
  const view = pointView(point);
  return csvRow(POINT_COLUMNS.map((column) => view[column]));
}

type SeriesView = PriceSeriesView['series'][number];
type BucketView = SeriesView['points'][number];

export const seriesView = ({ longestSilenceMs, buckets, currency, ...series }: PriceSeries): SeriesView => ({
  ...series,
  currency,
  longestSilenceSeconds: Math.round(longestSilenceMs / 1_000),
  points: buckets.map((bucket) => bucketView(bucket, currency)),
});

function bucketView(bucket: PriceBucket, currency: string): BucketView {
  const { lowMinor, highMinor, closeMinor, meanMinor, medianMinor, listPriceMinor, ...rest } = bucket;
  const amount = (minor: number | null): string | null =>
    minor === null ? null : formatAmount(minor, currency);
  return {
    ...rest,
    low: amount(lowMinor),
    high: amount(highMinor),
    close: amount(closeMinor),
    mean: amount(meanMinor),
    median: amount(medianMinor),
    listPrice: amount(listPriceMinor),
  };
}

const BUCKET_COLUMNS = [
  'startsAt',
  'kind',
  'low',
  'high',
  'close',
  'mean',
  'median',
  'listPrice',
  'availableShare',
  'observations',
  'isImported',
] as const satisfies (keyof BucketView)[];

export const SERIES_HEADER = csvRow([...BUCKET_COLUMNS, 'currency', 'offerId', 'seller', 'condition']);

export function seriesRows(series: PriceSeries): string[] {
  const { points, currency, offerId, seller, condition } = seriesView(series);
  return points.map((point) =>
    csvRow([...BUCKET_COLUMNS.map((column) => point[column]), currency, offerId, seller, condition]),
  );
}

import type { AccountName, Line, PlannedWatch } from './workload.ts';

/** What one lane had accepted, in this order; the last request may be unresolved. */
export interface Accepted extends Line {
  account: AccountName;
  /** Its request had an attempt of unknown outcome and was repeated. */
  wasRepeated: boolean;
  /** Nobody knows whether it was accepted: its effects may be there or not. */
  isOptional: boolean;
}

export interface ExpectedPoint {
  priceMinor: number;
  wasRepeated: boolean;
  isOptional: boolean;
}

export interface ModelWatch extends PlannedWatch {
  id: string;
}

export interface Expected {
  /** By `pointKey`. */
  points: Map<string, ExpectedPoint>;
  /** By `alertKey`. */
  alerts: Map<string, { watchId: string; priceMinor: number; wasRepeated: boolean; isOptional: boolean }>;
}

export const pointKey = (product: string, observedAt: string): string => `${product} ${observedAt}`;
export const alertKey = (watchId: string, observedAt: string): string => `${watchId} ${observedAt}`;

/** Whether a price, compared with the one before it by time, lets a watch speak: once for each crossing. */
export function speaks(watch: PlannedWatch, previousMinor: number | undefined, priceMinor: number): boolean {
  const { dropPercent, priceBelowMinor } = watch;
  const wasAbove = previousMinor === undefined || previousMinor >= (priceBelowMinor ?? 0);
  const isBelow = priceBelowMinor !== undefined && priceMinor < priceBelowMinor && wasAbove;
  const hasDropped =
    dropPercent !== undefined &&
    previousMinor !== undefined &&
    previousMinor > priceMinor &&
    (previousMinor - priceMinor) * 100 >= dropPercent * previousMinor;
  return isBelow || hasDropped;
}

/**
 * What must be stored and raised when these observations were accepted in this order. The first one for a
 * product and a time stays; one that is older than the newest is stored and raises nothing.
 */
export function expectedOf(accepted: Iterable<Accepted>, watches: readonly ModelWatch[]): Expected {
  const watchesOf = Map.groupBy(watches, (watch) => watch.product);
  const points: Expected['points'] = new Map();
  const alerts: Expected['alerts'] = new Map();
  const newest = new Map<string, { observedAt: string; priceMinor: number }>();
  for (const { product, observedAt, priceMinor, wasRepeated, isOptional } of accepted) {
    const key = pointKey(product, observedAt);
    if (points.has(key)) continue;
    points.set(key, { priceMinor, wasRepeated, isOptional });
    const previous = newest.get(product);
    if (previous && previous.observedAt > observedAt) continue;
    newest.set(product, { observedAt, priceMinor });
    for (const watch of watchesOf.get(product) ?? []) {
      if (!speaks(watch, previous?.priceMinor, priceMinor)) continue;
      const alert = { watchId: watch.id, priceMinor, wasRepeated, isOptional };
      alerts.set(alertKey(watch.id, observedAt), alert);
    }
  }
  return { points, alerts };
}

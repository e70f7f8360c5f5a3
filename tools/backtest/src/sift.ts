import { type PastReading, PastSifter } from '@souk/scoring/judging';
import type { Series } from './series.ts';

/** Why readings stayed out of the history, and how many waited until the next one agreed. */
export interface SetAside {
  farBelow: number;
  farAbove: number;
  otherCurrency: number;
  /** Another price was told for the same time. */
  conflict: number;
  /** Believed with the reading that confirmed them, which for the first of them was the next one. */
  confirmed: number;
}

interface Reading extends PastReading {
  series: number;
  index: number;
}

const COUNTED_AS = {
  below: 'farBelow',
  above: 'farAbove',
  currency: 'otherCurrency',
  conflict: 'conflict',
} as const;

/**
 * Leaves out the readings that the service would not have believed of a source that it fetches, and marks those that it
 * believed later. What a source told at the same time counts as one fetch. Nothing later than a reading's confirmation
 * decides about it.
 */
export function siftSeries(series: readonly Series[]): { series: Series[]; aside: SetAside } {
  const waited = new Map<Reading, keyof typeof COUNTED_AS>();
  const heardLate = new Set<Reading>();
  for (const readings of bySource(series).values()) {
    const sifter = new PastSifter<Reading>();
    for (let from = 0, to = 0; from < readings.length; from = to) {
      const { atMs } = readings[from]!;
      while (to < readings.length && readings[to]!.atMs === atMs) to += 1;
      const { waiting, late } = sifter.hear(String(atMs), readings.slice(from, to));
      for (const { reading, why } of waiting) waited.set(reading, why);
      for (const reading of late) heardLate.add(reading);
    }
  }
  const aside: SetAside = { farBelow: 0, farAbove: 0, otherCurrency: 0, conflict: 0, confirmed: 0 };
  const changed = new Map<number, Map<number, Reading>>();
  for (const [reading, why] of waited) {
    aside[heardLate.has(reading) ? 'confirmed' : COUNTED_AS[why]] += 1;
    const ofSeries = changed.get(reading.series) ?? new Map<number, Reading>();
    changed.set(reading.series, ofSeries.set(reading.index, reading));
  }
  const sifted = series.map((one, at) => {
    const ofSeries = changed.get(at);
    if (!ofSeries) return one;
    const observed = one.observed.flatMap((point, index) => {
      const reading = ofSeries.get(index);
      if (!reading) return [point];
      return heardLate.has(reading) ? [{ ...point, heardLate: true as const }] : [];
    });
    return { ...one, observed };
  });
  return { series: sifted.filter(({ observed }) => observed.length > 0), aside };
}

/** All readings of each source, old to new. */
function bySource(series: readonly Series[]): Map<string, Reading[]> {
  const sources = new Map<string, Reading[]>();
  for (const [at, { source, offer, currency, observed }] of series.entries()) {
    let readings = sources.get(source);
    if (!readings) sources.set(source, (readings = []));
    for (const [index, { atMs, priceMinor }] of observed.entries())
      readings.push({ offer, currency, atMs, priceMinor, series: at, index });
  }
  for (const readings of sources.values()) readings.sort((one, other) => one.atMs - other.atMs);
  return sources;
}

/** What was left out of a history and why, for its readers. */
export function setAsideSentence(aside: SetAside | undefined): string {
  if (!aside) return 'All readings were taken as they stand.';
  const { farBelow, farAbove, otherCurrency, conflict, confirmed } = aside;
  const count = (number: number): string => number.toLocaleString('en-US');
  const readings = (number: number): string => `${count(number)} ${number === 1 ? 'reading' : 'readings'}`;
  const reasons = [
    [farBelow, 'far below what was known'],
    [farAbove, 'far above'],
    [otherCurrency, 'in another currency'],
    [conflict, 'another price for the same time'],
  ] as const;
  const told = reasons.flatMap(([number, why]) => (number === 0 ? [] : [`${count(number)} ${why}`]));
  const why = told.length === 0 ? '' : ` (${told.join(', ')})`;
  const out = farBelow + farAbove + otherCurrency + conflict;
  return `Set aside as never confirmed: ${readings(out)}${why}. Heard only with a later reading that agreed: ${readings(confirmed)}.`;
}

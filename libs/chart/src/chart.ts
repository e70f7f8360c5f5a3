import type { Reader } from './words.ts';

/** What can be drawn. Times in milliseconds since 1970; prices in minor units; everything can be cloned to a thread. */

/** A price, in force from its time until the next point, the next gap or the end of the chart. */
export interface ChartPoint {
  atMs: number;
  priceMinor: number;
  listPriceMinor?: number | null;
  /** False while it was out of stock; unknown counts as available. */
  isAvailable?: boolean | null;
  /** It came from elsewhere, not from an observation of this system. */
  isImported?: boolean;
}

export interface Span {
  fromMs: number;
  toMs: number;
}

interface Sized {
  /** Drawn to be read on a phone: 900 by 500 unless given. */
  width?: number;
  height?: number;
  /** Left out where the font cannot draw it, since boxes say nothing: repeat it in the text beside the picture. */
  title?: string;
  /** For whom it is written: English, with the days of UTC, unless given. */
  reader?: Reader;
}

export interface PriceChart extends Sized {
  kind: 'price';
  /** ISO 4217 code of all prices. */
  currency: string;
  /** Oldest first. */
  points: readonly ChartPoint[];
  /** When nobody looked: the line is broken there. */
  gaps?: readonly Span[];
  /** Where the chart ends and until when the last price is in force; the last point unless given. */
  toMs?: number;
  /** The lowest price ever, also when it lies before the chart. */
  lowest?: { priceMinor: number; atMs: number };
  /**
   * Prices of the year before the newest one, or of so many `days` where no more are known: median and the band that half
   * of the time lies in. It is labelled so.
   */
  usual?: { medianMinor: number; lowMinor: number; highMinor: number; days?: number | undefined };
}

/** A line of an index, 100 at its beginning; a null breaks the line. */
export interface IndexChart extends Sized {
  kind: 'index';
  points: readonly { atMs: number; value: number | null }[];
}

/** Horizontal bars, the first on top. */
export interface BarChart extends Sized {
  kind: 'bars';
  bars: readonly {
    label: string;
    value: number;
    /** Shown behind the bar instead of the value. */ text?: string;
  }[];
}

/** Prices without axes, for a card or a line of a table. */
export interface Sparkline {
  kind: 'sparkline';
  points: readonly ChartPoint[];
  gaps?: readonly Span[];
  toMs?: number;
  width?: number;
  height?: number;
}

export type Chart = PriceChart | IndexChart | BarChart | Sparkline;

export const WIDTH = 900;
export const HEIGHT = 500;

/** What stands in a chart beside its figures, in English. `{day}`, `{days}` and `{change}` stand for values. */
export const CHART_WORDS = {
  now: 'now',
  lastSeen: 'when last seen, {day}',
  soldOut: 'at last, out of stock',
  lastSeenSoldOut: 'out of stock when last seen, {day}',
  noPrice: 'No price to show',
  // Of a year: what is usual on cards and in deal answers is the median of 90 days, and may be another price.
  median: '1-year median',
  usualRange: '1-year usual range',
  medianOfDays: '{days}-day median',
  usualRangeOfDays: '{days}-day usual range',
  lowest: 'lowest',
  onDay: 'on {day}',
  price: 'price',
  imported: 'price, imported',
  listPrice: 'list price',
  lowestEver: 'lowest ever',
  outOfStock: 'out of stock',
  notObserved: 'not observed',
  index: '({change} % since the beginning, which is 100)',
  noIndex: 'Too little is known for an index',
} as const;

/** The same in another language. */
export type ChartWords = Readonly<Record<keyof typeof CHART_WORDS, string>>;

/** Who looks at a chart. */
export interface Reader {
  /** BCP 47: how numbers, amounts and dates are written. */
  locale: string;
  /** IANA name: which days and hours are told. */
  timeZone: string;
  words: ChartWords;
}

export const ENGLISH: Reader = { locale: 'en', timeZone: 'UTC', words: CHART_WORDS };

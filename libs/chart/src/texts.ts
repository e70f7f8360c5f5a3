import { metricsOf, type Weight } from './font.ts';

/** Signs that decorate a title and are no part of its words; variation selectors and joiners go with them. */
const DECORATION = /\p{Emoji_Presentation}|\p{Emoji_Modifier}|\u{FE0F}|\u{200D}/gu;

/**
 * The title as it can be drawn on one line; empty where the font lacks a character of its words (Chinese, Japanese,
 * Korean, the scripts of India, Thai), since boxes say less than nothing.
 */
export function drawableTitle(title: string | undefined, fontSize: number, width: number): string {
  const words = (title ?? '').replaceAll(DECORATION, '').replaceAll(/\s+/g, ' ').trim();
  if (words === '' || !metricsOf('bold').canDraw(words)) return '';
  return fitted(words, fontSize, width, 'bold');
}

/** Cut at its end, with an ellipsis, to fit the width. */
export function fitted(text: string, fontSize: number, width: number, weight: Weight): string {
  const metrics = metricsOf(weight);
  if (metrics.widthOf(text, fontSize) <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && metrics.widthOf(`${characters.join('')}…`, fontSize) > width)
    characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** Writes amounts of one currency, as exact as its minor unit or, for axes, as short as the number allows. */
export class MoneyText {
  private readonly exact: Intl.NumberFormat;
  private readonly short: Intl.NumberFormat;
  private readonly scale: number;
  private readonly options: Intl.NumberFormatOptions;

  constructor(currency: string, decimals: number) {
    const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
    this.scale = 10 ** decimals;
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    this.options = options;
    this.exact = new Intl.NumberFormat('en', { ...options, ...digits });
    const atMost = { minimumFractionDigits: 0, maximumFractionDigits: 2 };
    this.short = new Intl.NumberFormat('en', { ...options, ...atMost, notation: 'compact' });
  }

  of(minor: number): string {
    return this.drawable(this.exact.format(minor / this.scale));
  }

  /** On an axis, whose ticks are round numbers; `99.5` keeps two decimals where others have some. */
  tick(minor: number, stepMinor: number): string {
    const amount = minor / this.scale;
    const step = stepMinor / this.scale;
    if (Math.abs(amount) >= 10_000) return this.drawable(this.short.format(amount));
    const digits = step % 1 === 0 ? 0 : Math.max(2, Math.ceil(-Math.log10(step)));
    const text = new Intl.NumberFormat('en', {
      ...this.options,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return this.drawable(text.format(amount));
  }

  /** A sign that the font lacks gives way to the currency's code. */
  private drawable(text: string): string {
    if (metricsOf('normal').canDraw(text)) return text;
    const { currency } = this.exact.resolvedOptions();
    return `${currency} ${text.replaceAll(/[^\d.,KMBT-]/g, '')}`;
  }
}

const DAY_MS = 86_400_000;

const formatOf = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
const DAY = formatOf({ day: 'numeric', month: 'short', year: 'numeric' });
const DAY_OF_YEAR = formatOf({ day: 'numeric', month: 'short' });
const MONTH = formatOf({ month: 'short', year: 'numeric' });
const YEAR = formatOf({ year: 'numeric' });
const HOUR = formatOf({ hour: '2-digit', minute: '2-digit' });

export const dayText = (atMs: number): string => DAY.format(atMs);

/** A time on an axis whose ticks lie so far apart. */
export function tickText(atMs: number, stepMs: number): string {
  if (stepMs < DAY_MS) return HOUR.format(atMs);
  if (stepMs < 27 * DAY_MS) return DAY_OF_YEAR.format(atMs);
  if (stepMs < 360 * DAY_MS) return MONTH.format(atMs);
  return YEAR.format(atMs);
}

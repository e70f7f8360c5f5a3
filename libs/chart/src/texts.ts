import { metricsOf, type Weight } from './font.ts';
import type { Reader } from './words.ts';

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
  private readonly locale: string;

  constructor(currency: string, decimals: number, locale: string) {
    const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
    this.scale = 10 ** decimals;
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    this.options = options;
    this.locale = locale;
    this.exact = new Intl.NumberFormat(locale, { ...options, ...digits });
    const atMost = { minimumFractionDigits: 0, maximumFractionDigits: 2 };
    this.short = new Intl.NumberFormat(locale, { ...options, ...atMost, notation: 'compact' });
  }

  of(minor: number): string {
    return this.drawable(this.exact, minor / this.scale);
  }

  /** On an axis, whose ticks are round numbers; `99.5` keeps two decimals where others have some. */
  tick(minor: number, stepMinor: number): string {
    const amount = minor / this.scale;
    const step = stepMinor / this.scale;
    if (Math.abs(amount) >= 10_000) return this.drawable(this.short, amount);
    const digits = step % 1 === 0 ? 0 : Math.max(2, Math.ceil(-Math.log10(step)));
    const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return this.drawable(new Intl.NumberFormat(this.locale, { ...this.options, ...exact }), amount);
  }

  /** A sign that the font lacks gives way to the currency's code. */
  private drawable(format: Intl.NumberFormat, amount: number): string {
    const text = format.format(amount);
    if (metricsOf('normal').canDraw(text)) return text;
    const parts = format.formatToParts(amount).filter(({ type }) => type !== 'currency');
    const number = parts.map(({ value }) => value).join('');
    return `${format.resolvedOptions().currency} ${number.trim()}`;
  }
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Writes times as one reader's calendar has them. */
export class TimeText {
  private readonly locale: string;
  readonly timeZone: string;

  constructor({ locale, timeZone }: Pick<Reader, 'locale' | 'timeZone'>) {
    // The day stands before the month, as in most of the world.
    this.locale = locale === 'en' ? 'en-GB' : locale;
    this.timeZone = timeZone;
  }

  day(atMs: number): string {
    return this.written(atMs, { day: 'numeric', month: 'short', year: 'numeric' });
  }

  /** A time on an axis whose ticks lie so far apart. */
  tick(atMs: number, stepMs: number): string {
    // A day is an hour shorter where clocks are put forward.
    if (stepMs < 20 * HOUR_MS) return this.written(atMs, { hour: '2-digit', minute: '2-digit' });
    if (stepMs < 27 * DAY_MS) return this.written(atMs, { day: 'numeric', month: 'short' });
    if (stepMs < 360 * DAY_MS) return this.written(atMs, { month: 'short', year: 'numeric' });
    return this.written(atMs, { year: 'numeric' });
  }

  private written(atMs: number, options: Intl.DateTimeFormatOptions): string {
    const { locale, timeZone } = this;
    return new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(atMs);
  }
}

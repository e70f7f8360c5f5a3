import { currencyDigits, formatAmount } from '@souk/money';
import type { Money, Text, TextValue } from '../conversation/reply.ts';
import type { Catalogue, TextKey, ValueName } from './catalogue.ts';
import { fill, wordsOf } from './fill.ts';
import { CATALOGUES, type Language } from './languages.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

const KEPT_AT_MOST = 50;
/** By language and time zone, the last one that was made last. */
const kept = new Map<string, Texts>();

/** The texts of a language and a time zone, kept: to make their formats takes longer than to write a whole message. */
export function textsIn(language: Language, timeZone = 'UTC'): Texts {
  const name = `${language} ${timeZone}`;
  const known = kept.get(name);
  if (known) return known;
  if (kept.size >= KEPT_AT_MOST) kept.delete(kept.keys().next().value!);
  const made = new Texts(language, timeZone);
  kept.set(name, made);
  return made;
}

/**
 * Writes texts as a person reads them: their language, their way to write money, numbers and times. Everything is
 * plain text: a channel escapes what comes out.
 */
export class Texts {
  private readonly catalogue: Catalogue;
  private readonly plurals: Intl.PluralRules;
  private readonly numbers: Intl.NumberFormat;
  private readonly instants: Intl.DateTimeFormat;
  private readonly days: Intl.DateTimeFormat;
  private readonly months: Intl.DateTimeFormat;
  private readonly ages: Intl.RelativeTimeFormat;
  /** Of currencies, by how many digits they show. */
  private readonly amounts = new Map<string, Intl.NumberFormat>();

  /** `timeZone` is an IANA name that has been checked. */
  constructor(
    readonly language: Language,
    readonly timeZone = 'UTC',
  ) {
    this.catalogue = CATALOGUES[language];
    this.plurals = new Intl.PluralRules(language);
    this.numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    this.instants = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone });
    this.days = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone });
    this.months = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
    this.ages = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  }

  /** The text of a key; the compiler knows which values it needs. */
  say<K extends TextKey>(
    key: K,
    ...[values]: [ValueName<K>] extends [never] ? [] : [values: Record<ValueName<K>, TextValue>]
  ): string {
    return this.write({ key, ...(values && { values }) });
  }

  /** A text that was made elsewhere; a value that is missing is left out. */
  write({ key, values = {} }: { key: TextKey; values?: Text['values'] }): string {
    return fill(wordsOf(this.catalogue[key], values.count, this.plurals), values, (value) =>
      this.value(value),
    );
  }

  money({ amountMinor, currency }: Money): string {
    return this.amount(formatAmount(amountMinor, currency), currency);
  }

  /** An amount as a decimal, with as many digits as it has, and no fewer than its currency has. */
  private amount(amount: string, currency: string): string {
    const digits = Math.max(currencyDigits(currency) ?? 2, decimalsOf(amount));
    const name = `${currency} ${digits}`;
    let format = this.amounts.get(name);
    if (!format) {
      format = new Intl.NumberFormat(this.language, {
        style: 'currency',
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      this.amounts.set(name, format);
    }
    return format.format(amount as Intl.StringNumericLiteral);
  }

  private decimal(decimal: string): string {
    const digits = decimalsOf(decimal);
    return new Intl.NumberFormat(this.language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(decimal as Intl.StringNumericLiteral);
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  at(instant: string | Date): string {
    return this.instants.format(new Date(instant));
  }

  /** To the minute, the same in every language but for the name of the zone: "2026-01-01 13:30 GMT+5:30". */
  minute(instant: string | Date): string {
    const { year, month, day, hour, minute, timeZoneName } = Object.fromEntries(
      minutesOf(this.language, this.timeZone)
        .formatToParts(new Date(instant))
        .map(({ type, value }) => [type, value]),
    );
    return `${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`;
  }

  /** How long ago: "5 minutes ago". Times to come count as now. */
  age(instant: string | Date, now: Date): string {
    return this.ago(Math.max(0, Math.round((now.getTime() - new Date(instant).getTime()) / 1_000)));
  }

  private ago(seconds: number): string {
    if (seconds < MINUTE_S) return this.ages.format(0, 'second');
    if (seconds < HOUR_S) return this.ages.format(-Math.floor(seconds / MINUTE_S), 'minute');
    if (seconds < DAY_S) return this.ages.format(-Math.floor(seconds / HOUR_S), 'hour');
    return this.ages.format(-Math.floor(seconds / DAY_S), 'day');
  }

  private value(value: TextValue): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return this.number(value);
    if ('amount' in value) return this.amount(value.amount, value.currency);
    if ('decimal' in value) return this.decimal(value.decimal);
    if ('at' in value) return this.at(value.at);
    if ('day' in value) return this.days.format(new Date(value.day));
    if ('agoSeconds' in value) return this.ago(value.agoSeconds);
    if ('list' in value) return value.list.map((text) => this.write(text)).join(', ');
    if ('month' in value) return this.months.format(Date.UTC(2000, value.month - 1));
    if ('text' in value) return this.write(value.text);
    return this.money(value);
  }
}

const KEPT_FORMATS = 500;
const minuteFormats = new Map<string, Intl.DateTimeFormat>();

/** Every card has one: made once for a language and a zone. */
function minutesOf(language: Language, timeZone: string): Intl.DateTimeFormat {
  const name = `${language} ${timeZone}`;
  const known = minuteFormats.get(name);
  if (known) return known;
  const two = '2-digit' as const;
  const made = new Intl.DateTimeFormat(language, {
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, hourCycle: 'h23' },
    ...{ timeZone, timeZoneName: 'short' },
  });
  if (minuteFormats.size >= KEPT_FORMATS) minuteFormats.clear();
  minuteFormats.set(name, made);
  return made;
}

const decimalsOf = (decimal: string): number => decimal.split('.')[1]?.length ?? 0;

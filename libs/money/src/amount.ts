import { currencyDigits } from './currencies.ts';

/** An amount in integer minor units, or what is wrong with the text it was read from. */
export type Amount = { minor: number } | { problem: string };

/** Longer texts are no price; the bound also keeps the text out of endless problem messages. */
const maxTextLength = 64;
const zero = 48;
const point = 46;
/** The largest value that another digit may follow, and the largest such digit after exactly that value. */
const lastTens = Math.floor(Number.MAX_SAFE_INTEGER / 10);
const lastDigit = Number.MAX_SAFE_INTEGER % 10;

const powersOfTen = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000] as const;

/**
 * Reads an exact decimal text ("14.99") as integer minor units of the currency (1499 for USD).
 * Digits with an optional point and nothing else: no sign, no exponent, no separators, no spaces.
 * Further decimals are fine only as zeros ("14.990" USD). No float is involved at any step.
 */
export function parseAmount(text: string, currency: string): Amount {
  const digits = currencyDigits(currency);
  if (digits === undefined) return { problem: `unknown currency ${quoted(currency)}: use an ISO 4217 code` };
  const length = text.length;
  if (length === 0) return { problem: 'is empty: write a decimal such as "14.99"' };
  if (length > maxTextLength) return { problem: `is ${length} characters long: at most ${maxTextLength}` };

  let minor = 0;
  let decimals = -1; // -1 until the point was seen
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    const digit = code - zero;
    if (digit >= 0 && digit <= 9) {
      if (decimals >= 0) {
        decimals += 1;
        if (decimals > digits) {
          if (digit !== 0) return { problem: tooManyDecimals(text, currency, digits) };
          continue;
        }
      }
      if (minor > lastTens || (minor === lastTens && digit > lastDigit)) return { problem: tooLarge(text) };
      minor = minor * 10 + digit;
    } else if (code === point && decimals < 0 && index > 0 && index < length - 1) {
      decimals = 0;
    } else {
      return { problem: notPlain(text) };
    }
  }
  for (let missing = digits - Math.max(decimals, 0); missing > 0; missing -= 1) {
    if (minor > lastTens) return { problem: tooLarge(text) };
    minor *= 10;
  }
  return { minor };
}

/**
 * Writes minor units as a decimal text with exactly the currency's decimals: 1499 USD is "14.99".
 * Throws a RangeError when the currency is unknown or `minor` is no safe integer.
 */
export function formatAmount(minor: number, currency: string): string {
  const digits = digitsOrThrow(currency);
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${minor} is no safe integer of minor units`);
  if (digits === 0) return String(minor);
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = text.length - digits;
  return `${minor < 0 ? '-' : ''}${text.slice(0, whole)}.${text.slice(whole)}`;
}

/** Millionths never exceed this: a 64-bit column holds them, and comparisons keep their order. */
export const maxMicros = 9_000_000_000_000_000_000;

/**
 * Minor units as millionths of the currency's unit, so that thresholds of all currencies compare alike
 * (1499 USD is 14_990_000). Exact up to nine billion units; beyond, the nearest double, capped at
 * `maxMicros`. Throws a RangeError when the currency is unknown.
 */
export function toMicros(minor: number, currency: string): number {
  const micros = minor * powersOfTen[6 - digitsOrThrow(currency)]!;
  return Math.min(Math.max(micros, -maxMicros), maxMicros);
}

function digitsOrThrow(currency: string): number {
  const digits = currencyDigits(currency);
  if (digits === undefined) throw new RangeError(`unknown currency ${quoted(currency)}`);
  return digits;
}

function tooManyDecimals(text: string, currency: string, digits: number): string {
  const allowed = digits === 0 ? 'no decimals' : `at most ${digits} decimals`;
  return `${quoted(text)} has too many decimals: ${currency} allows ${allowed}`;
}

function tooLarge(text: string): string {
  return `${quoted(text)} is too large: at most ${Number.MAX_SAFE_INTEGER} minor units`;
}

function notPlain(text: string): string {
  if (/^-/.test(text)) return `${quoted(text)} is negative`;
  return `${quoted(text)} is no plain decimal such as "14.99"`;
}

/** Foreign text for a message: bounded and escaped. */
function quoted(text: string): string {
  return JSON.stringify(text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text);
}

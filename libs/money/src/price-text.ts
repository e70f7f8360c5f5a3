import { currencyHint } from './currency-hints.ts';
import { currencyDigits } from './currencies.ts';

/** A price as people write it: the amount as a plain decimal text, and the currency where one was named. */
export type PriceText = { amount: string; currency?: string } | { problem: string };

/** Shops write prices in a few words; a longer text is a paragraph, and scanning it costs time. */
const maxTextLength = 200;

/** A run of digits with separators between them; a percentage ("-38,23 %") is no price. */
const numberRun = /(?<![\d.,])[.,]*\d(?:[\d.,'’\s]*\d)?(?![\d]|[.,]?\d|\s*%)/gu;

/** A minus before the very first number, unless that is a discount ("-20 %"). */
const negative = /^\s*[-−]\s*\D{0,4}\d(?![\d.,]*\s*%)/u;

/**
 * Reads a price as shops write it: "₹1,099", "1.234,56 €", "Rp 1.250.000", "35€ 99". The first number that is
 * no percentage counts. `nearbyText` (a label or another column) may name the currency.
 */
export function parsePrice(text: string, nearbyText = ''): PriceText {
  if (text.length > maxTextLength) return { problem: `is ${text.length} characters long: no price` };
  const currency = currencyHint(text, nearbyText.slice(0, maxTextLength));
  const digits = currency === undefined ? undefined : currencyDigits(currency);
  const amount = amountIn(text, digits);
  if (amount === undefined) return { problem: 'contains no number' };
  if (negative.test(text)) return { problem: 'is negative' };
  return currency === undefined ? { amount } : { amount, currency };
}

function amountIn(text: string, digits: number | undefined): string | undefined {
  const signAsPoint = /(\d[\d\s.,]*?)\s?€\s?(\d\d)(?!\d)/u.exec(text);
  if (signAsPoint && !/[.,]\d\d$/u.test(signAsPoint[1]!))
    return `${digitsOf(signAsPoint[1]!)}.${signAsPoint[2]}`;
  const run = text.match(numberRun)?.[0];
  if (run !== undefined) return plainDecimal(run, digits);
  return /\bfree\b/iu.test(text) ? '0' : undefined;
}

/** Decides which separator is the decimal point; every other one only groups digits. */
function plainDecimal(run: string, digits: number | undefined): string {
  const packed = run.replaceAll(/[\s'’]/gu, '');
  const last = Math.max(packed.lastIndexOf('.'), packed.lastIndexOf(','));
  if (last < 0) return withoutLeadingZeros(packed);
  const whole = digitsOf(packed.slice(0, last));
  const after = packed.slice(last + 1);
  if (!isDecimalPoint(packed, last, whole, digits)) return withoutLeadingZeros(digitsOf(packed));
  return `${withoutLeadingZeros(whole)}.${after}`;
}

/** Three digits after a separator are a group ("1.250"), unless the currency has three decimals or none leads. */
function isDecimalPoint(packed: string, last: number, whole: string, digits: number | undefined): boolean {
  const separator = packed[last]!;
  const decimals = packed.length - last - 1;
  if (packed.indexOf(separator) !== last && whole.length > 3) return decimals !== 3;
  if (decimals !== 3) return true;
  if (digits === 3) return true;
  return /^0+$/u.test(whole);
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/gu, '');
}

function withoutLeadingZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/u, '') || '0';
}

import { currencyDigits } from './currencies.ts';

/** Reference rates of one day: units of each currency for one unit of the base, as decimal texts. */
export interface DayRates {
  /** The day they were published for, such as `2026-11-20`. */
  day: string;
  base: string;
  rates: Readonly<Record<string, string>>;
}

/** There is no rate for a currency on that day; a conversion is refused rather than guessed. */
export class NoExchangeRate extends Error {
  override name = 'NoExchangeRate';
  readonly currency: string;

  /** @param day of the rates; with `areKnown` false there are none at all for it */
  constructor(currency: string, day: string, areKnown = true) {
    super(
      areKnown
        ? `there is no exchange rate for ${currency} on ${day}`
        : `no exchange rates are known for ${day} or the week before`,
    );
    this.currency = currency;
  }
}

/** A positive rational number. */
interface Ratio {
  numerator: bigint;
  denominator: bigint;
}

function rateOf(currency: string, { day, base, rates }: DayRates): Ratio {
  if (currency === base) return { numerator: 1n, denominator: 1n };
  const text = rates[currency];
  const parts = text === undefined ? null : /^(\d+)(?:\.(\d+))?$/.exec(text);
  const digits = parts ? BigInt(parts[1]! + (parts[2] ?? '')) : 0n;
  if (digits === 0n) throw new NoExchangeRate(currency, day);
  return { numerator: digits, denominator: 10n ** BigInt(parts![2]?.length ?? 0) };
}

/**
 * An amount in another currency, exact up to the last minor unit, which is rounded half to even.
 * @param amountMinor minor units of `from`, not negative
 * @returns minor units of `to`
 * @throws NoExchangeRate when either currency has no rate that day
 */
export function convertMinor(amountMinor: number, from: string, to: string, rates: DayRates): number {
  if (from === to) return amountMinor;
  const fromDigits = currencyDigits(from);
  const toDigits = currencyDigits(to);
  if (fromDigits === undefined) throw new NoExchangeRate(from, rates.day);
  if (toDigits === undefined) throw new NoExchangeRate(to, rates.day);
  const [source, target] = [rateOf(from, rates), rateOf(to, rates)];
  const numerator = BigInt(amountMinor) * target.numerator * source.denominator * 10n ** BigInt(toDigits);
  const denominator = target.denominator * source.numerator * 10n ** BigInt(fromDigits);
  return Number(roundHalfToEven(numerator, denominator));
}

function roundHalfToEven(numerator: bigint, denominator: bigint): bigint {
  const floor = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && floor % 2n === 1n);
  return isUp ? floor + 1n : floor;
}

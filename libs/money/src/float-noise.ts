import { parseAmount, type Amount } from './amount.ts';
import { currencyDigits } from './currencies.ts';

/** Noise shows from the sixth decimal on at the latest: a millionth of the currency's unit. */
const noiseDecimals = 6;

/**
 * Reads a decimal text that went through binary floats: "99.98999999999999" USD is 9999 minor units.
 * The decimals between the currency's last one and the sixth must all be 0 or all be 9, so the exact amount
 * is at most a millionth away; anything else ("14.995") is a price that the currency does not have: a problem.
 */
export function cleanFloatNoise(text: string, currency: string): Amount {
  const digits = currencyDigits(currency) ?? 0;
  const point = text.indexOf('.');
  if (point < 0 || text.length - point - 1 <= noiseDecimals) return parseAmount(text, currency);

  const noise = text.slice(point + 1 + digits, point + 1 + noiseDecimals);
  const isLow = /^0+$/.test(noise);
  const isHigh = /^9+$/.test(noise);
  if (!(isLow || isHigh) || !/^\d+$/.test(text.slice(point + 1))) return parseAmount(text, currency);

  const cut = parseAmount(digits === 0 ? text.slice(0, point) : text.slice(0, point + 1 + digits), currency);
  if ('problem' in cut || isLow) return cut;
  return Number.isSafeInteger(cut.minor + 1) ? { minor: cut.minor + 1 } : { problem: 'is too large' };
}

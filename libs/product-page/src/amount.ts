import { currencyDigits, isCurrency, parsePriceText } from '@souk/money';

/** An amount of structured data and the currency that its own text names, if it names one. */
export interface MarkedAmount {
  amount: string;
  currency?: string;
}

const plain = /^\d{1,20}(?:\.(\d{1,20}))?$/u;

/**
 * Reads an amount of structured data. A plain decimal is one, as the standard has it, unless the currency has no
 * such decimals ("12.990" CLP): then, and for every other text, it is read as people write prices.
 */
export function markedAmount(text: string | undefined, currency?: string): MarkedAmount | undefined {
  const written = text?.trim();
  if (written === undefined || written === '') return undefined;
  const decimals = plain.exec(written);
  if (decimals && isPayable(decimals[1] ?? '', currency)) return { amount: written };
  if (/^\d+(?:\.\d+)?e[+-]?\d{1,2}$/iu.test(written)) return { amount: String(Number(written)) };
  const price = parsePriceText(written, { currencyText: currency });
  if ('problem' in price) return undefined;
  return price.currency === undefined
    ? { amount: price.amount }
    : { amount: price.amount, currency: price.currency };
}

/** Three decimals are dubious ("1.299" may be a thousand); zeros and long tails of floats are not. */
function isPayable(decimals: string, currency: string | undefined): boolean {
  const digits = currency === undefined ? undefined : currencyDigits(currency);
  if (decimals.length !== 3 || digits === undefined) return true;
  return /^0*$/u.test(decimals.slice(digits)) && digits > 0;
}

/** `usd`, `EUR` or a sign as an ISO 4217 code. */
export function markedCurrency(text: string | undefined): string | undefined {
  const written = text?.trim();
  if (written === undefined || written === '') return undefined;
  if (isCurrency(written.toUpperCase())) return written.toUpperCase();
  const named = parsePriceText('1', { currencyText: written });
  return 'problem' in named ? undefined : named.currency;
}

/** Equal as numbers, whatever zeros they end in. */
export function sameAmount(left: string, right: string): boolean {
  return canonical(left) === canonical(right);
}

function canonical(amount: string): string {
  const trimmed = amount.includes('.') ? amount.replace(/\.?0+$/u, '') : amount;
  return trimmed.replace(/^0+(?=\d)/u, '');
}

/** Below zero when the first is the smaller one; exact for amounts of any length. */
export function compareAmounts(left: string, right: string): number {
  const [wholeLeft = '', restLeft = ''] = canonical(left).split('.');
  const [wholeRight = '', restRight = ''] = canonical(right).split('.');
  if (wholeLeft.length !== wholeRight.length) return wholeLeft.length - wholeRight.length;
  if (wholeLeft !== wholeRight) return wholeLeft < wholeRight ? -1 : 1;
  return restLeft === restRight ? 0 : restLeft < restRight ? -1 : 1;
}

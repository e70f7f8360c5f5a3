import { currencySignIn, parsePriceText } from '@souk/money';

/** The output line of an input line that nothing can be read from. */
export const noPrice = '{"amount":null,"currency":null}';

interface PriceLine {
  currency_raw?: string | null;
  price_raw?: string | null;
  decimal_separator?: string | null;
  digit_group_separator?: string | null;
}

/**
 * Reads one input line and writes its output line. The amount is a JSON number with every digit of the text; the
 * currency is the sign as it was written ("руб.", "US$"), or with `isoCodes` its ISO 4217 code where it has one.
 * Throws an Error that says what is wrong with the line.
 */
export function priceLine(line: string, isoCodes = false): string {
  const input = readLine(line);
  const price = parsePriceText(input.price_raw ?? '', {
    currencyText: input.currency_raw,
    decimalSeparator: input.decimal_separator,
    groupSeparator: input.digit_group_separator,
  });
  if ('problem' in price) {
    const sign = currencySignIn(input.price_raw ?? '', input.currency_raw);
    return `{"amount":null,"currency":${JSON.stringify(isoCodes ? null : (sign ?? null))}}`;
  }
  const currency = (isoCodes ? price.currency : price.sign) ?? null;
  return `{"amount":${price.amount},"currency":${JSON.stringify(currency)}}`;
}

function readLine(line: string): PriceLine {
  let value: unknown;
  try {
    value = JSON.parse(line, numbersAsWritten);
  } catch {
    throw new Error('is no JSON: write {"currency_raw":"$","price_raw":"14.99"}');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('is no JSON object');
  for (const name of ['currency_raw', 'price_raw', 'decimal_separator', 'digit_group_separator']) {
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined && field !== null && typeof field !== 'string')
      throw new Error(`${name} is no text`);
  }
  return value;
}

/** A price that is a JSON number counts as the text that it was written as: no digit is lost. */
function numbersAsWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

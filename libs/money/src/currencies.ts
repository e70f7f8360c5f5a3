import { data } from 'currency-codes';

/** Minor-unit digits by ISO 4217 code; codes without a minor unit (gold, test codes) count 0. */
const digitsByCode: ReadonlyMap<string, number> = new Map(data.map(({ code, digits }) => [code, digits]));

/** The codes are asked for once per observation: the last answer is nearly always the next one too. */
let lastCode = '';
let lastDigits: number | undefined;

/** True for an upper-case ISO 4217 code such as `USD`. */
export function isCurrency(code: string): boolean {
  return currencyDigits(code) !== undefined;
}

/** Decimals of a currency's minor unit (USD 2, JPY 0, KWD 3), or undefined for an unknown code. */
export function currencyDigits(code: string): number | undefined {
  if (code !== lastCode) {
    lastDigits = digitsByCode.get(code);
    lastCode = code;
  }
  return lastDigits;
}

/** All known codes, sorted. */
export function currencyCodes(): string[] {
  return [...digitsByCode.keys()].toSorted();
}

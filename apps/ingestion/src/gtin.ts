/** Digits of a UPC. Spreadsheets take it for a number and drop the zero that many begin with. */
const UPC_DIGITS = 12;

/** A number as GS1 writes it: a UPC that lost its zero gets it back. Others that are too short stay what they are. */
export const wholeGtin = (gtin: string): string =>
  gtin.length === UPC_DIGITS - 1 ? gtin.padStart(UPC_DIGITS, '0') : gtin;

/**
 * The check digit that a GTIN-8, -12, -13 or -14 must end with: GS1 modulo 10, weights 3 and 1 from the right.
 * @see https://www.gs1.org/services/how-calculate-check-digit-manually
 */
export function gtinCheckDigit(gtin: string): number {
  let sum = 0;
  let weight = 3;
  for (let index = gtin.length - 2; index >= 0; index -= 1) {
    sum += (gtin.charCodeAt(index) - 48) * weight;
    weight = 4 - weight;
  }
  return (10 - (sum % 10)) % 10;
}

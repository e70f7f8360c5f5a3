/**
 * The code that names the item: of a book the one made of its ISBN-10 (its list holds reprints too), else the first
 * with the form and the check digit of a GTIN, 13 digits (EAN) rather than 12 (UPC).
 */
export function gtinOf(codes: readonly string[], asin = ''): string | undefined {
  const good = codes.filter((code) => /^\d{12,13}$/.test(code) && hasCheckDigit(code));
  const isOfBook = (code: string): boolean =>
    /^\d{9}[\dX]$/.test(asin) && code.startsWith(`978${asin.slice(0, 9)}`);
  return good.find(isOfBook) ?? good.find((code) => code.length === 13) ?? good[0];
}

/** GS1 modulo 10: weights 1 and 3 from the right, the check digit included, add up to a multiple of ten. */
function hasCheckDigit(code: string): boolean {
  const sum = Array.from(code, Number)
    .toReversed()
    .reduce((all, digit, at) => all + digit * (at % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

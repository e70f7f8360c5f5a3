const ASIN = /^B0[0-9A-Z]{8}$/;
const ISBN_10 = /^\d{9}[\dX]$/;
const FNSKU = /^X0[0-9A-Z]{8}$/;

/**
 * Why a code cannot be a product of Amazon's catalogue, in words for whoever wrote it; null when it can. An ASIN is
 * `B0` and eight more, or for books the ISBN-10, the only one of the two that has a check digit.
 */
export function asinProblem(code: string): string | null {
  if (ASIN.test(code)) return null;
  if (ISBN_10.test(code)) {
    const expected = isbn10CheckDigit(code);
    return code.endsWith(expected) ? null : `has a wrong ISBN-10 check digit: it should end with ${expected}`;
  }
  if (FNSKU.test(code))
    return 'is an FNSKU, the label of a seller’s own stock: Amazon’s catalogue knows it not, use the ASIN of the product';
  const upper = code.trim().toUpperCase();
  if (upper !== code && asinProblem(upper) === null) return `should be written ${upper}`;
  if (/^97[89]\d{10}$/.test(code))
    return 'is an ISBN-13: use the ASIN, which for most books is the ISBN-10, or search for it';
  return 'is no ASIN: B0 and eight more capitals or digits, or the ISBN-10 of a book';
}

/** Modulo 11 with weights 10 to 2; ten is written X (ISO 2108:1992). */
function isbn10CheckDigit(code: string): string {
  let sum = 0;
  for (let index = 0; index < 9; index += 1) sum += (10 - index) * Number(code[index]);
  const digit = (11 - (sum % 11)) % 11;
  return digit === 10 ? 'X' : String(digit);
}

const ZERO = 48;

/**
 * Whether the last digit of a GTIN (8, 12, 13 or 14 digits) is the right check digit: digits weigh 3 and 1
 * alternately from the right, and the sum with the check digit is a multiple of ten.
 * @see GS1 General Specifications, section 7.9.1
 */
export function isGtin(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const fromRight = digits.length - 1 - index;
    sum += (digits.charCodeAt(index) - ZERO) * (fromRight % 2 === 0 ? 1 : 3);
  }
  return sum % 10 === 0;
}

const ISBN10 = /^\d{9}[\dX]$/;

/**
 * Whether a text is an ISBN-10: ten digits weigh 10 down to 1, the last may be X for ten, and their sum is a
 * multiple of eleven.
 * @see ISO 2108:2005, annex C
 */
export function isIsbn10(text: string): boolean {
  if (!ISBN10.test(text)) return false;
  let sum = 0;
  for (let index = 0; index < 10; index += 1) {
    const digit = text[index] === 'X' ? 10 : text.charCodeAt(index) - ZERO;
    sum += digit * (10 - index);
  }
  return sum % 11 === 0;
}

const PRODUCT_ASIN = /^B[0-9A-Z]{9}$/;

/**
 * Whether ten characters are an ASIN: Amazon's own codes begin with B and have no check digit; those of books
 * are their ISBN-10.
 */
export const isAsin = (code: string): boolean => PRODUCT_ASIN.test(code) || isIsbn10(code);

const TEN_CHARACTERS = /^[0-9A-Za-z]{10}$/;

/** Ten letters and digits: the form of an ASIN. Sellers' own codes have other lengths. */
export const looksLikeAsin = (code: string): boolean => code.length === 10 && TEN_CHARACTERS.test(code);

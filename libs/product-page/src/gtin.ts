/** What a trade number is: schema.org and GS1 know all of these as kinds of GTIN, but for ISBN-10 and ISSN. */
export type GtinKind = 'isbn10' | 'isbn13' | 'issn' | 'ismn' | 'upc' | 'gtin8' | 'gtin13' | 'gtin14';

const name = String.raw`\b(?:gtin|ean|upc|isbn|issn|ismn)`;
/** A label that names a length ("EAN13", "ISBN-10"); and one that does not, so that its digits are the number's. */
const labels = [
  new RegExp(`^.{0,30}?${name}[-\\s]?(?:8|10|12|13|14)(?=\\D|\\d{7})`, 'iu'),
  new RegExp(`^.{0,30}?${name}`, 'iu'),
];
/** Digits with what people put between and around them; letters among them make it another kind of code. */
const digitsOnly = /^[\s:#.()[\]-]*(\d[\d\s.-]*[\dX])[\s.()[\]-]*$/iu;

/** Finds out what kind of trade number a text holds, by length, prefix and check digit. */
export function classifyGtin(text: string): { kind: GtinKind; value: string } | undefined {
  const plain = text.normalize('NFKC');
  for (const body of new Set([...labels.map((label) => plain.replace(label, '')), plain])) {
    const value = digitsOnly
      .exec(body)?.[1]
      ?.replaceAll(/[^\dX]/giu, '')
      .toUpperCase();
    const kind = value && kindOf(value);
    if (kind) return { kind, value };
  }
  return undefined;
}

/** The GTIN of a text as GS1 writes it: 8, 12, 13 or 14 digits with a right check digit; an ISBN-10 as ISBN-13. */
export function gtinOf(text: string | undefined): string | undefined {
  const found = text === undefined || text.length > 100 ? undefined : classifyGtin(text);
  if (found === undefined || found.kind === 'issn') return undefined;
  if (found.kind !== 'isbn10') return found.value;
  const digits = `978${found.value.slice(0, 9)}`;
  return `${digits}${checkDigit(digits)}`;
}

function kindOf(value: string): GtinKind | undefined {
  if (/^\d{9}[\dX]$/u.test(value)) return isWeighted(value, 10) ? 'isbn10' : undefined;
  if (/^\d{8}$/u.test(value) && hasCheckDigit(value)) return 'gtin8';
  if (/^\d{7}[\dX]$/u.test(value)) return isWeighted(value, 8) ? 'issn' : undefined;
  if (!/^\d{12,14}$/u.test(value) || !hasCheckDigit(value)) return undefined;
  if (value.length === 12) return 'upc';
  if (value.length === 14) return 'gtin14';
  if (value.startsWith('9790')) return 'ismn';
  return /^97[89]/u.test(value) ? 'isbn13' : 'gtin13';
}

const hasCheckDigit = (value: string): boolean => checkDigit(value.slice(0, -1)) === Number(value.at(-1));

/** GS1 modulo 10: weights 3 and 1 from the right. */
function checkDigit(digits: string): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    sum += Number(digits[digits.length - 1 - index]) * (index % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

/** ISBN-10 and ISSN: weights falling to 1 must sum to a multiple of 11, X counting 10. */
function isWeighted(value: string, first: number): boolean {
  const sum = Array.from(value).reduce(
    (total, char, index) => total + (char === 'X' ? 10 : Number(char)) * (first - index),
    0,
  );
  return sum % 11 === 0;
}

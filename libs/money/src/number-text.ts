/** A number in a text: where it stands and how it is written, digits of any script as ASCII already. */
export interface NumberRun {
  text: string;
  start: number;
  end: number;
}

/** How the one who wrote the number separates; what is not given is told from the number itself. */
export interface NumberHints {
  decimalSeparator?: string | undefined;
  groupSeparator?: string | undefined;
  /** Decimals of the currency; three make "1.500" a fraction. */
  digits?: number | undefined;
  /** The sign that such a currency puts before its decimals. */
  decimalSign?: '.' | ',' | undefined;
}

/** Zero of each script that writes decimal digits in a row. */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
  0x1040, 0x17e0, 0x1810, 0xff10,
];
const plainSigns: Record<string, string> = {
  '٫': '.', '٬': "'", '،': ',', '，': ',', '．': '.', '´': "'", '`': "'", ʼ: "'", '′': "'", '’': "'", '‘': "'",
  '＄': '$', '￥': '¥', '￡': '£', '￦': '₩', '−': '-', '﹣': '-', '－': '-', '‐': '-', '‑': '-',
}; // prettier-ignore

/** Digits and separators of every script as ASCII, spaces of every width as one blank, no direction marks. */
export function asciiNumbers(text: string): string {
  return withoutEntities(text)
    .replaceAll(/[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[^\u0020-\u007e]/gu, (char) => plainSigns[char] ?? asciiDigit(char))
    .replaceAll(/(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹]{2}(?![⁰¹²³⁴⁵⁶⁷⁸⁹])/gu, (cents) => `.${cents.normalize('NFKC')}`)
    .replaceAll(
      tenThousands,
      (_all, high: string, low: string) => high + low.replace(',', '').padStart(4, '0'),
    );
}

const entities: Record<string, string> = {
  nbsp: ' ', thinsp: ' ', ensp: ' ', emsp: ' ', euro: '€', pound: '£', yen: '¥', cent: '¢', dollar: '$', curren: '¤', amp: '&', ndash: '-',
  mdash: '-', minus: '-', comma: ',', period: '.', apos: "'", quot: '"', rsquo: '’',
}; // prettier-ignore

/** HTML that was not decoded on its way here: "&#8364; 12,99" costs 12.99, not 8364. */
function withoutEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|([a-z]{2,8}));/giu, (all, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? all;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/** What follows ten thousands within one number: "1万2,980", "12만 9000". */
const tenThousands = /(\d+)(?:[万萬]|만 ?)(\d,?\d{3}|\d{1,3})(?![\d,.万萬만億亿억])/gu;

function asciiDigit(char: string): string {
  const point = char.codePointAt(0)!;
  const zero = zeros.find((first) => point >= first && point < first + 10);
  return zero === undefined ? char : String(point - zero);
}

/** Blanks only group: three digits after each, and nothing else before the decimals. "119. 95" and "12 . 99" are one number too. */
const run =
  /(?<!\d)[.,]{0,3}\d{1,3}(?: \d{3}(?!\d))+(?:[.,]\d+)?|[.,]{0,3}\d+(?:[.,']\d+)*(?:(?: ?[.,] | [.,])\d\d(?![\d.,]))?/gu;

/** Every number of a text that `asciiNumbers` wrote. */
export function numberRuns(text: string): NumberRun[] {
  return [...text.matchAll(run)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The exact decimal ("1234.50") that a number stands for: decides which separator is the decimal sign. */
export function plainDecimal(written: string, hints: NumberHints = {}): string {
  const isGrouped = /\d[' ]\d{3}/u.test(written);
  const packed = oneLeadingSign(written.replaceAll(/[' ]/gu, ''), hints);
  const at = decimalPosition(packed, isGrouped, hints);
  if (at < 0) return trimmed(packed.replaceAll(/\D/gu, ''));
  return `${trimmed(packed.slice(0, at).replaceAll(/\D/gu, ''))}.${packed.slice(at + 1).replaceAll(/\D/gu, '')}`;
}

/** "..75" is 0.75; a sign before a number that has others ("$.750.30") is only a blot, unless it was told to count. */
function oneLeadingSign(packed: string, { decimalSeparator }: NumberHints): string {
  const body = packed.replace(/^[.,]+/u, '');
  if (body === packed) return packed;
  const leading = packed[packed.length - body.length - 1]!;
  if (decimalSeparator !== undefined) {
    return leading === decimalSeparator && !body.includes(leading) ? `${leading}${body}` : body;
  }
  return /[.,]/u.test(body) ? body : `.${body}`;
}

function decimalPosition(packed: string, isGrouped: boolean, hints: NumberHints): number {
  const { decimalSeparator, groupSeparator, digits, decimalSign = '.' } = hints;
  if (decimalSeparator !== undefined && /^[.,]$/u.test(decimalSeparator)) {
    return packed.indexOf(decimalSeparator);
  }
  const last = Math.max(packed.lastIndexOf('.'), packed.lastIndexOf(','));
  if (last < 0) return -1;
  const sign = packed[last]!;
  const before = packed.slice(0, last);
  const isAlone = !before.includes(sign);
  const hasOther = /[.,]/u.test(before.replaceAll(sign, ''));
  if (sign === groupSeparator) return -1;
  if (packed.length - last - 1 !== 3) return last;
  if (!isAlone) return -1;
  if (hasOther || isGrouped || groupSeparator !== undefined) return last;
  if (before.length > 3 || /^0*$/u.test(before)) return last;
  return digits === 3 && sign === decimalSign ? last : -1;
}

function trimmed(digits: string): string {
  return digits.replace(/^0+(?=\d)/u, '') || '0';
}

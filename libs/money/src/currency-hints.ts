import { isCurrency } from './currencies.ts';
import {
  anyCaseSigns,
  codesInAnyCase,
  codesThatAreWords,
  dollarsByCountry,
  exactSigns,
  leadingSigns,
  sharedSigns,
  unknownSigns,
  withdrawnCodes,
} from './currency-signs.ts';

/** A currency named in a text. */
export interface CurrencyMark {
  /** As it is written there: "руб.", "US$", "SGD". */
  sign: string;
  /** ISO 4217 code; undefined where the sign belongs to no currency that can be told. */
  currency: string | undefined;
  /** Several currencies use this sign: something more precise nearby wins. */
  isShared: boolean;
  /** All that use a shared sign. */
  users?: ReadonlySet<string>;
  start: number;
  end: number;
}

type Meaning = Pick<CurrencyMark, 'currency' | 'isShared' | 'users'>;

const meanings = new Map<string, Meaning>();
const exact: string[] = [];
const anyCase: string[] = [];
const leading: string[] = [];

function learn(written: string, meaning: Meaning, into: string[], lower: boolean): void {
  for (const sign of written.split(' ').filter(Boolean)) {
    meanings.set(lower ? sign.replace('*', '').toLowerCase() : sign, meaning);
    into.push(sign);
  }
}

for (const [signs, into, lower] of [
  [exactSigns, exact, false],
  [anyCaseSigns, anyCase, true],
  [leadingSigns, leading, false],
] as const) {
  for (const [currency, written] of Object.entries(signs))
    learn(written, { currency, isShared: false }, into, lower);
}
for (const { signs, usual, users } of sharedSigns)
  learn(signs, { currency: usual, isShared: true, users: new Set(users.split(' ')) }, anyCase, true);
for (const sign of unknownSigns.split(' ')) {
  meanings.set(sign, { currency: undefined, isShared: false });
  exact.push(sign);
}

/** Scripts that put no blanks between words: a sign of theirs may touch any letter ("12万円", "1,000円以上"). */
const unspaced = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Thai}]/u;

function pattern(sign: string): string {
  return sign.replaceAll(/[$.*/]/g, '\\$&').replace(/(?<=^[A-Z]+)\\\$$/u, ' ?\\$');
}

/** Letters of a sign must not be the middle of a word; digits may touch it ("Rs206", "2rb"). */
function alternation(signs: readonly string[]): string {
  const written = signs
    .toSorted((left, right) => right.length - left.length)
    .map((sign) => {
      const isStem = sign.endsWith('*');
      const plain = isStem ? sign.slice(0, -1) : sign;
      const isWord = !unspaced.test(plain);
      const before = isWord && /^\p{L}/u.test(plain) ? '(?<!\\p{L})' : '';
      const after = isWord && !isStem && /\p{L}$/u.test(plain) ? '(?![\\p{L}\\p{M}])' : '';
      return `${before}${pattern(plain)}${after}`;
    });
  return written.join('|');
}

const exactPattern = new RegExp(alternation(exact), 'gu');
const anyCasePattern = new RegExp(alternation(anyCase), 'giu');
const leadingPattern = new RegExp(`(?<=^\\s*)(?:${leading.map(pattern).join('|')})(?=\\.?\\s?\\d)`, 'gu');
const dollarOfCountry = new RegExp(`\\$(?= ?(${Object.keys(dollarsByCountry).join('|')})(?!\\p{L}))`, 'gu');
const upperCode = /(?<!\p{L})[A-Z]{3}(?!\p{L})/gu;
/** British pence: no more than 99 of them, and alone, since "1080p" is none. */
const pence = /(?<=(?<![\d.,])\d{1,2})p(?![\p{L}\p{N}])/gu;
const smallCode = new RegExp(`(?<=\\d\\s?)(?:${codesInAnyCase.replaceAll(' ', '|')})(?!\\p{L})`, 'giu');

/** Every currency that a text names, from left to right; of two that overlap the longer one. */
export function currencyMarks(text: string): CurrencyMark[] {
  const found = [
    ...marks(text, exactPattern, meaningOf),
    ...marks(text, leadingPattern, meaningOf),
    ...marks(text, dollarOfCountry, (_sign, country) => ({
      currency: dollarsByCountry[country!],
      isShared: false,
    })),
    ...marks(text, anyCasePattern, (sign) => meanings.get(sign.toLowerCase())!),
    ...marks(text, upperCode, codeMeaning),
    ...marks(text, pence, () => ({ currency: 'GBP', isShared: false })),
    ...marks(text, smallCode, (sign) => ({ currency: sign.toUpperCase(), isShared: false })),
  ].toSorted((left, right) => left.start - right.start || right.end - left.end);
  const apart: CurrencyMark[] = [];
  for (const mark of found) if (mark.start >= (apart.at(-1)?.end ?? 0)) apart.push(mark);
  return apart;
}

function meaningOf(sign: string): Meaning | undefined {
  return meanings.get(sign) ?? meanings.get(sign.replace(' ', ''));
}

function codeMeaning(code: string): Meaning | undefined {
  if (codesThatAreWords.has(code)) return undefined;
  const isKnown = isCurrency(code) || withdrawnCodes.has(code);
  return isKnown ? { currency: code, isShared: false } : undefined;
}

function marks(
  text: string,
  pattern: RegExp,
  meaning: (sign: string, part?: string) => Meaning | undefined,
): CurrencyMark[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const meant = meaning(match[0], match[1]);
    return meant
      ? [{ sign: match[0], ...meant, start: match.index, end: match.index + match[0].length }]
      : [];
  });
}

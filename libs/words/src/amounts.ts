import { parsePriceText } from '@souk/money';
import { ambiguousNames, currencyAfter, currencyBefore, currencyNamed } from './currency-names.ts';
import { withDigits } from './number-words.ts';
import { spokenText } from './spoken-text.ts';
import { holdsLitres, isMeasure } from './units.ts';

/** A number in a sentence that may be money. Places are those of the text, its currency included. */
export interface Amount {
  start: number;
  end: number;
  value: number;
  /** The number alone, without "k" or "lakh". */
  unscaled: number;
  hasMagnitude: boolean;
  /** ISO 4217 code; null without a currency or with one that many countries call so. */
  currency: string | null;
  /** `sure`: money whatever stands around it; `weak` ("4k", "20 pounds") and `plain`: only where a budget is spoken of. */
  kind: 'sure' | 'weak' | 'plain';
  /** "2 jutaan": about two million. */
  isAbout: boolean;
}

/** Sure to be money, as powers of ten. */
const sureMagnitudes: readonly (readonly [RegExp, number])[] = [
  [/^\s?(?:rb|rban|ribu|ribuan|tsd\.?|tausend|thousand|grand|haz+a*r|hajar|tys)(?![\p{L}\p{N}])/iu, 3],
  [/^\s?(?:lakhs?|lacs?)(?![\p{L}\p{N}])/iu, 5],
  [/^\s?(?:jt|jtan|juta|jutaan|mio\.?|mln\.?|millions?|millionen)(?![\p{L}\p{N}])/iu, 6],
  [/^\s?(?:crores?)(?![\p{L}\p{N}])/iu, 7],
];
/** One or two letters: thousands or a resolution, millions or metres, lakh or litres. */
const weakMagnitudes: readonly (readonly [RegExp, number])[] = [
  [/^\s?k(?![\p{L}\p{N}])/iu, 3],
  [/^\s?l(?![\p{L}\p{N}])/iu, 5],
  [/^\s?(?:m|mn)(?![\p{L}\p{N}])/iu, 6],
  [/^\s?cr(?![\p{L}\p{N}])/iu, 7],
];
/** Resolutions and karats, when nothing says that they are money. */
const rarelyMoneyInThousands = new Set([1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 18, 22, 24]);
const number = /\d+(?:[.,']\d+)*/gu;
const spacedGroups = /^(?:\s\d{3})+(?![\d\p{L}])/u;
const groupsExpected = /(?:under|below|max\.?|bis(?: zu)?|unter|ab|über|to|for|für|à|de)\s$/iu;
const tailSigns = /^(?:\s?\/-|[.,]-+)/u;

/** Every number of a sentence that may be money, from left to right; what counts something else is left out. */
export function findAmounts(text: string): Amount[] {
  const found: Amount[] = [];
  for (const match of text.matchAll(number)) {
    if (match.index < (found.at(-1)?.end ?? 0)) continue;
    const amount = amountAt(text, match[0], match.index);
    if (amount) found.push(amount);
  }
  return found;
}

/** Every amount that a sentence can be read to name, as a number: to check that others read no more into it. */
export const amountsIn = (sentence: string): number[] =>
  findAmounts(withDigits(spokenText(sentence))).map(({ value }) => value);

function amountAt(text: string, digits: string, at: number): Amount | undefined {
  const before = text.slice(Math.max(0, at - 16), at);
  const signBefore = currencyBefore.exec(before)?.[0];
  if (signBefore === undefined && isPartOfName(before)) return undefined;

  let end = at + digits.length;
  if (digits.length <= 3 && (signBefore !== undefined || groupsExpected.test(before))) {
    end += spacedGroups.exec(text.slice(end))?.[0].length ?? 0;
  }
  const written = text.slice(at, end).replaceAll(/\s/gu, '');
  const after = text.slice(end, end + 40);
  if (/^[:×]\d|^\/\d|^\s?x\s?\d/iu.test(after)) return undefined;
  const magnitude = magnitudeAt(after, text, signBefore !== undefined);
  // "1.5L" may be a lakh where a budget is spoken of; all other measures are no money.
  const isMaybeMoney = magnitude !== undefined && !isMeasure(after.slice(magnitude.length));
  if (!isMaybeMoney && isMeasure(after)) return undefined;

  end += magnitude?.length ?? 0;
  end += tailSigns.exec(text.slice(end))?.[0].length ?? 0;
  const signAfter = currencyAfter.exec(text.slice(end, end + 16))?.[0];
  end += signAfter?.length ?? 0;
  end += tailSigns.exec(text.slice(end))?.[0].length ?? 0;
  const sign = signBefore ?? signAfter;
  if (sign === undefined && magnitude === undefined && /^\p{L}/u.test(text.slice(end))) return undefined;

  const unscaled = valueOf(written);
  if (unscaled === undefined) return undefined;
  // Nobody says 14.7 million like that: "i7 14700k".
  if (sign === undefined && unscaled >= 2_000 && /^k(?!\p{L})/iu.test(after)) return undefined;
  const isAmbiguous = sign !== undefined && ambiguousNames.has(sign.trim().toLowerCase());
  const isSure = sign !== undefined ? !isAmbiguous : magnitude?.isSure === true;
  const isThousands = magnitude?.power === 3 && !rarelyMoneyInThousands.has(unscaled);
  return {
    start: at - (signBefore?.length ?? 0),
    end,
    value: roundedToCents(unscaled * 10 ** (magnitude?.power ?? 0)),
    unscaled,
    hasMagnitude: magnitude !== undefined,
    currency: sign === undefined ? null : currencyNamed(sign),
    kind: isSure || isThousands ? 'sure' : sign !== undefined || magnitude !== undefined ? 'weak' : 'plain',
    isAbout: /an$/iu.test(after.slice(0, magnitude?.length ?? 0)),
  };
}

/** In "rtx4060", "wh-1000xm5", "#12" and "8/256" the digits belong to a name. */
const isPartOfName = (before: string): boolean =>
  /\p{L}$|\p{L}-$|[#_:]$|\d[/x×]\s?$/iu.test(before) && !opensRange.test(before);
/** "40k-50k" */
const opensRange = /\d\s?(?:k|rb|ribu|jt|juta|l|lakhs?|lacs?|cr|crores?|tsd|tausend)-$/iu;

function magnitudeAt(
  after: string,
  text: string,
  hasCurrency: boolean,
): { power: number; length: number; isSure: boolean } | undefined {
  for (const [pattern, power] of sureMagnitudes) {
    const match = pattern.exec(after);
    if (match) return { power, length: match[0].length, isSure: true };
  }
  for (const [pattern, power] of weakMagnitudes) {
    const match = pattern.exec(after);
    if (!match) continue;
    const isLitres = power === 5 && !hasCurrency && holdsLitres.test(text);
    if (!isLitres) return { power, length: match[0].length, isSure: false };
  }
  return undefined;
}

function valueOf(written: string): number | undefined {
  if (/^\d{1,12}$/u.test(written)) return Number(written);
  if (written.length > 20) return undefined;
  const read = parsePriceText(written);
  return 'problem' in read ? undefined : Number(read.amount);
}

/** The products of a decimal and a power of ten are exact in the end, not in between: 1.1 x 100,000. */
export const roundedToCents = (value: number): number => Math.round(value * 100) / 100;

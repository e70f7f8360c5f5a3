import { spokenNames, telltales } from './taxonomy.ts';

interface Term {
  category: string;
  phrase: string;
  isTelltale: boolean;
}

const termsOf = (source: Readonly<Record<string, string>>, isTelltale: boolean): Term[] =>
  Object.entries(source).flatMap(([category, list]) =>
    list.split(', ').map((phrase) => ({ category, phrase, isTelltale })),
  );
const terms = new Map<string, Term>();
for (const term of [...termsOf(telltales, true), ...termsOf(spokenNames, false)])
  terms.set(joined(term.phrase), term);

/** How many words the longest phrase has. */
const LONGEST = 4;

/** Hyphens and blanks are the same: "e-bike", "e bike", "ebike". */
function joined(words: string): string {
  return words.replaceAll(/[\s-]/gu, '');
}

function termOf(words: string): Term | undefined {
  const whole = joined(words);
  return (
    terms.get(whole) ??
    singulars(whole)
      .map((word) => terms.get(word))
      .find(Boolean)
  );
}

const singulars = (word: string): string[] => [
  ...(/s$/u.test(word) ? [word.slice(0, -1)] : []),
  ...(/es$/u.test(word) ? [word.slice(0, -2)] : []),
  ...(/ies$/u.test(word) ? [`${word.slice(0, -3)}y`] : []),
  ...(/en$/u.test(word) ? [word.slice(0, -2), word.slice(0, -1)] : []),
  ...(/n$/u.test(word) ? [word.slice(0, -1)] : []),
];

/**
 * The category that words name. The head of the phrase decides: the last one in English, German and Hindi, the first
 * one in Indonesian, where what follows describes it ("tas laptop" is a bag).
 */
export function findCategory(words: readonly string[], headComesFirst: boolean): string | null {
  const named: Term[] = [];
  for (let start = 0; start < words.length; start += 1) {
    for (let length = Math.min(LONGEST, words.length - start); length > 0; length -= 1) {
      const term = termOf(words.slice(start, start + length).join(''));
      if (!term) continue;
      named.push(term);
      start += length - 1;
      break;
    }
  }
  const plain = named.filter(({ isTelltale }) => !isTelltale);
  const counted = plain.length > 0 ? plain : named;
  return (headComesFirst ? counted[0] : counted.at(-1))?.category ?? null;
}

/** Every single word of the taxonomy, for mending typos. */
export const categoryWords = (): string[] =>
  [...terms.values()].flatMap(({ phrase }) => phrase.split(/[\s-]/u));

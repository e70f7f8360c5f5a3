import { createHash } from 'node:crypto';

const MAX_WORDS = 64;

/** Words of a title or a search: letters and digits of any script, without case or marks. */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase();
  return [...new Set(plain.match(/[\p{Letter}\p{Number}]+/gu) ?? [])].slice(0, MAX_WORDS);
}

/** A word as it is compared across tenants: nobody's search can be read from it. */
export const wordHash = (word: string): string =>
  createHash('sha256').update(word).digest().readBigInt64BE(0).toString();

/** The word to look a search up by: the longest one is likely to be the rarest. */
export const leadWord = (words: readonly string[]): string =>
  words.reduce((longest, word) => (word.length > longest.length ? word : longest));

export function hasWords(title: string, words: readonly string[]): boolean {
  const present = new Set(wordsOf(title));
  return words.every((word) => present.has(word));
}

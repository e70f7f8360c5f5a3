/** Longer sentences are read up to here: nobody needs more words to say what to look for. */
const MAX_LENGTH = 600;

/** Limits written to their number: "under80k", "20000tak". */
const gluedBefore =
  /(?<![\p{L}\p{N}])(?:under|below|above|over|upto|within|around|budget|maximal|maks|max|unter|bis|über|dibawah|bawah|sampai|sekitar|lagbhag)(?=\d)/giu;
const gluedAfter =
  /(?<![\p{L}\p{N}])(\d[\d.,]*\s?(?:k|rb|ribu|jt|juta|l|lakh|cr|tsd)?)-?(?=(?:ish|tak|se|ke|mein|wala|wale|wali|max|maks|maximal|under|below|budget|bis|sampai)(?!\p{L}))/giu;

/**
 * A sentence as all rules read it: NFKC, single blanks, no emoji, no control characters, at most `MAX_LENGTH`
 * characters, cut between words. Letters keep their case, for `R$` and `Ft` are currencies.
 */
export function spokenText(sentence: string): string {
  const start = sentence.slice(0, MAX_LENGTH * 2).normalize('NFKC');
  const plain = start
    .replaceAll(/[’‘`´]/gu, "'")
    .replaceAll(/[“”„«»]/gu, '"')
    .replaceAll(/[–—−]/gu, '-')
    .replaceAll(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Cf}\p{Cc}\p{Cs}\p{Co}️]/gu, (char) =>
      /[#*0-9©®™]/u.test(char) ? char : ' ',
    )
    .replaceAll(gluedBefore, '$& ')
    .replaceAll(gluedAfter, '$1 ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  if (plain.length <= MAX_LENGTH) return plain;
  const cut = plain.lastIndexOf(' ', MAX_LENGTH);
  return plain.slice(0, cut > 0 ? cut : MAX_LENGTH);
}

/** Lower case, character by character, so that places in it are places in the text. */
export const lowered = (text: string): string =>
  text.toLowerCase().length === text.length
    ? text.toLowerCase()
    : Array.from(text, (char) =>
        char.toLowerCase().length === char.length ? char.toLowerCase() : char,
      ).join('');

/** A pattern of any of these phrases as whole words; a blank in a phrase stands for any white space or hyphen. */
export function phrases(list: readonly string[], flags = 'u'): RegExp {
  const sorted = list.toSorted((left, right) => right.length - left.length);
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${sorted.map(escaped).join('|')})(?![\\p{L}\\p{N}])`, flags);
}

/** A pattern of a source as whole words, in any case. */
export const whole = (source: string): RegExp =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${source})(?![\p{L}\p{N}])`, 'iu');

const escaped = (phrase: string): string =>
  phrase.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&').replaceAll(' ', '[ -]?');

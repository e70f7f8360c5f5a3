/**
 * A text of an outside system, cut to length, without what no database keeps (NUL, half of a surrogate pair: the cut
 * may have made one).
 */
export const storableText = (text: string, maxCharacters: number): string =>
  text.slice(0, maxCharacters).replaceAll('\0', '').toWellFormed();

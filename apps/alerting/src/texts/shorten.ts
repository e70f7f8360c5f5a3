const ELLIPSIS = '…';

/** A text of at most `max` UTF-16 units, without half a character at its end. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, Math.max(0, max - 1)).replace(/[\uD800-\uDBFF]$/, '')}${ELLIPSIS}`;
}

/** Shortens at the end of a line or a sentence where there is one that leaves a third, else at a word. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = text.slice(0, max - 1);
  const least = room.length / 3;
  const sentence = Math.max(...['\n', '. ', '! ', '? '].map((end) => room.lastIndexOf(end)));
  if (sentence >= least) return `${room.slice(0, sentence + 1).trimEnd()} ${ELLIPSIS}`;
  const word = room.lastIndexOf(' ');
  return word >= least ? `${room.slice(0, word)} ${ELLIPSIS}` : cut(text, max);
}

import { cut, shorten } from '../texts/shorten.ts';

/** Telegram's limits, in UTF-16 units of what people read: mark-up is not counted. */
export const MAX_TEXT = 4_096;
export const MAX_CAPTION = 1_024;
const MAX_LINE = 500;
/** Less of a line than this says nothing. */
const WORTH_SHOWING = 24;

/** A line of a message. */
export interface Line {
  text: string;
  look?: 'b' | 'i' | 'pre' | undefined;
  /** Never dropped, however long the message is: the title, and where a price comes from. */
  isKept?: boolean;
}

/** Everything foreign goes through here; also what JSON cannot carry, or a chat would show as a box, is taken out. */
export const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/(?!\n)\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const marked = ({ look }: Line, text: string): string =>
  look === undefined ? escapeHtml(text) : `<${look}>${escapeHtml(text)}</${look}>`;

/**
 * Lines as HTML of at most `max` units. Kept lines have their room first; of the others the first ones stay, the one
 * that does not fit is shortened at a sentence, and what comes after it is left out.
 */
export function htmlOf(lines: readonly Line[], max: number): string {
  const bounded = lines
    .map((line) => ({ ...line, text: line.look === 'pre' ? line.text : shorten(line.text.trim(), MAX_LINE) }))
    .filter(({ text }) => text !== '');
  let room = max - bounded.reduce((sum, line) => sum + (line.isKept ? line.text.length + 1 : 0), 0);
  let isFull = false;
  const shown = bounded.flatMap((line) => {
    if (line.isKept) return [marked(line, line.text)];
    if (isFull) return [];
    const left = room - 1;
    room -= line.text.length + 1;
    if (line.text.length <= left) return [marked(line, line.text)];
    isFull = true;
    return left < WORTH_SHOWING
      ? []
      : [marked(line, line.look === 'pre' ? cut(line.text, left) : shorten(line.text, left))];
  });
  return shown.join('\n');
}

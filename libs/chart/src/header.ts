import { FONT_FAMILY, metricsOf } from './font.ts';
import { drawableTitle, fitted } from './texts.ts';
import { THEME } from './theme.ts';

export const MARGIN = 28;
const TITLE_SIZE = 29;
const LINE_SIZE = 23;

export interface Phrase {
  text: string;
  colour?: string;
  isBold?: boolean;
}

/** Title and one line below it; answers where they end. */
export function header(title: string | undefined, phrases: readonly Phrase[], width: number) {
  const room = width - 2 * MARGIN;
  const drawn = drawableTitle(title, TITLE_SIZE, room);
  const titleElements = drawn ? [textAt(drawn, MARGIN, 38, TITLE_SIZE, true, THEME.ink)] : [];
  const y = drawn ? 80 : 42;
  let x = MARGIN;
  const line = phrases.flatMap(({ text, colour = THEME.muted, isBold = false }) => {
    const free = width - MARGIN - x;
    if (free < 60) return [];
    const weight = isBold ? 'bold' : 'normal';
    const shown = fitted(text, LINE_SIZE, free, weight);
    const element = textAt(shown, x, y, LINE_SIZE, isBold, colour);
    x += metricsOf(weight).widthOf(shown, LINE_SIZE) + metricsOf('normal').widthOf(' ', LINE_SIZE);
    return [element];
  });
  return { elements: [...titleElements, ...line], bottom: y + (phrases.length > 0 ? 22 : -16) };
}

const textAt = (text: string, x: number, y: number, size: number, isBold: boolean, colour: string) => ({
  type: 'text' as const,
  x,
  y,
  style: {
    text,
    fill: colour,
    fontSize: size,
    fontFamily: FONT_FAMILY,
    fontWeight: isBold ? ('bold' as const) : ('normal' as const),
    textVerticalAlign: 'middle' as const,
  },
});

import { FONT_FAMILY, metricsOf } from './font.ts';
import { THEME } from './theme.ts';

export interface LegendItem {
  text: string;
  colour: string;
  /** A filled box instead of a line. */
  isArea?: boolean;
  isDashed?: boolean;
  /** A line with a hole in it. */
  isBroken?: boolean;
}

const FONT_SIZE = 20;
const SWATCH = 30;
const SPACE = 9;
const BETWEEN = 28;
export const LEGEND_ROW = 32;

const widthOf = ({ text }: LegendItem): number =>
  SWATCH + SPACE + metricsOf('normal').widthOf(text, FONT_SIZE) + BETWEEN;

/** As many rows as are needed. */
export function legendRows(items: readonly LegendItem[], width: number): LegendItem[][] {
  const rows: LegendItem[][] = [];
  let free = 0;
  for (const item of items) {
    const needed = widthOf(item);
    if (rows.length === 0 || needed - BETWEEN > free) {
      rows.push([]);
      free = width;
    }
    rows.at(-1)!.push(item);
    free -= needed;
  }
  return rows;
}

/** Only what is to be seen in the picture is explained. */
export function legendElements(rows: readonly LegendItem[][], left: number, top: number) {
  return rows.flatMap((row, index) => {
    let x = left;
    const y = top + index * LEGEND_ROW + LEGEND_ROW / 2;
    return row.flatMap((item) => {
      const elements = [swatch(item, x, y), words(item.text, x + SWATCH + SPACE, y)];
      x += widthOf(item);
      return elements;
    });
  });
}

const swatch = ({ colour, isArea, isDashed, isBroken }: LegendItem, x: number, y: number) =>
  isArea
    ? {
        type: 'rect' as const,
        shape: { x, y: y - 9, width: SWATCH, height: 18, r: 3 },
        style: { fill: colour },
      }
    : {
        type: 'line' as const,
        shape: { x1: x, y1: y, x2: x + SWATCH, y2: y },
        style: {
          stroke: colour,
          lineWidth: isDashed ? 3 : 4,
          ...(isDashed && { lineDash: [8, 5] }),
          ...(isBroken && { lineDash: [9, 12] }),
        },
      };

const words = (text: string, x: number, y: number) => ({
  type: 'text' as const,
  x,
  y,
  style: {
    text,
    fill: THEME.muted,
    fontSize: FONT_SIZE,
    fontFamily: FONT_FAMILY,
    textVerticalAlign: 'middle' as const,
  },
});

import type { Sparkline } from './chart.ts';
import { type Line, priceLines, thinned } from './price-lines.ts';
import { THEME } from './theme.ts';

const INSET = 4;

/** Small and without words, so written by hand. */
export function sparklineSvg({ points, gaps = [], toMs, width = 240, height = 60 }: Sparkline): string {
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`;
  const newest = points.at(-1);
  if (!newest) return `${open}</svg>`;
  const fromMs = points[0]!.atMs;
  const endMs = Math.max(toMs ?? 0, newest.atMs, fromMs + 1);
  const shown = thinned(points, width, endMs);
  const lines = priceLines(shown, gaps, endMs);
  const prices = shown.map(({ priceMinor }) => priceMinor);
  const low = Math.min(...prices);
  const range = Math.max(...prices) - low;
  const x = (atMs: number): number => INSET + ((atMs - fromMs) / (endMs - fromMs)) * (width - 2 * INSET);
  const y = (minor: number): number =>
    range === 0 ? height / 2 : height - INSET - ((minor - low) / range) * (height - 2 * INSET);
  const path = (line: Line, colour: string): string =>
    line.length === 0
      ? ''
      : `<path d="${pathOf(line, x, y)}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  const circle = (atMs: number, minor: number, radius: number): string =>
    `<circle cx="${short(x(atMs))}" cy="${short(y(minor))}" r="${radius}" fill="${THEME.price}"/>`;
  return [
    open,
    path(lines.imported, THEME.imported),
    path(lines.observed, THEME.price),
    ...lines.alone.map((point) => circle(point.atMs, point.priceMinor, 1.5)),
    circle(endMs, newest.priceMinor, 3.5),
    '</svg>',
  ].join('');
}

const short = (value: number): number => Math.round(value * 10) / 10;

function pathOf(line: Line, x: (atMs: number) => number, y: (minor: number) => number): string {
  let command = 'M';
  const parts: string[] = [];
  for (const place of line) {
    if (place) parts.push(`${command}${short(x(place[0]))} ${short(y(place[1]))}`);
    command = place ? 'L' : 'M';
  }
  return parts.join('');
}

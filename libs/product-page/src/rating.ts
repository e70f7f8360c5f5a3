/** Stars as a page shows them; `best` is the scale's end where the page names it. */
export interface Stars {
  value: number;
  best?: number;
}

const number = String.raw`\d{1,3}(?:[.,]\d{1,4})?`;
const outOf = String.raw`(?:/|out of|of|von|de|su|sur|z|ze|av|af|van|из|从|dari|sobre|\/)`;
const scale = new RegExp(
  String.raw`(?<![\d.,])(${number})\s*(?:stars?|★)?\s*${outOf}\s*(${number})(?![\d.,]*\d)(?!\s*\p{L}*\s*(?:reviews?|ratings?))`,
  'iu',
);
const first = new RegExp(String.raw`(?<![\d.,])(${number})`, 'u');

/** Reads "4,6 von 5 Sternen", "4.9/5.00", "92 %", "4.8 (594)"; what follows it may name the scale. */
export function starsIn(text: string, following = ''): Stars | undefined {
  const bounded = text.slice(0, 300);
  const scaled = scale.exec(bounded) ?? scale.exec(joined(bounded, following));
  if (scaled) return { value: toNumber(scaled[1]!), best: toNumber(scaled[2]!) };
  const found = first.exec(bounded);
  if (!found) return undefined;
  const value = toNumber(found[1]!);
  return bounded
    .slice(found.index + found[0].length)
    .trimStart()
    .startsWith('%')
    ? { value, best: 100 }
    : { value };
}

/** The bare number of an element and the text right after it: "5" + "out of 5 stars". */
function joined(text: string, following: string): string {
  return /^\s*[\d.,]+\s*$/u.test(text) ? `${text.trim()} ${following.trim().slice(0, 40)}` : '';
}

/** Stars as 0 to 5, two decimals. A scale of five is usual; a value beyond names its own: 10 or 100. */
export function fiveStars(value: number, best?: number, worst = 0): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  const top =
    best !== undefined && best >= value && best > 0 ? best : [5, 10, 100].find((each) => value <= each);
  if (top === undefined) return undefined;
  // a scale from 1 to 5 is already five stars: only scales of another end are stretched
  const share = top === 5 ? value / 5 : (value - Math.min(worst, 0)) / (top - Math.min(worst, 0));
  return Math.round(share * 500) / 100;
}

export function toNumber(text: string): number {
  return Number(text.trim().replace(',', '.'));
}

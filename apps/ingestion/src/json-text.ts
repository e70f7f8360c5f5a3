/** Amounts whose numbers must reach us as they were written: 14.10 stays "14.10", 1e999 is not Infinity. */
const AMOUNTS = ['price', 'listPrice', 'memberPrice', 'shipping'] as const;

/** JSON text as a value, or why it is none, naming the place; positions count characters from 0. */
export type Json = { value: unknown } | { problem: string };

/** Parses one JSON text. Amounts of the outermost object that are numbers become the text they were written as. */
export function parseJson(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value) && AMOUNTS.some((key) => typeof value[key] === 'number')) restoreDigits(value, text);
    return { value };
  } catch (error) {
    return { problem: error instanceof RangeError ? 'is nested too deeply' : notJson(text) };
  }
}

/** A JSON.parse reviver: every amount that is a number, however deep, becomes the text it was written as. */
export function keepDigits(key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && AMOUNTS.some((name) => name === key) ? context?.source : value;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Only the outermost amounts: an attribute that happens to be called `price` stays the number it is. */
function restoreDigits(value: Record<string, unknown>, text: string): void {
  const exact = JSON.parse(text, keepDigits) as Record<string, unknown>;
  for (const key of AMOUNTS) if (typeof value[key] === 'number') value[key] = exact[key];
}

function notJson(text: string): string {
  const position = firstBadCharacter(text);
  return position === text.length
    ? `is not JSON: it ends too early, after ${text.length} characters`
    : `is not JSON: unexpected ${JSON.stringify(text.charAt(position))} at position ${position}`;
}

/** V8 does not always name the position. Every prefix before the bad character is merely unfinished: search by halves. */
function firstBadCharacter(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const length = (good + bad) >> 1;
    if (length <= text.length && canContinue(text.slice(0, length))) good = length;
    else bad = length;
  }
  return good;
}

function canContinue(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    return position === undefined ? message.includes('end of JSON input') : Number(position) >= prefix.length;
  }
}

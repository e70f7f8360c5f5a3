/**
 * Parses an answer of the Creators API or of its predecessor into one spelling. Their keys differ in case only
 * (`ItemsResult`, `EANs`; the successor still slips into `Price` and `Value`), so every key becomes camel case.
 * Amounts stay the text that they were written as: no float is involved. A byte order mark is skipped.
 * Throws SyntaxError when the text is no JSON.
 */
export function parseCatalogueJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''), revive);
}

function revive(key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'number') return /^amount$/i.test(key) ? plainDigits(context?.source, value) : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [camelCase(name), held]));
}

/** `ASIN` and `EANs` are words of their own; of other keys the first letter changes. */
const camelCase = (name: string): string =>
  name.replace(/^[A-Z]+(?=s?$)|^[A-Z]/, (capitals) => capitals.toLowerCase());

/** Java writes ten million rupees 1.0E7: the only numbers that are not digits already. */
function plainDigits(source: string | undefined, value: number): string {
  if (source !== undefined && !/e/i.test(source)) return source;
  return Number.isSafeInteger(value) ? String(value) : value.toFixed(4);
}

import { phrases } from './spoken-text.ts';

export type Condition = 'new' | 'used' | 'refurbished' | 'open_box';

/** In this order: "refurbished, like new" is refurbished. */
const rules: readonly (readonly [Condition, RegExp])[] = [
  ['refurbished', phrases('refurbished refurb refurbed renewed reconditioned generalüberholt generalüberholte generalüberholter generalüberholtes generalüberholten refurbisht refurbishte refurbishtes wiederaufbereitet aufbereitet aufbereitete rekondisi rekondisi'.split(' '))],
  ['open_box', phrases(['open box', 'openbox', 'b ware', 'ausstellungsstück', 'vorführgerät', 'ex display', 'display unit'])],
  ['used', phrases([
    'used', 'second hand', 'secondhand', '2nd hand', 'pre owned', 'preowned', 'pre loved', 'preloved', 'like new', 'wie neu',
    'gebraucht', 'gebrauchte', 'gebrauchter', 'gebrauchtes', 'gebrauchten', 'gebrauchtwagen', 'zweite hand', 'aus zweiter hand',
    'bekas', 'seken', 'second', 'purana', 'purani', 'purane', 'puraana', 'istemal kiya hua', 'use kiya hua',
  ])],
  ['new', phrases(['new', 'brand new', 'unused', 'sealed', 'neu', 'neue', 'neuer', 'neues', 'neuen', 'neuware', 'ovp', 'baru', 'naya', 'nayi', 'naye', 'bilkul naya'])],
]; // prettier-ignore

/** These hold a word of the list without meaning it. */
const otherMeanings = phrases([
  'new balance', 'new york', 'new era', 'new world', 'new zealand', 'new low', 'new lowest', 'new all time low', 'new record', 'neuen tiefststand', 'neuer tiefststand', 'neuen tiefstpreis', 'neuen bestpreis', 'whats new', "what's new", 'new year', 'used to', 'used for',
  'used by', 'neu isenburg', 'tahun baru', 'per second', 'a second', 'one second', 'second generation', 'second gen', 'newborn',
], 'gu'); // prettier-ignore

/** The condition that is wanted, and where the sentence says so. */
export function findCondition(
  text: string,
): { condition: Condition; start: number; end: number } | undefined {
  const plain = text.replaceAll(otherMeanings, (words) => '·'.repeat(words.length));
  for (const [condition, pattern] of rules) {
    const match = pattern.exec(plain);
    if (match) return { condition, start: match.index, end: match.index + match[0].length };
  }
  return undefined;
}

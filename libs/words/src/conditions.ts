import { phrases } from './spoken-text.ts';

export type Condition = 'new' | 'used' | 'refurbished' | 'open_box';

/** In this order: "refurbished, like new" is refurbished. */
const rules: readonly (readonly [Condition, RegExp])[] = [
  ['refurbished', phrases('refurbished refurb refurbed renewed reconditioned generalüberholt generalüberholte generalüberholter generalüberholtes generalüberholten refurbisht refurbishte refurbishtes wiederaufbereitet aufbereitet aufbereitete refurbish refurbis refurbed refurbishment rekondisi rekon'.split(' '), 'giu')],
  ['open_box', phrases(['open box', 'openbox', 'b ware', 'ausstellungsstück', 'vorführgerät', 'ex display', 'display unit', 'ex demo', 'demo unit', 'demogerät', 'vorführmodell', 'aussteller', 'rückläufer', 'geöffnete verpackung', 'returned item'], 'giu')],
  ['used', phrases([
    'used', 'second hand', 'secondhand', '2nd hand', 'pre owned', 'preowned', 'pre loved', 'preloved', 'like new', 'wie neu',
    'gebraucht', 'gebrauchte', 'gebrauchter', 'gebrauchtes', 'gebrauchten', 'gebrauchtwagen', 'gebr', 'gebrauchtgerät', 'zweite hand', 'neuwertig', 'neuwertige', 'neuwertiges', 'neuwertiger', 'fast neu', 'kaum benutzt', 'almost new', 'thrifted', 'sekon', 'sekenan', 'sekenhand', 'aus zweiter hand',
    'bekas', 'seken', 'second', 'purana', 'purani', 'purane', 'puraana', 'istemal kiya hua', 'use kiya hua',
  ], 'giu')],
  ['new', phrases(['new', 'brand new', 'unused', 'unopened', 'never opened', 'factory sealed', 'sealed', 'bnib', 'originalverpackt', 'originalverpackte', 'originalverpackter', 'originalverpacktes', 'original verpackt', 'ungeöffnet', 'unbenutzt', 'nagelneu', 'nagelneue', 'nagelneues', 'brandneu', 'fabrikneu', 'segel', 'neu', 'neue', 'neuer', 'neues', 'neuen', 'neuware', 'ovp', 'baru', 'naya', 'nayi', 'naye', 'bilkul naya'], 'giu')],
]; // prettier-ignore

/** These hold a word of the list without meaning it. */
const otherMeanings = phrases([
  'new balance', 'new york', 'new era', 'new world', 'new zealand', 'new low', 'new lowest', 'new all time low', 'new record', 'neuen tiefststand', 'neuer tiefststand', 'neuen tiefstpreis', 'neuen bestpreis', 'whats new', 'anything new', 'something new', 'gibts neues', 'gibt es neues', 'was neues', 'etwas neues', 'neues an', "what's new", 'new year', 'used to', 'used for',
  'used by', 'neu isenburg', 'tahun baru', 'per second', 'a second', 'one second', 'the second', 'any second', 'every second', 'second generation', 'second gen', 'newborn',
], 'giu'); // prettier-ignore

/** The condition that is wanted, and where the sentence says so. */
export function findCondition(
  text: string,
): { condition: Condition; start: number; end: number } | undefined {
  const plain = text.replaceAll(otherMeanings, (words) => '·'.repeat(words.length));
  for (const [condition, pattern] of rules) {
    for (const { 0: words, index: start } of plain.matchAll(pattern)) {
      const end = start + words.length;
      const isDenied = deniedBefore.test(plain.slice(0, start)) || deniedAfter.test(plain.slice(end));
      if (!isDenied) return { condition, start, end };
    }
  }
  return undefined;
}

/** "not used", "second hand nahi": what is not wanted. */
const deniedBefore =
  /(?<!\p{L})(?:not|no|kein\p{L}*|nichts|nicht|bukan|jangan|tidak|ga|gak)\s(?:(?:a|an|the|yang|barang|mau|any)\s)*$/iu;
const deniedAfter = /^[?,]?\s(?:nahi|nahin|nhi|bukan|mat)(?!\p{L})/iu;

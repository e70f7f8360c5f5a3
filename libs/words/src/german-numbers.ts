import { smallNumber } from './small-numbers.ts';

const units = 'ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun';
const upTo19 = `zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn|siebzehn|achtzehn|neunzehn|${units}`;
const tens = 'zwanzig|dreißig|dreissig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig';
const compound = new RegExp(
  String.raw`(?<!\p{L})(?:(?<thousands>${upTo19})?(?<thousand>tausend))?(?:(?<hundreds>${upTo19})?(?<hundred>hundert))?(?:und)?(?:(?:(?<unit>${units})und)?(?<ten>${tens})|(?<rest>${upTo19}))?(?!\p{L})`,
  'giu',
);

/** German writes a number as one word: "fünfundzwanzig", "zweihundertfünfzig", "eintausendzweihundert". */
export const withGermanNumbers = (text: string): string =>
  text.replaceAll(compound, (word, ...found: unknown[]) => {
    const part = found.at(-1) as Partial<Record<string, string>>;
    const { thousands, thousand, hundreds, hundred, unit, ten, rest } = part;
    const parts = [thousands, thousand, hundreds, hundred, unit, ten, rest];
    // A single word is read with the others of its kind: before "hundred", or before a currency.
    if (parts.filter((one) => one !== undefined).length < 2) return word;
    const multiplied = (count: string | undefined, by: string | undefined, power: number): number =>
      by === undefined ? 0 : (count === undefined ? 1 : smallNumber(count)) * power;
    const last = [unit, ten, rest].reduce((sum, one) => sum + (one === undefined ? 0 : smallNumber(one)), 0);
    return String(multiplied(thousands, thousand, 1000) + multiplied(hundreds, hundred, 100) + last);
  });

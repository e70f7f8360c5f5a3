import { withFractions } from './fractions.ts';
import { withGermanNumbers } from './german-numbers.ts';
import { anySmallNumber, smallNumber } from './small-numbers.ts';

const hundreds: Readonly<Record<string, number>> = {
  hundred: 100, hundert: 100, ratus: 100, sau: 100,
  thousand: 1000, tausend: 1000, ribu: 1000, hazar: 1000, hazaar: 1000, hajar: 1000, grand: 1000,
}; // prettier-ignore
const large = 'millions?|millionen|mio|juta|jutaan|lakhs?|lacs?|crores?';

const counts = anySmallNumber;
const multipliers = Object.keys(hundreds).join('|');
const spoken = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(${counts})[ -]?)?(${multipliers})(?![\\p{L}\\p{N}])( (?:ribu|thousand))?`,
  'giu',
);
const before = new RegExp(`(?<![\\p{L}\\p{N}])(${counts}) (?=(?:${large})(?![\\p{L}\\p{N}]))`, 'giu');
const fused: readonly (readonly [RegExp, string])[] = [
  [/(?<!\p{L})seratus ribu(?!\p{L})/giu, '100000'],
  [/(?<!\p{L})sejuta(?!\p{L})/giu, '1000000'],
  [/(?<!\p{L})seribu(?!\p{L})/giu, '1000'],
];

/** What may follow a hundred in English: "one hundred and eighty", "two hundred fifty-five". */
const tens = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety';
const ones = 'one|two|three|four|five|six|seven|eight|nine';
const afterHundred = new RegExp(
  `(?<!\\d)(\\d)00 (?:and )?(${tens})(?:[ -](${ones}))?(?![\\p{L}\\p{N}])`,
  'giu',
);

/** "two thousand five hundred", "do hazaar paanch sau": both parts are one number. */
const thousandsAndHundreds = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(${counts}) (?:thousand|haz+a*r|hajar|ribu) (?:and )?(${counts}) (?:hundred|sau|ratus)(?![\p{L}\p{N}])`,
  'giu',
);
/** "lima puluh ribu", "dua puluh lima ribu". */
const puluh = new RegExp(
  String.raw`(?<!\p{L})(${counts}) puluh(?: (${counts}))?(?= (?:ribu|rb|juta|jt|rupiah)(?!\p{L}))`,
  'giu',
);
/** A word for a number that multiplies nothing is a number before a currency only: "ten" of "ten pack" stays. */
const beforeCurrency = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:(${tens})[ -](${ones})|(?!an? )(${counts}))(?= (?:euros?|dollars?|bucks|pounds?|quid|rupees?|rupaye|rupiah|franken|yen|eur|usd|gbp|inr|rs|chf)(?!\p{L}))`,
  'giu',
);

/** Writes numbers in words as digits where they are surely numbers: "under a hundred pounds" is "under 100 pounds". */
export function withDigits(text: string): string {
  const plain = fused
    .reduce(
      (result, [pattern, digits]) => result.replaceAll(pattern, digits),
      withFractions(withGermanNumbers(text)),
    )
    .replaceAll(thousandsAndHundreds, (_all, thousands: string, hundred: string) =>
      String(smallNumber(thousands) * 1000 + smallNumber(hundred) * 100),
    )
    .replaceAll(puluh, (_all, ten: string, one: string | undefined) =>
      String(smallNumber(ten) * 10 + (one === undefined ? 0 : smallNumber(one))),
    )
    .replaceAll(before, (_all, count: string) => `${smallNumber(count)} `);
  const counted = plain.replaceAll(
    spoken,
    (all, count: string | undefined, word: string, more: string | undefined, at: number) => {
      // "5 ribu" and "20 hazar" are numbers with a magnitude already.
      if (count === undefined && /\d\s?$/u.test(plain.slice(0, at))) return all;
      if (count === undefined && /^(?:grand|sau|ratus)$/iu.test(word)) return all;
      const value = (count === undefined ? 1 : smallNumber(count)) * hundreds[word.toLowerCase()]!;
      return String(more === undefined ? value : value * 1000);
    },
  );
  const joined = counted.replaceAll(
    afterHundred,
    (_all, hundred: string, ten: string, one: string | undefined) =>
      String(Number(hundred) * 100 + smallNumber(ten) + (one === undefined ? 0 : smallNumber(one))),
  );
  return joined.replaceAll(
    beforeCurrency,
    (_all, ten: string | undefined, one: string | undefined, other: string | undefined) =>
      String(other === undefined ? smallNumber(ten!) + smallNumber(one!) : smallNumber(other)),
  );
}

/** Small numbers in words, only read before a multiplying word: "five hundred", "dua juta", "ek lakh". */
const small: Readonly<Record<string, number>> = {
  a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10,
  fifteen: 15, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90,
  ein: 1, eine: 1, einem: 1, zwei: 2, drei: 3, vier: 4, fünf: 5, sechs: 6, sieben: 7, acht: 8, neun: 9,
  zehn: 10, zwanzig: 20, dreißig: 30, vierzig: 40, fünfzig: 50,
  satu: 1, dua: 2, tiga: 3, empat: 4, lima: 5, enam: 6, tujuh: 7, delapan: 8, sembilan: 9, sepuluh: 10,
  ek: 1, do: 2, teen: 3, char: 4, chaar: 4, paanch: 5, panch: 5, chhe: 6, saat: 7, aath: 8, nau: 9, das: 10,
  pandrah: 15, bees: 20, pachis: 25, tees: 30, chalis: 40, pachas: 50, pachaas: 50,
}; // prettier-ignore
const hundreds: Readonly<Record<string, number>> = {
  hundred: 100, hundert: 100, ratus: 100, sau: 100,
  thousand: 1000, tausend: 1000, ribu: 1000, hazar: 1000, hazaar: 1000, hajar: 1000, grand: 1000,
}; // prettier-ignore
const large = 'million|millionen|mio|juta|lakh|lac|crore';

const counts = Object.keys(small).join('|');
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
  [/(?<!\p{L})half a million(?!\p{L})/giu, '500000'],
  [/(?<!\p{L})dedh lakh(?!\p{L})/giu, '150000'],
  [/(?<!\p{L})dhai lakh(?!\p{L})/giu, '250000'],
];

/** What may follow a hundred in English: "one hundred and eighty", "two hundred fifty-five". */
const tens = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety';
const ones = 'one|two|three|four|five|six|seven|eight|nine';
const afterHundred = new RegExp(
  `(?<!\\d)(\\d)00 (?:and )?(${tens})(?:[ -](${ones}))?(?![\\p{L}\\p{N}])`,
  'giu',
);

/** Writes numbers in words as digits where they are surely numbers: "under a hundred pounds" is "under 100 pounds". */
export function withDigits(text: string): string {
  const plain = fused
    .reduce((result, [pattern, digits]) => result.replaceAll(pattern, digits), text)
    .replaceAll(before, (_all, count: string) => `${small[count.toLowerCase()]} `);
  const counted = plain.replaceAll(
    spoken,
    (all, count: string | undefined, word: string, more: string | undefined, at: number) => {
      // "5 ribu" and "20 hazar" are numbers with a magnitude already.
      if (count === undefined && /\d\s?$/u.test(plain.slice(0, at))) return all;
      if (count === undefined && /^(?:grand|sau|ratus)$/iu.test(word)) return all;
      const value = (count === undefined ? 1 : small[count.toLowerCase()]!) * hundreds[word.toLowerCase()]!;
      return String(more === undefined ? value : value * 1000);
    },
  );
  return counted.replaceAll(afterHundred, (_all, hundred: string, ten: string, one: string | undefined) =>
    String(
      Number(hundred) * 100 + small[ten.toLowerCase()]! + (one === undefined ? 0 : small[one.toLowerCase()]!),
    ),
  );
}

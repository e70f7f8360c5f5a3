/** Small numbers in words: "five" of "five hundred", "dua" of "dua juta", "ek" of "ek lakh". */
export const smallNumbers: Readonly<Record<string, number>> = {
  a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12,
  thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19,
  twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90,
  ein: 1, eins: 1, eine: 1, einem: 1, zwei: 2, drei: 3, vier: 4, fünf: 5, sechs: 6, sieben: 7, acht: 8, neun: 9, zehn: 10, elf: 11, zwölf: 12,
  dreizehn: 13, vierzehn: 14, fünfzehn: 15, sechzehn: 16, siebzehn: 17, achtzehn: 18, neunzehn: 19,
  zwanzig: 20, dreißig: 30, dreissig: 30, vierzig: 40, fünfzig: 50, sechzig: 60, siebzig: 70, achtzig: 80, neunzig: 90,
  satu: 1, dua: 2, tiga: 3, empat: 4, lima: 5, enam: 6, tujuh: 7, delapan: 8, sembilan: 9, sepuluh: 10,
  ek: 1, do: 2, teen: 3, char: 4, chaar: 4, paanch: 5, panch: 5, chhe: 6, saat: 7, aath: 8, nau: 9, das: 10, gyarah: 11, barah: 12,
  terah: 13, chaudah: 14, pandrah: 15, solah: 16, satrah: 17, atharah: 18, bees: 20, pachis: 25, pachees: 25, pacchis: 25, tees: 30, paintis: 35,
  paintees: 35, chalis: 40, chalees: 40, paintalis: 45, pachas: 50, pachaas: 50, saath: 60, sattar: 70, assi: 80, nabbe: 90,
}; // prettier-ignore

/** One of them, as part of a pattern. */
export const anySmallNumber = Object.keys(smallNumbers).join('|');

/** The value of a word that is one of them, or of digits. */
export const smallNumber = (word: string): number => smallNumbers[word.toLowerCase()] ?? Number(word);

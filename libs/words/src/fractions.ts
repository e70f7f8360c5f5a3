import { anySmallNumber, smallNumber } from './small-numbers.ts';

const scale = String.raw`(?=\s(?:sau|hundred|haz+a*r|hajar|thousand|k|lakhs?|lacs?|crores?|ratus|ribu|rb|juta|jt|millions?|millionen)(?!\p{L}))`;
const fraction = (words: string): RegExp =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${words})${scale}`, 'giu');

const fixed: readonly (readonly [RegExp, number])[] = [
  [fraction('dedh|derh|anderthalb|eineinhalb'), 1.5],
  [fraction('dhai|dhaai|adhai|dhayi|zweieinhalb'), 2.5],
  [fraction('sava|sawa'), 1.25],
];
const withHalf: readonly RegExp[] = [
  fraction(String.raw`(?:saadhe|sadhe|saade|sade)\s(\d{1,2}|${anySmallNumber})`),
  fraction(String.raw`(\d{1,2}|${anySmallNumber})\s(?:setengah|and a half)`),
];
const half = fraction('setengah|half a|aadha|adha');
/** Words multiply whole numbers only. */
const hundreds = /(?<![\d.])(\d{1,2}\.\d{1,2})\s(?:sau|hundred|ratus)(?!\p{L})/giu;

/** Halves and quarters that have words: "dedh lakh", "saadhe teen hazaar", "satu setengah juta", "half a million". */
export const withFractions = (text: string): string => {
  const plain = fixed.reduce((result, [pattern, value]) => result.replaceAll(pattern, String(value)), text);
  return withHalf
    .reduce(
      (result, pattern) =>
        result.replaceAll(pattern, (_all, count: string) => String(smallNumber(count) + 0.5)),
      plain,
    )
    .replaceAll(half, '0.5')
    .replaceAll(hundreds, (_all, count: string) => String(Math.round(Number(count) * 100)));
};

import { brands } from './brands.ts';
import { categoryWords } from './categories.ts';
import { intentWeights } from './intent-weights.ts';
import { INTENTS, type Intent } from './intents.ts';

/** Weights of a feature, one for each of `INTENTS`. */
type Weights = readonly number[];

/** How weights are written: one of these for each of `INTENTS`, the middle one for nothing, 16 steps for 1. */
export const WEIGHT_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const WEIGHT_OF_NOTHING = 31;
export const STEPS_OF_ONE = 16;

const MOST_WORDS = 60;
const sold = new Set(categoryWords());
let weights: ReadonlyMap<string, Weights> | undefined;

/**
 * What a sentence is likely to ask for by its words, their neighbours and parts of them: a multinomial logistic
 * regression, learnt from the labelled sentences (`test/learn-weights.ts`). For sentences that no rule knows.
 */
export function likelyIntent(text: string): { intent: Intent; probability: number } {
  weights ??= readWeights(intentWeights);
  const chances = chancesOf(featuresOf(text), weights);
  const probability = Math.max(...chances);
  return { intent: INTENTS[chances.indexOf(probability)]!, probability };
}

/** What is noticed of a text as the rules read it; each once. Numbers, brands and goods count as such. */
export function featuresOf(text: string): string[] {
  const words = (text.toLowerCase().match(/[\p{L}']+|\d[\d.,]*|[?€$£₹%]/gu) ?? [])
    .slice(0, MOST_WORDS)
    .map(kindOf);
  const found = new Set<string>();
  const all = ['<', ...words, '>'];
  for (const [place, word] of all.entries()) {
    found.add(word);
    if (place > 0) found.add(`${all[place - 1]!}_${word}`);
    if (!/^\p{L}{4,}$/u.test(word)) continue;
    const edged = `<${word}>`;
    for (let at = 0; at + 4 <= edged.length; at += 1) found.add(`:${edged.slice(at, at + 4)}`);
  }
  return [...found];
}

/** The share of each of `INTENTS`, by the softmax of the sums of weights over the root of the number of features. */
export function chancesOf(features: readonly string[], known: ReadonlyMap<string, Weights>): number[] {
  const sums = INTENTS.map(() => 0);
  for (const feature of features) {
    for (const [place, weight] of known.get(feature)?.entries() ?? []) sums[place]! += weight;
  }
  const scale = Math.sqrt(features.length);
  const powers = sums.map((sum) => Math.exp((sum - Math.max(...sums)) / scale));
  const total = powers.reduce((left, right) => left + right);
  return powers.map((power) => power / total);
}

const kindOf = (word: string): string => {
  if (/^\d/u.test(word)) return '#';
  if (brands.has(word)) return '<brand>';
  return sold.has(word) ? '<goods>' : word;
};

const readWeights = (written: string): ReadonlyMap<string, Weights> =>
  new Map(
    written
      .trim()
      .split('\n')
      .map((line) => {
        const [feature, digits] = line.split(' ');
        const read = Array.from(
          digits!,
          (digit) => (WEIGHT_DIGITS.indexOf(digit) - WEIGHT_OF_NOTHING) / STEPS_OF_ONE,
        );
        return [feature!, read];
      }),
  );

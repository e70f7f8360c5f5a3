/**
 * Learns `src/intent-weights.ts` from all labelled sentences, in a few seconds and the same way each time:
 * `node --conditions=source libs/words/test/learn-weights.ts`
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readableText } from '../src/parse-words.ts';
import { INTENTS, type Intent } from '../src/intents.ts';
import {
  chancesOf,
  featuresOf,
  STEPS_OF_ONE,
  WEIGHT_DIGITS,
  WEIGHT_OF_NOTHING,
} from '../src/likely-intent.ts';

const ROUNDS = 15;
/** Features that were seen twice at least, and of these the ones with the largest weights. */
const MOST_FEATURES = 4_000;
const FORGOTTEN = 1e-4;

const sentences = globSync(join(import.meta.dirname, '*.ndjson'))
  .toSorted()
  .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as { text: string; intent: Intent });
const examples = sentences.map(({ text, intent }) => ({
  features: featuresOf(readableText(text)),
  intent: INTENTS.indexOf(intent),
}));

/** Always the same order, so that a second run changes nothing. */
let state = 1;
const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;

const weights = new Map<string, number[]>();
for (let round = 0; round < ROUNDS; round += 1) {
  const pace = 1 / (1 + round * 0.3);
  const shuffled = examples.map((example) => ({ example, place: random() }));
  for (const { example } of shuffled.toSorted((left, right) => left.place - right.place))
    learn(example, pace);
}

/** One step of stochastic gradient descent. */
function learn({ features, intent }: (typeof examples)[number], pace: number): void {
  const scale = pace / Math.sqrt(features.length);
  const steps = chancesOf(features, weights).map(
    (chance, place) => (chance - (place === intent ? 1 : 0)) * scale,
  );
  for (const feature of features) {
    const before = weights.get(feature) ?? steps.map(() => 0);
    weights.set(
      feature,
      before.map((weight, place) => weight * (1 - FORGOTTEN) - steps[place]!),
    );
  }
}

const seen = new Map<string, number>();
for (const feature of examples.flatMap(({ features }) => features))
  seen.set(feature, (seen.get(feature) ?? 0) + 1);
const strength = (of: readonly number[]): number => Math.max(...of.map(Math.abs));
const kept = [...weights]
  .filter(([feature]) => seen.get(feature)! >= 2)
  .toSorted((left, right) => strength(right[1]) - strength(left[1]))
  .slice(0, MOST_FEATURES)
  .toSorted(([left], [right]) => (left < right ? -1 : 1));
const digitOf = (weight: number): string =>
  WEIGHT_DIGITS[
    Math.max(0, Math.min(WEIGHT_DIGITS.length - 1, Math.round(weight * STEPS_OF_ONE) + WEIGHT_OF_NOTHING))
  ]!;
const lines = kept.map(([feature, of]) => `${feature} ${of.map(digitOf).join('')}`);
const file = join(import.meta.dirname, '../src/intent-weights.ts');
writeFileSync(
  file,
  `/** Written by \`test/learn-weights.ts\`: a feature and its weight for each of \`INTENTS\`, a line each. */\nexport const intentWeights = \`\n${lines.join('\n')}\n\`;\n`,
);
console.log(`${examples.length} sentences, ${lines.length} features`);

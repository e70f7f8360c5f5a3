import { brands } from './brands.ts';
import { type Budget, findBudget } from './budget.ts';
import { findCategory } from './categories.ts';
import { type Condition, findCondition } from './conditions.ts';
import { findFeatures } from './features.ts';
import { namesNothing } from './intents-by-meaning.ts';
import { intentOf } from './intent-of.ts';
import { type Intent, isSearching } from './intents.ts';
import { withDigits } from './number-words.ts';
import { productIn, productOfDeed, productsIn, without } from './product.ts';
import { spokenText } from './spoken-text.ts';
import { mendTypos } from './typos.ts';
import { withoutDiscount, withoutWishes } from './wishes.ts';

/** What a person asks for. Prices are in units of the currency, exact to the cent. */
export interface Words {
  intent: Intent;
  /** Lower case, without budget, condition and pleasantries; null where the sentence names none ("this"). */
  product: string | null;
  /** What is compared. */
  products: string[];
  category: string | null;
  features: string[];
  minPrice: number | null;
  maxPrice: number | null;
  /** ISO 4217 code; null unless the sentence names one: nothing is guessed from "lakh" or "juta". */
  currency: string | null;
  condition: Condition | null;
  /** The first address in the sentence. */
  url: string | null;
  /** 0 to 1. Below `UNSURE` ask back. */
  confidence: number;
  /** What to ask when unsure: what is looked for, which product is meant, or what it is about at all. */
  question: 'what' | 'which' | 'intent' | null;
}

/** Below this confidence a sentence should be asked about rather than acted on. */
export const UNSURE = 0.6;

/** Numbers in these are times, years or scores: "quiet hours from 22 to 7", "saved in 2026". */
const withoutBudget = new Set<Intent>([
  'savings',
  'settings',
  'help',
  'greeting',
  'snooze',
  'pause',
  'resume',
  'watches',
]);
/** They are about watches, or about what was shown. */
const deeds = new Set<Intent>(['stop', 'pause', 'resume', 'snooze', 'explain', 'compare']);
/** What is left over of such a sentence names nothing. */
const aboutNoProduct = new Set<Intent>(['savings', 'settings', 'help', 'greeting', 'watches', 'unknown']);

/** "8 GB RAM" is no memory, "22 Uhr" and "jam 10" are no watch. */
const measuredOrTimed =
  /\d+\s?(?:gb|tb)\s?(?:ram|ssd|hdd|nvme|speicher|storage)?|\d{1,2}(?:[:.]\d\d)?\s?(?:uhr|jam)(?!\p{L})|(?<!\p{L})jam\s(?=\d)/giu;
const address = /\bhttps?:\/\/[^\s<>"']{3,2000}|\bwww\.[^\s<>"']{3,2000}/iu;
const indonesian =
  /(?<!\p{L})(?:cari|carikan|yang|dengan|untuk|dibawah|di bawah|harga|tas|jam tangan|casing|sepatu|murah|bekas|baru|kulkas|mesin|kursi|meja|kabari|pantau|antara|juta|ribu|rb|jt|hp)(?!\p{L})/iu;

/** Reads a sentence by rules: no I/O, no state, about a tenth of a millisecond; any text whatever is answered. */
export function parseWords(sentence: string): Words {
  const url = addressIn(sentence);
  const text = readableText(sentence);
  const budget = findBudget(text);
  const condition = findCondition(text);
  const rest = without(
    text,
    [...budget.spans, ...(condition ? [condition] : [])].toSorted(byStart).filter(apart),
  );
  const features = findFeatures(rest);
  const kind = without(text, budget.spans).replaceAll(measuredOrTimed, ' ');
  const words = wordsOf(kind.replace(/(?<!\p{L})(?:with|for|mit|für|dengan|untuk)(?!\p{L}).*$/iu, ''));
  const headComesFirst = indonesian.test(text);
  const category = findCategory(words, headComesFirst) ?? findCategory(wordsOf(kind), headComesFirst);
  const isComputer = category === 'laptop' || category === 'computer';
  const product = productIn(withoutDiscount(rest), isComputer);
  const facts = { ...budget, hasBrand: words.some((word) => brands.has(word)), category, product };

  const { intent, isGuess } = intentOf(text, url, facts);
  if (deeds.has(intent)) facts.product = productOfDeed(rest);
  if (intent === 'watch') facts.product = productIn(withoutWishes(rest), isComputer);
  const products = intent === 'compare' ? productsIn(rest) : [];
  const { confidence, question } = isGuess ? GUESSED : judged(intent, facts, products, url, text);
  return {
    intent,
    product: nameOf(intent, facts.product, products),
    products,
    category,
    features,
    ...(withoutBudget.has(intent) ? noBudget : limitsOf(budget)),
    condition: condition?.condition ?? null,
    url,
    confidence,
    question,
  };
}

const addressIn = (sentence: string): string | null => address.exec(sentence.slice(0, 4_000))?.[0] ?? null;

/** A sentence as the rules read it: without its address, typos mended, numbers in digits. */
export function readableText(sentence: string): string {
  const url = addressIn(sentence);
  return withDigits(mendTypos(spokenText(url === null ? sentence : sentence.replace(url, ' '))));
}

const noBudget = { minPrice: null, maxPrice: null, currency: null };
const limitsOf = ({
  minPrice,
  maxPrice,
  currency,
}: Budget): Pick<Budget, 'minPrice' | 'maxPrice' | 'currency'> => ({
  minPrice,
  maxPrice,
  currency,
});

function nameOf(intent: Intent, product: string | null, products: readonly string[]): string | null {
  if (products.length > 0) return products.join(' vs ');
  if (aboutNoProduct.has(intent) || product === null) return null;
  return intent !== 'search' && namesNothing(product) ? null : product;
}

interface Facts {
  isSure: boolean;
  maxPrice: number | null;
  minPrice: number | null;
  hasBrand: boolean;
  category: string | null;
  product: string | null;
}

/** No rule knew the sentence: what is more than shown is asked about first. */
const GUESSED = { confidence: 0.55, question: 'intent' } as const;

function judged(
  intent: Intent,
  facts: Facts,
  products: readonly string[],
  url: string | null,
  text: string,
): Pick<Words, 'confidence' | 'question'> {
  if (intent === 'unknown') return { confidence: 0.1, question: 'intent' };
  if (intent === 'compare' && products.length < 2) return { confidence: 0.7, question: 'which' };
  if (intent === 'search') {
    if (facts.product === null) return { confidence: 0.5, question: 'what' };
    const evidence = [facts.category !== null, facts.hasBrand, facts.isSure, isSearching(text)];
    const strength = evidence.filter(Boolean).length;
    return { confidence: [0.5, 0.8, 0.9, 0.95, 0.98][strength]!, question: strength === 0 ? 'intent' : null };
  }
  if (intent === 'watch' && facts.product === null && url === null) {
    return { confidence: 0.8, question: 'which' };
  }
  return { confidence: 0.9, question: null };
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}'-]+/u)
    .filter(Boolean)
    .slice(0, 80);

const byStart = (left: { start: number }, right: { start: number }): number => left.start - right.start;
const apart = (
  span: { start: number; end: number },
  place: number,
  all: readonly { start: number; end: number }[],
): boolean => place === 0 || span.start >= all[place - 1]!.end;

import { parseWords } from '@souk/words';

/** A sentence as one JSON line: what is not said is null, features are a list. */
export function wordsLine(sentence: string): string {
  const { intent, product, category, features, minPrice, maxPrice, currency, condition, confidence } =
    parseWords(sentence);
  return JSON.stringify({
    intent,
    product,
    category,
    features,
    minPrice,
    maxPrice,
    currency,
    condition,
    confidence,
  });
}

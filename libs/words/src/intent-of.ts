import { intentByMeaning, type Named, wantsDeals } from './intents-by-meaning.ts';
import { intentByParts, intentBySureParts } from './intents-by-parts.ts';
import { type Intent, intentNamed, isChatting, isSearching } from './intents.ts';
import { likelyIntent } from './likely-intent.ts';
import { isSetting } from './said-settings.ts';

interface Facts {
  maxPrice: number | null;
  minPrice: number | null;
  hasBrand: boolean;
  category: string | null;
  product: string | null;
}

/** From here on what sentences of its kind ask for counts more than that it may name a product. */
const LIKELY = 0.4;
/** What has a budget, or is something that is looked for, is mostly a search. */
const SURE = 0.7;

interface Read {
  intent: Intent;
  /** Only the words' likeness to sentences that were labelled speaks for it. */
  isGuess: boolean;
}

/** What a sentence asks for: by rules, else by its likeness to others, else a search for what it names. */
export function intentOf(text: string, url: string | null, facts: Facts): Read {
  const hasBudget = facts.maxPrice !== null || facts.minPrice !== null;
  const hasProduct = facts.category !== null || facts.hasBrand || url !== null;
  const named = intentByRules(text, url, { hasProduct, hasBudget });
  if (named !== undefined) return { intent: named, isGuess: false };
  const likely = likelyIntent(text);
  const isLookedFor = hasBudget || (hasProduct && isSearching(text));
  const isLikely =
    likely.probability >= (isLookedFor ? SURE : LIKELY) && (!hasBudget || likely.intent === 'watch');
  if (isLikely && likely.intent !== 'search')
    return { intent: likely.intent, isGuess: likely.intent !== 'unknown' };
  return {
    intent: hasProduct || hasBudget || isNamed(text, facts.product) ? 'search' : 'unknown',
    isGuess: false,
  };
}

function intentByRules(text: string, url: string | null, said: Named): Intent | undefined {
  const named =
    intentBySureParts(text, said) ??
    intentByMeaning(text, said) ??
    intentNamed(text) ??
    intentByParts(text, said);
  if (named !== undefined) return named;
  if (url !== null) return 'watch';
  if (isSetting(text)) return 'settings';
  return wantsDeals(text, said) ? 'deals' : undefined;
}

/** Whether something is looked for, though neither a maker nor a kind of goods is known in it. */
function isNamed(text: string, product: string | null): boolean {
  if (isChatting(text)) return false;
  return product !== null && nameable.test(product) ? !isGibberish(product) : isSearching(text);
}

/** A word, or a model such as "i5-13400f" and "s24". */
const nameable = /\p{L}{2}|\p{L}\d{2}|\d{3}\p{L}|\p{L}\d\s\d{2}/u;

/** Neighbours on a keyboard. */
const alongTheKeys = /asdf|sdfg|dfgh|fghj|hjkl|asdk|lkjh|qwer|zxcv|cvbn|vbnm|yxcv|qwe$/iu;
/** "asdf qwer zxcv": hardly a vowel in any word, and no number that a model could have. */
function isGibberish(product: string): boolean {
  if (product.split(' ').every((word) => alongTheKeys.test(word))) return true;
  const letters = product.replaceAll(/[^\p{L}]/gu, '');
  const vowels = letters.replaceAll(/[^aeiouyäöüéèàáíóúâêîôû]/giu, '');
  return letters.length >= 10 && !/\d/u.test(product) && vowels.length / letters.length < 0.2;
}

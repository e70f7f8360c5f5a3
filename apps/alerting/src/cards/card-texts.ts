import type { AlertReason, DealFactor } from '@souk/contracts';
import type { TextKey } from '../texts/catalogue.ts';
import { english } from '../texts/english.ts';
import { textOf } from '../texts/said.ts';
import { cut } from '../texts/shorten.ts';
import type { Texts } from '../texts/texts.ts';
import type { ProductCard } from './card.ts';

/** A card in a person's language: plain lines that a channel marks up, escapes and shortens. */
export interface CardTexts {
  title: string;
  /** What tells it from the other variations of the product, in the words of the shop. */
  variant: string | null;
  price: string;
  /** The price of right now, where it is another one. */
  priceNow: string | null;
  discount: string | null;
  score: string | null;
  /** The two best reasons of the score, at most. */
  scoreReasons: string[];
  stock: string | null;
  /** Seller and shop, with the condition where it is not new. */
  seller: string;
  age: string | null;
  /** Why the alert came. */
  reasons: string[];
  attribution: string | null;
}

const VARIANT_PARTS = 4;
const MAX_VARIANT_PART = 60;
/** Below this a discount is none. */
const WORTH_NAMING_PERCENT = 1;

export function cardTexts(card: ProductCard, texts: Texts, now: Date): CardTexts {
  const { score, stock } = card;
  return {
    title: card.title,
    variant: variantText(card),
    price: priceText(card, texts),
    priceNow: card.priceNow && texts.say('card.now', { price: card.priceNow }),
    discount: discountText(card.discount, texts),
    score: score && texts.say(score.isSure ? 'card.score' : 'card.score-unsure', { score: score.value }),
    scoreReasons: score?.best.map((factor) => factorText(factor, texts)) ?? [],
    stock: stock === null || stock === 'unknown' ? null : texts.say(`stock.${stock}`),
    seller: sellerText(card, texts),
    age: card.seenAt && texts.say('card.age', { age: texts.age(card.seenAt, now) }),
    reasons: card.reasons.map((reason) => reasonText(reason, texts)),
    attribution: card.attribution,
  };
}

/** What tells a variation from the others: "Size: L · Colour: red". */
export const variantText = ({ variant }: ProductCard): string | null =>
  Object.entries(variant)
    .slice(0, VARIANT_PARTS)
    .map(([name, value]) => cut(`${name}: ${value}`, MAX_VARIANT_PART))
    .join(' · ') || null;

function priceText({ price, previousPrice, shipping }: ProductCard, texts: Texts): string {
  if (!price) return texts.say('card.no-price');
  const hasMoved = previousPrice !== null && previousPrice.amountMinor !== price.amountMinor;
  const amount = hasMoved
    ? texts.say('card.price-before', { price, before: previousPrice })
    : texts.say('card.price', { price });
  if (!shipping) return amount;
  const carriage =
    shipping.amountMinor === 0 ? texts.say('card.shipping-free') : texts.say('card.shipping', { shipping });
  return `${amount}, ${carriage}`;
}

/** What the shop claims beside what is true. */
function discountText({ claimed, real }: ProductCard['discount'], texts: Texts): string | null {
  const [says, is] = [claimed === null ? 0 : Math.round(claimed), real === null ? null : Math.round(real)];
  if (says < WORTH_NAMING_PERCENT)
    return is !== null && is >= WORTH_NAMING_PERCENT ? texts.say('card.discount-real', { real: is }) : null;
  if (is === null) return texts.say('card.discount-claimed', { claimed: says });
  if (is >= WORTH_NAMING_PERCENT) return texts.say('card.discount-both', { claimed: says, real: is });
  return is <= -WORTH_NAMING_PERCENT
    ? texts.say('card.discount-dearer', { claimed: says, more: -is })
    : texts.say('card.discount-none', { claimed: says });
}

function sellerText({ seller, source, condition }: ProductCard, texts: Texts): string {
  const where =
    seller === null ? texts.say('card.source', { source }) : texts.say('card.seller', { seller, source });
  const key = `condition.${condition}`;
  return condition === null || condition === 'new' || !isKey(key)
    ? where
    : `${where} · ${texts.write({ key })}`;
}

/** Why an alert came, in the person's language; in English, as it was raised, where it was before there were wordings. */
export const reasonText = (reason: AlertReason, texts: Texts): string =>
  capitalized(texts.write(textOf(reason)), texts.language);

const capitalized = (sentence: string, language: string): string =>
  sentence.replace(/^\p{L}/u, (first) => first.toLocaleUpperCase(language));

/** English has the factor's own sentence with its figures; other languages a text for each factor they know. */
function factorText({ name, why }: DealFactor, texts: Texts): string {
  const key = `factor.${name}`;
  return texts.language !== 'en' && isKey(key) ? texts.write({ key }) : why;
}

const isKey = (key: string): key is TextKey => Object.hasOwn(english, key);

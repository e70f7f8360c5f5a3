import type { ProductCard } from '../cards/card.ts';
import { cardTexts } from '../cards/card-texts.ts';
import type { Action } from '../conversation/actions.ts';
import type { Choice } from '../conversation/reply.ts';
import type { Texts } from '../texts/texts.ts';
import { htmlOf, type Line, MAX_CAPTION } from './html.ts';
import {
  type Button,
  drawnFor,
  isPublicAddress,
  type Picture,
  rowsOf,
  type TelegramMessage,
} from './message.ts';
import { actionData, writePress } from './presses.ts';

const BUTTONS_IN_ROW = 3;
const MAX_TITLE = 200;

export interface CardLook {
  texts: Texts;
  now: Date;
  /** An earlier attempt to send it may have arrived. */
  isRepeat?: boolean;
  /** Said before the card. */
  head?: readonly Line[];
  /** Buttons instead of those that the card brings. */
  choices?: readonly Choice[];
}

/** A product's card as a message with its picture, or its price chart where it has none. */
export function cardMessage(card: ProductCard, look: CardLook): TelegramMessage {
  return {
    html: htmlOf([...(look.head ?? []), ...cardLines(card, look)], MAX_CAPTION),
    pictures: picturesOf(card, look.texts),
    keyboard: cardKeyboard(card, look),
  };
}

function picturesOf({ image, productId, title, price }: ProductCard, texts: Texts): Picture[] {
  return [
    ...(image !== null && isPublicAddress(image) ? [{ kind: 'url' as const, url: image }] : []),
    ...(price
      ? [{ kind: 'chart' as const, productId, title: title.slice(0, MAX_TITLE), ...drawnFor(texts) }]
      : []),
  ];
}

function cardLines(card: ProductCard, { texts, now, isRepeat }: CardLook): Line[] {
  const told = cardTexts(card, texts, now);
  const title = told.title.length > MAX_TITLE ? `${told.title.slice(0, MAX_TITLE - 1)}…` : told.title;
  const stock = [told.stock, told.seller].filter((part) => part !== null).join(' · ');
  return [
    { text: title, look: 'b', isKept: true },
    ...linesOf(told.variant),
    ...(isRepeat ? [{ text: texts.say('card.repeated'), look: 'i' as const, isKept: true }] : []),
    { text: told.price, look: 'b' },
    ...linesOf(told.priceNow),
    ...told.reasons.map((reason): Line => ({ text: `• ${reason}` })),
    ...linesOf(told.discount, told.score),
    ...told.scoreReasons.map((reason): Line => ({ text: `– ${reason}` })),
    ...linesOf(stock),
    ...(told.attribution === null ? [] : [{ text: told.attribution, look: 'i' as const }]),
    { text: footOf(card, told.age, texts), isKept: true },
  ];
}

/** Where the price comes from: to the minute by the clock of the chat, as a price grows old in it. */
function footOf({ source, product, seenAt }: ProductCard, age: string | null, texts: Texts): string {
  const at = seenAt && texts.minute(seenAt);
  return [age, source, product.slice(0, 100), at].filter((part) => part !== null).join(' · ');
}

const linesOf = (...texts: (string | null)[]): Line[] =>
  texts.flatMap((text) => (text === null ? [] : [{ text }]));

function cardKeyboard(
  card: ProductCard,
  { texts, choices }: Pick<CardLook, 'texts' | 'choices'>,
): Button[][] {
  const buttons = card.actions.flatMap((action): Button[] => {
    switch (action.kind) {
      case 'buy':
        return isPublicAddress(action.url) ? [{ text: texts.say('button.buy'), url: action.url }] : [];
      case 'chart':
        return card.price
          ? [
              {
                text: texts.say('button.chart'),
                data: writePress({ press: 'chart', productId: action.productId }),
              },
            ]
          : [];
      case 'variants': {
        const { productId } = action;
        return [{ text: texts.say('button.variants'), data: writePress({ press: 'variants', productId }) }];
      }
      case 'do':
        return choices ? [] : [{ text: texts.say(action.label), data: actionData(action.action) }];
    }
  });
  const chosen = (choices ?? []).map(({ label, action }): Button => ({
    text: texts.write(label),
    data: actionData(action.do === 'bought' ? boughtAs(card, action) : action),
  }));
  return rowsOf([...buttons, ...chosen], BUTTONS_IN_ROW);
}

/** The card knows its price, which the conversation does not. */
const boughtAs = ({ actions }: ProductCard, unpriced: Action): Action =>
  actions.flatMap((one) => (one.kind === 'do' && one.action.do === 'bought-at' ? [one.action] : []))[0] ??
  unpriced;

import type { ProductCard } from '../cards/card.ts';
import type { Block, ListItem, Money } from '../conversation/reply.ts';
import { shortCondition } from '../texts/condition-texts.ts';
import { cut } from '../texts/shorten.ts';
import type { Texts } from '../texts/texts.ts';
import { htmlOf, type Line, MAX_TEXT } from './html.ts';
import { type Button, rowsOf, type TelegramMessage, textMessage } from './message.ts';
import { actionData, writePress } from './presses.ts';

const NUMBERS_IN_ROW = 5;
const MAX_TITLE = 90;

export type ListBlock = Extract<Block, { kind: 'list' }>;

/** A page of a list: a line for each item, its number as a button, and buttons that turn the page in place. */
export function listMessage(
  list: ListBlock,
  cards: ReadonlyMap<string, ProductCard>,
  options: { texts: Texts; head: readonly Line[]; carouselId?: string | undefined },
): TelegramMessage {
  const { texts, head, carouselId } = options;
  const lines = list.items.map((item, place): Line => ({
    text: `${place + 1}. ${itemText(item, cards, texts)}`,
  }));
  const numbers = list.items.map((item, place): Button => ({ text: String(place + 1), data: dataOf(item) }));
  const turns: Button[] = [
    ...(list.previous ? [{ text: texts.say('button.previous'), data: actionData(list.previous) }] : []),
    ...(list.next ? [{ text: texts.say('button.next'), data: actionData(list.next) }] : []),
  ];
  const browse: Button[] =
    carouselId === undefined
      ? []
      : [{ text: texts.say('button.browse'), data: writePress({ press: 'turn', carouselId, place: 0 }) }];
  const choices = (list.choices ?? []).map(({ label, action }): Button => ({
    text: texts.write(label),
    data: actionData(action),
  }));
  const html = htmlOf([...head, { text: titleOf(list, texts), look: 'b' }, ...lines], MAX_TEXT);
  return textMessage(html, [
    ...rowsOf(numbers, NUMBERS_IN_ROW),
    ...rowsOf(turns, 2),
    ...rowsOf([...browse, ...choices], 2),
  ]);
}

function titleOf({ title, page, of, previous, next }: ListBlock, texts: Texts): string {
  const name = texts.write(title);
  if (of !== undefined && of > 1) return `${name} (${texts.say('list.page', { page: page + 1, of })})`;
  return previous || next ? `${name} (${texts.say('list.page-only', { page: page + 1 })})` : name;
}

function itemText(item: ListItem, cards: ReadonlyMap<string, ProductCard>, texts: Texts): string {
  const card = item.productId === null ? undefined : cards.get(item.productId);
  const title = card?.title ?? (item.kind === 'watch' ? item.name : item.productId);
  const parts = [
    item.kind === 'watch' ? shortCondition(item.when, card?.price?.currency, texts) : null,
    card?.price ? priceOf(item, card.price, texts) : null,
    item.kind === 'product' && card?.score ? `${texts.number(card.score.value)}/100` : null,
    item.kind === 'watch' && item.paused ? texts.say('list.paused') : null,
  ].filter((part) => part !== null);
  return [cut(title, MAX_TITLE), ...(parts.length > 0 ? [parts.join(' · ')] : [])].join(' – ');
}

/** Beside the price that a watch waits for, that of now says that it is. */
const priceOf = ({ kind }: ListItem, price: Money, texts: Texts): string =>
  kind === 'watch' ? texts.say('card.now', { price }) : texts.money(price);

const dataOf = (item: ListItem): string =>
  item.kind === 'watch'
    ? writePress({ press: 'watch', watchId: item.watchId })
    : actionData(item.choices[0]?.action ?? { do: 'show', productId: item.productId });

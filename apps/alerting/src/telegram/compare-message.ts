import type { ProductCard } from '../cards/card.ts';
import { cut } from '../texts/shorten.ts';
import type { Texts } from '../texts/texts.ts';
import { htmlOf, type Line, MAX_TEXT } from './html.ts';
import { type Button, rowsOf, type TelegramMessage, textMessage } from './message.ts';
import { writePress } from './presses.ts';

const MAX_NAME = 80;
const NOTHING = '–';

/** Products side by side: what they are called, then a table that fits a phone, then their cards to leaf through. */
export function compareMessage(
  cards: readonly ProductCard[],
  options: { title: string; texts: Texts; head: readonly Line[]; carouselId: string },
): TelegramMessage {
  const { title, texts, head, carouselId } = options;
  const letters = cards.map((_, place) => String.fromCodePoint(65 + place));
  const names = cards.map((card, place): Line => ({
    text: `${letters[place]!}  ${cut(card.title, MAX_NAME)}`,
  }));
  const table = tableOf(['', ...letters], rowsOfCards(cards, texts));
  const lines: Line[] = [...head, { text: title, look: 'b' }, ...names, { text: table, look: 'pre' }];
  const browse: Button = {
    text: texts.say('button.browse'),
    data: writePress({ press: 'turn', carouselId, place: 0 }),
  };
  return textMessage(htmlOf(lines, MAX_TEXT), rowsOf([browse], 1));
}

function rowsOfCards(cards: readonly ProductCard[], texts: Texts): string[][] {
  const row = (label: string, value: (card: ProductCard) => string | null): string[] => [
    label,
    ...cards.map((card) => value(card) ?? NOTHING),
  ];
  return [
    row(texts.say('compare.price'), ({ price }) => price && texts.money(price)),
    row(texts.say('compare.score'), ({ score }) => score && texts.number(score.value)),
    row(texts.say('compare.real'), ({ discount: { real } }) =>
      // "-32 %" would be read as a saving of 32 %.
      real === null
        ? null
        : real < 1
          ? texts.say('compare.real-none')
          : `${texts.number(Math.round(real))} %`,
    ),
    row(texts.say('compare.stock'), ({ stock }) =>
      stock === null || stock === 'unknown' ? null : texts.say(`stock.${stock}`),
    ),
  ].filter(([, ...values]) => values.some((value) => value !== NOTHING));
}

/** Columns as wide as their widest cell. */
function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat(widths[column]! - cell.length))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

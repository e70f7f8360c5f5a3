import type { Button, KnownBlock, Overflow, PlainTextElement } from '@slack/web-api';
import type { CardAction, ProductCard } from '../cards/card.ts';
import { cardTexts } from '../cards/card-texts.ts';
import { writeAction } from '../conversation/actions.ts';
import { writePress } from './slack-presses.ts';
import { cut, shorten } from '../texts/shorten.ts';
import type { Texts } from '../texts/texts.ts';

/** Limits of Block Kit. */
export const MAX_BLOCKS = 50;
export const MAX_HEADER = 150;
export const MAX_SECTION = 3_000;
export const MAX_FIELDS = 10;
export const MAX_FIELD = 2_000;
export const MAX_BUTTON_TEXT = 75;
export const MAX_BUTTON_URL = 3_000;
export const MAX_IMAGE_URL = 3_000;
/** Buttons of one row; Slack allows 25, and five can be read. */
const BUTTONS_OF_ROW = 5;
/** Options of an overflow menu. */
const MAX_OPTIONS = 5;
/** What notifications and screen readers get. */
const MAX_FALLBACK = 3_000;

/** A message: blocks for the eye, and a text for notifications. */
export interface SlackMessage {
  text: string;
  blocks: KnownBlock[];
}

/** Text that is shown as it is: marks and mentions in foreign text stay letters. */
export const plain = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: cut(text.trim() === '' ? '…' : text, max),
  emoji: false,
});

/** A text for places where Slack reads marks: the three characters that could begin a link or a mention. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A product with its price, why it is told, and what can be done with it. */
export function cardMessage(
  card: ProductCard,
  texts: Texts,
  now: Date,
  options: { isRepeated?: boolean } = {},
): SlackMessage {
  const said = cardTexts(card, texts, now);
  const facts = [
    said.variant,
    said.priceNow,
    said.discount,
    said.score,
    ...said.scoreReasons,
    said.stock,
  ].filter((line) => line !== null);
  const image = imageOf(card.image);
  const last = [
    said.seller,
    said.age,
    said.attribution,
    options.isRepeated ? texts.say('card.repeated') : null,
  ];
  const blocks: KnownBlock[] = [
    { type: 'header', text: plain(said.title, MAX_HEADER) },
    {
      type: 'section',
      text: { type: 'mrkdwn', text: `*${cut(escape(said.price).replaceAll('*', ''), MAX_SECTION - 2)}*` },
      ...(facts.length > 0 && {
        fields: facts.slice(0, MAX_FIELDS).map((fact) => plain(fact, MAX_FIELD)),
      }),
      ...(image && {
        accessory: { type: 'image' as const, image_url: image, alt_text: cut(said.title, MAX_FIELD) },
      }),
    },
    ...(said.reasons.length > 0
      ? [
          {
            type: 'section' as const,
            text: plain(
              shorten(said.reasons.map((reason) => `• ${reason}`).join('\n'), MAX_SECTION),
              MAX_SECTION,
            ),
          },
        ]
      : []),
    {
      type: 'context',
      elements: [plain(last.filter((line) => line !== null).join(' · '), MAX_FIELD)],
    },
    ...buttonRows(card.actions.map((action) => buttonOf(action, texts))),
  ];
  return { text: cut(escape(`${said.title}: ${said.price}`), MAX_FALLBACK), blocks };
}

/** Rows of buttons; an action's name within a message must be its own, so its place is part of it. */
export function buttonRows(buttons: readonly (Button | undefined)[]): KnownBlock[] {
  const all = buttons
    .filter((button) => button !== undefined)
    .map((button, place) => ({ ...button, action_id: `souk.${place}` }));
  return Array.from({ length: Math.ceil(all.length / BUTTONS_OF_ROW) }, (_, row) => ({
    type: 'actions',
    elements: all.slice(row * BUTTONS_OF_ROW, (row + 1) * BUTTONS_OF_ROW),
  }));
}

export const button = (text: string, value: string): Button => ({
  type: 'button',
  text: plain(text, MAX_BUTTON_TEXT),
  value,
});

/** What can be done with one thing of a list, behind three dots. */
export const menu = (actionId: string, options: readonly { text: string; value: string }[]): Overflow => ({
  type: 'overflow',
  action_id: actionId,
  options: options
    .slice(0, MAX_OPTIONS)
    .map(({ text, value }) => ({ text: plain(text, MAX_BUTTON_TEXT), value })),
});

function buttonOf(action: CardAction, texts: Texts): Button | undefined {
  switch (action.kind) {
    case 'buy':
      if (action.url.length > MAX_BUTTON_URL) return undefined;
      return { ...button(texts.say('button.buy'), 'buy'), url: action.url, style: 'primary' };
    case 'chart':
      return button(texts.say('button.chart'), writePress({ press: 'chart', productId: action.productId }));
    case 'variants':
      return button(
        texts.say('button.variants'),
        writePress({ press: 'variants', productId: action.productId }),
      );
    case 'do':
      return button(texts.say(action.label), writeAction(action.action));
  }
}

/** Slack loads pictures itself; a message with one it cannot have is refused as a whole. */
function imageOf(url: string | null): string | undefined {
  if (url === null || url.length > MAX_IMAGE_URL || !URL.canParse(url)) return undefined;
  return new URL(url).protocol === 'https:' ? url : undefined;
}

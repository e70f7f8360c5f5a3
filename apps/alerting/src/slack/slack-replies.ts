import { Injectable } from '@nestjs/common';
import type { Button, KnownBlock } from '@slack/web-api';
import { Bus } from '@souk/bus';
import { ExplainWatch, type MarketReport, type ResponseOf, type Preference } from '@souk/contracts';
import { Clock } from '@souk/service';
import type { ProductCard } from '../cards/card.ts';
import { Cards } from '../cards/cards.ts';
import { cardTexts, variantText } from '../cards/card-texts.ts';
import { Market } from '../cards/market.ts';
import { marketTexts } from '../cards/market-texts.ts';
import { writeAction } from '../conversation/actions.ts';
import type { Block, Choice, ListItem, Reply } from '../conversation/reply.ts';
import { settingText } from '../preferences/settings.ts';
import { shortCondition } from '../texts/condition-texts.ts';
import { cut, shorten } from '../texts/shorten.ts';
import type { Texts } from '../texts/texts.ts';
import { explanationTexts } from '../watches/explain/explanation-texts.ts';
import {
  button,
  buttonRows,
  cardMessage,
  MAX_BLOCKS,
  MAX_FIELD,
  MAX_HEADER,
  MAX_SECTION,
  menu,
  plain,
  type SlackMessage,
} from './slack-blocks.ts';
import { settingsBlocks } from './slack-settings.ts';

const MAX_TITLE = 200;
const EVENTS_AT_MOST = 5;

export interface SlackListener {
  accountId: string;
  preference: Preference;
  texts: Texts;
}

/** Draws what the conversation answers in Block Kit: one message. Remote calls: never within a transaction. */
@Injectable()
export class SlackReplies {
  constructor(
    private readonly cards: Cards,
    private readonly market: Market,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  async draw({ blocks }: Reply, listener: SlackListener): Promise<SlackMessage> {
    const cards = await this.cardsOf(blocks, listener.accountId);
    const drawn: KnownBlock[] = [];
    for (const block of blocks) drawn.push(...(await this.drawn(block, cards, listener)));
    const kept = drawn.slice(0, MAX_BLOCKS);
    return { text: fallbackOf(kept), blocks: kept };
  }

  private async drawn(
    block: Block,
    cards: ReadonlyMap<string, ProductCard>,
    { accountId, preference, texts }: SlackListener,
  ): Promise<KnownBlock[]> {
    switch (block.kind) {
      case 'text':
        return [section(texts.write(block.text))];
      case 'card': {
        const card = cards.get(block.item.productId);
        return card ? cardMessage(card, texts, this.clock.now()).blocks : [section(texts.say('press.stale'))];
      }
      case 'list':
        return listBlocks(block, cards, texts);
      case 'comparison':
        return [
          header(texts.write(block.title)),
          ...block.productIds.flatMap((id) => cards.get(id) ?? []).map((card) => this.compared(card, texts)),
        ];
      case 'question':
        return [section(texts.write(block.text)), ...choiceRows(block.choices, texts)];
      case 'confirmation':
        return [section(texts.write(block.text)), ...choiceRows([block.yes, block.no], texts)];
      case 'explanation':
        return explanationBlocks(
          await this.bus.ask(ExplainWatch, { accountId, watchId: block.watchId }),
          texts,
        );
      case 'market':
        return marketBlocks(
          await this.market.report(accountId, block.about, preference.currency),
          block.about,
          texts,
        );
      case 'settings': {
        if (!block.changed) return settingsBlocks(preference, texts);
        const { settings, choices } = block.changed;
        const lines = settings.map((setting) => settingText(setting, preference, texts));
        return [section([texts.say('settings.changed'), ...lines].join('\n')), ...choiceRows(choices, texts)];
      }
      case 'help':
        return helpBlocks(texts);
    }
  }

  private compared(card: ProductCard, texts: Texts): KnownBlock {
    const { price, score, discount, stock } = cardTexts(card, texts, this.clock.now());
    const facts = [price, score, discount, stock].filter((fact) => fact !== null);
    return {
      type: 'section',
      text: plain(card.title, MAX_SECTION),
      fields: facts.map((fact) => plain(fact, MAX_FIELD)),
      accessory: showButton(card.productId, texts),
    };
  }

  /** All products that the answer shows, asked for at once. */
  private async cardsOf(blocks: readonly Block[], accountId: string): Promise<Map<string, ProductCard>> {
    const ids = blocks.flatMap((block) => {
      if (block.kind === 'card') return [block.item.productId];
      if (block.kind === 'comparison') return [...block.productIds];
      return block.kind === 'list' ? block.items.flatMap(({ productId }) => productId ?? []) : [];
    });
    const cards = await this.cards.ofProducts(accountId, ids);
    return new Map(cards.map((card) => [card.productId, card]));
  }
}

const section = (text: string): KnownBlock => ({
  type: 'section',
  text: plain(shorten(text, MAX_SECTION), MAX_SECTION),
});
const header = (text: string): KnownBlock => ({ type: 'header', text: plain(text, MAX_HEADER) });

const choiceRows = (choices: readonly Choice[], texts: Texts): KnownBlock[] =>
  buttonRows(choices.map(({ label, action }) => button(texts.write(label), writeAction(action))));

const showButton = (productId: string, texts: Texts): Button => ({
  ...button(texts.say('button.show'), writeAction({ do: 'show', productId })),
  action_id: 'souk.show',
});

function listBlocks(
  { title, items, page, of, previous, next, choices = [] }: Extract<Block, { kind: 'list' }>,
  cards: ReadonlyMap<string, ProductCard>,
  texts: Texts,
): KnownBlock[] {
  const name = texts.write(title);
  const counted =
    of !== undefined && of > 1 ? `${name} (${texts.say('list.page', { page: page + 1, of })})` : name;
  // The title, the buttons that turn the page, and a few texts have to fit beside the items.
  const shown = items.slice(0, MAX_BLOCKS - 5);
  return [
    header(counted),
    ...shown.map((item): KnownBlock => itemBlock(item, cards, texts)),
    ...buttonRows([
      previous && button(texts.say('button.previous'), writeAction(previous)),
      next && button(texts.say('button.next'), writeAction(next)),
      ...choices.map(({ label, action }) => button(texts.write(label), writeAction(action))),
    ]),
  ];
}

function itemBlock(item: ListItem, cards: ReadonlyMap<string, ProductCard>, texts: Texts): KnownBlock {
  const card = item.productId === null ? undefined : cards.get(item.productId);
  const title = card?.title ?? (item.kind === 'watch' ? item.name : item.productId);
  const facts = [
    item.kind === 'watch' ? shortCondition(item.when, card?.price?.currency, texts) : null,
    card?.price && item.kind === 'watch' ? texts.say('card.now', { price: card.price }) : null,
    card && item.kind === 'product' ? variantText(card) : null,
    card?.price && item.kind === 'product' ? texts.money(card.price) : null,
    item.kind === 'product' && card?.score ? `${texts.number(card.score.value)}/100` : null,
    item.kind === 'watch' && item.paused ? texts.say('list.paused') : null,
    item.kind === 'watch' && item.snoozedUntil
      ? texts.say('watch.snoozed-until', { until: { at: item.snoozedUntil } })
      : null,
  ].filter((fact) => fact !== null);
  const text = plain([cut(title, MAX_TITLE), ...facts].join(' · '), MAX_SECTION);
  if (item.kind === 'product') return { type: 'section', text, accessory: showButton(item.productId, texts) };
  const options = item.choices.map(({ label, action }) => ({
    text: texts.write(label),
    value: writeAction(action),
  }));
  return { type: 'section', text, accessory: menu('souk.watch', options) };
}

function explanationBlocks(explanation: ResponseOf<typeof ExplainWatch>, texts: Texts): KnownBlock[] {
  const { summary, holds, evaluations, events, advice } = explanationTexts(explanation, texts);
  const verdicts = evaluations.flatMap(({ title, checkedAt, conditions, traceId }) => [
    `${title} (${checkedAt}, trace ${traceId})`,
    ...conditions,
  ]);
  const parts = [
    [summary, ...holds.map((hold) => `⏸ ${hold}`)],
    verdicts,
    events.slice(0, EVENTS_AT_MOST).map((event) => `• ${event}`),
    advice.map((sentence) => `→ ${sentence}`),
  ];
  return parts.filter((lines) => lines.length > 0).map((lines) => section(lines.join('\n')));
}

function marketBlocks(report: MarketReport | undefined, about: string | null, texts: Texts): KnownBlock[] {
  if (!report) return [section(texts.say('market.none'))];
  const { title, facts, dropsTitle, drops } = marketTexts(report, about, texts);
  const lines = drops.length > 0 ? ['', dropsTitle, ...drops.map((drop) => `• ${drop}`)] : [];
  return [header(title), section([...facts, ...lines].join('\n'))];
}

const helpBlocks = (texts: Texts): KnownBlock[] => [
  section(texts.say('help.text')),
  section(texts.say('slack.commands')),
  ...buttonRows([
    button(texts.say('button.watches'), writeAction({ do: 'watches', page: 0 })),
    button(texts.say('button.deals'), writeAction({ do: 'deals', page: 0 })),
    button(texts.say('button.savings'), writeAction({ do: 'savings' })),
  ]),
];

/** What notifications and screen readers get: the texts of the first blocks. */
function fallbackOf(blocks: readonly KnownBlock[]): string {
  const said = blocks.flatMap((block) =>
    (block.type === 'section' || block.type === 'header') && block.text ? [block.text.text] : [],
  );
  return (
    cut(
      said.slice(0, 3).join(' – ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
      MAX_SECTION,
    ) || 'Souk'
  );
}

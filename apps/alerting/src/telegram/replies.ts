import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ExplainWatch, newId, type Preference } from '@souk/contracts';
import { Clock } from '@souk/service';
import type { ProductCard } from '../cards/card.ts';
import { Cards } from '../cards/cards.ts';
import { Market } from '../cards/market.ts';
import type { Block, Choice, Reply } from '../conversation/reply.ts';
import { settingText } from '../preferences/settings.ts';
import type { Texts } from '../texts/texts.ts';
import { cardMessage } from './card-message.ts';
import { type Carousel, carouselMessage } from './carousel-message.ts';
import { compareMessage } from './compare-message.ts';
import { helpMessage } from './help-message.ts';
import { htmlOf, type Line, MAX_TEXT } from './html.ts';
import { listMessage } from './list-message.ts';
import { marketMessage } from './market-message.ts';
import { type Button, rowsOf, type TelegramMessage, textMessage } from './message.ts';
import { actionData } from './presses.ts';
import { settingsMessage } from './settings-message.ts';
import { explanationMessage } from './watch-message.ts';

const CHOICES_IN_ROW = 2;

/** Who is answered, and how they like it. */
export interface Listener {
  accountId: string;
  preference: Preference;
  texts: Texts;
}

export interface Drawn {
  messages: TelegramMessage[];
  carousels: Carousel[];
}

/** Draws what the conversation answers as Telegram messages. Remote calls: never within a transaction. */
@Injectable()
export class Replies {
  constructor(
    private readonly cards: Cards,
    private readonly market: Market,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** Texts stand above the block that follows them, so that an answer is few messages. */
  async draw({ blocks }: Reply, listener: Listener): Promise<Drawn> {
    const cards = await this.cardsOf(blocks, listener.accountId);
    const drawn: Drawn = { messages: [], carousels: [] };
    let head: Line[] = [];
    for (const block of blocks) {
      if (block.kind === 'text') {
        head.push({ text: listener.texts.write(block.text) });
        continue;
      }
      drawn.messages.push(await this.drawn(block, { listener, cards, head, drawn }));
      head = [];
    }
    if (head.length > 0) drawn.messages.push(textMessage(htmlOf(head, MAX_TEXT)));
    return drawn;
  }

  /** One card of a carousel with buttons to the ones beside it; undefined when none of its products is there any more. */
  async carousel(
    { id, productIds }: Carousel,
    place: number,
    listener: Listener,
  ): Promise<TelegramMessage | undefined> {
    const at = Math.min(Math.max(place, 0), productIds.length - 1);
    const [card] = await this.cards.ofProducts(listener.accountId, productIds.slice(at, at + 1));
    if (!card) return undefined;
    return carouselMessage(card, { id, productIds }, at, { texts: listener.texts, now: this.clock.now() });
  }

  private async drawn(
    block: Exclude<Block, { kind: 'text' }>,
    {
      listener,
      cards,
      head,
      drawn,
    }: { listener: Listener; cards: ReadonlyMap<string, ProductCard>; head: Line[]; drawn: Drawn },
  ): Promise<TelegramMessage> {
    const { texts, preference, accountId } = listener;
    const now = this.clock.now();
    const keep = (productIds: readonly string[]): string => {
      const id = newId();
      drawn.carousels.push({ id, productIds });
      return id;
    };
    switch (block.kind) {
      case 'card': {
        const { productId, choices } = block.item;
        const card = cards.get(productId);
        return card
          ? cardMessage(card, { texts, now, head, ...(choices.length > 0 && { choices }) })
          : textMessage(htmlOf([...head, { text: texts.say('press.stale') }], MAX_TEXT));
      }
      case 'list': {
        const products = block.items.flatMap((item) =>
          item.kind === 'product' && cards.has(item.productId) ? [item.productId] : [],
        );
        const carouselId = products.length > 1 ? keep(products) : undefined;
        return listMessage(block, cards, { texts, head, carouselId });
      }
      case 'comparison': {
        const compared = block.productIds.flatMap((id) => cards.get(id) ?? []);
        const carouselId = keep(compared.map((card) => card.productId));
        return compareMessage(compared, { title: texts.write(block.title), texts, head, carouselId });
      }
      case 'question':
        return asked(block.text, block.choices, head, texts);
      case 'confirmation':
        return asked(block.text, [block.yes, block.no], head, texts);
      case 'explanation': {
        const explained = await this.bus.ask(ExplainWatch, { accountId, watchId: block.watchId });
        return explanationMessage(explained, texts, head);
      }
      case 'market': {
        const report = await this.market.report(accountId, block.about, preference.currency);
        return report
          ? marketMessage(report, block.about, { texts, head })
          : textMessage(htmlOf([...head, { text: texts.say('market.none') }], MAX_TEXT));
      }
      case 'settings':
        if (block.changed) return changedSettings(block.changed, listener, head);
        return settingsMessage(preference, texts, head);
      case 'help':
        return helpMessage(texts, head);
    }
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

/** What holds from now on, a line for each setting. */
function changedSettings(
  { settings, choices }: NonNullable<Extract<Block, { kind: 'settings' }>['changed']>,
  { preference, texts }: Listener,
  head: readonly Line[],
): TelegramMessage {
  const lines = settings.map((setting): Line => ({ text: settingText(setting, preference, texts) }));
  return asked({ key: 'settings.changed' }, choices, head, texts, lines);
}

function asked(
  text: Parameters<Texts['write']>[0],
  choices: readonly Choice[],
  head: readonly Line[],
  texts: Texts,
  below: readonly Line[] = [],
): TelegramMessage {
  const buttons = choices.map(({ label, action }): Button => ({
    text: texts.write(label),
    data: actionData(action),
  }));
  return textMessage(
    htmlOf([...head, { text: texts.write(text) }, ...below], MAX_TEXT),
    rowsOf(buttons, CHOICES_IN_ROW),
  );
}

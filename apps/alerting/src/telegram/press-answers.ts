import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetWatch, newId, Refusal, UpdateWatch, type Watch } from '@souk/contracts';
import { Database } from '@souk/service';
import type { ProductCard } from '../cards/card.ts';
import { Cards } from '../cards/cards.ts';
import { chartReader } from '../cards/chart-reader.ts';
import { Variants } from '../cards/variants.ts';
import { type Answer, say } from './answer.ts';
import { Charts } from './charts.ts';
import { htmlOf, MAX_CAPTION } from './html.ts';
import type { Incoming } from './incoming.ts';
import { drawnFor, type TelegramMessage } from './message.ts';
import type { Press } from './presses.ts';
import { type Listener, Replies } from './replies.ts';
import { SettingsAnswers } from './settings-answers.ts';
import { TelegramBot } from './telegram-bot.ts';
import { TelegramStore, type Tied } from './telegram.store.ts';
import { editedConditions, watchMessage } from './watch-message.ts';

/** Answers buttons of Telegram's own. Whatever they name is looked up among what the chat's account has. */
@Injectable()
export class PressAnswers {
  constructor(
    private readonly bus: Bus,
    private readonly bot: TelegramBot,
    private readonly store: TelegramStore,
    private readonly database: Database,
    private readonly cards: Cards,
    private readonly charts: Charts,
    private readonly variants: Variants,
    private readonly replies: Replies,
    private readonly settings: SettingsAnswers,
  ) {}

  async answer(
    press: Press,
    incoming: Incoming & { kind: 'press' },
    tied: Tied,
    listener: Listener,
  ): Promise<Answer> {
    switch (press.press) {
      case 'chart':
        return this.chart(press.productId, listener);
      case 'variants':
        return this.variantsOf(press.productId, listener);
      case 'turn':
        return this.turn(press.carouselId, press.place, listener, incoming.message?.isPhoto ?? false);
      case 'watch':
        return this.watch(press.watchId, listener);
      case 'edit':
        return this.edit(press, listener);
      case 'settings':
        return this.settings.all(listener);
      case 'setting':
        return this.settings.one(press.field, listener);
      case 'set':
        return this.settings.set(press.field, press.value, tied, listener);
      case 'close':
        return this.close(incoming);
    }
  }

  private async chart(productId: string, { accountId, texts }: Listener): Promise<Answer> {
    const [card] = await this.cards.ofProducts(accountId, [productId]);
    const title = card?.title ?? productId;
    // Drawn here to know whether there is one; it is remembered until it is sent.
    const png =
      card &&
      (await this.charts.png(accountId, productId, title, chartReader(texts.language, texts.timeZone)));
    if (!png) return { messages: [], toast: texts.say('chart.missing') };
    const html = htmlOf([{ text: texts.say('chart.title', { title }) }], MAX_CAPTION);
    return {
      messages: [{ html, pictures: [{ kind: 'chart', productId, title, ...drawnFor(texts) }], keyboard: [] }],
    };
  }

  /** A new message, so that the card that was asked of stays; in it the variants change in place. */
  private async variantsOf(productId: string, listener: Listener): Promise<Answer> {
    const { accountId, texts } = listener;
    const found = await this.variants.of(accountId, productId);
    if (!found) return { messages: [], toast: texts.say('press.stale') };
    const { product, productIds, isSourceDown } = found;
    const carousel = { id: newId(), productIds };
    const message = productIds.length > 1 && (await this.replies.carousel(carousel, 0, listener));
    if (message) return { messages: [message], carousels: [carousel] };
    const title = product.facts.title ?? `${product.source} ${product.product}`;
    return say(
      isSourceDown
        ? texts.say('variants.unavailable', { source: product.source })
        : texts.say('variants.none', { title }),
    );
  }

  /** From the list a new message with pictures; in it the card changes in place. */
  private async turn(id: string, place: number, listener: Listener, isPhoto: boolean): Promise<Answer> {
    const { accountId, texts } = listener;
    const carousel = await this.database.read([accountId], (tx) => this.store.carousel(tx, accountId, id));
    const message = carousel && (await this.replies.carousel(carousel, place, listener));
    if (!message) return { messages: [], toast: texts.say('press.stale') };
    return { messages: [message], replaces: isPhoto };
  }

  private async watch(watchId: string, listener: Listener): Promise<Answer> {
    const { watch } = await this.bus.ask(GetWatch, { accountId: listener.accountId, watchId });
    return { messages: [await this.watchMessage(watch, listener)] };
  }

  private async edit(
    { watchId, field, value }: Extract<Press, { press: 'edit' }>,
    listener: Listener,
  ): Promise<Answer> {
    const { accountId, texts } = listener;
    const { watch } = await this.bus.ask(GetWatch, { accountId, watchId });
    const when = editedConditions(watch.when, field, value);
    if (!when) return { messages: [], toast: texts.say('press.stale') };
    const changed = await this.bus.ask(UpdateWatch, { accountId, watchId, when });
    return { messages: [await this.watchMessage(changed.watch, listener)], replaces: true };
  }

  private async watchMessage(watch: Watch, { accountId, texts }: Listener): Promise<TelegramMessage> {
    const cards = watch.productId === null ? [] : await this.cardsOf(accountId, watch.productId);
    return watchMessage(watch, cards[0], texts);
  }

  /** A watch can be looked after while its product cannot be asked for. */
  private async cardsOf(accountId: string, productId: string): Promise<ProductCard[]> {
    return this.cards.ofProducts(accountId, [productId]).catch((error: unknown) => {
      if (error instanceof Refusal) return [];
      throw error;
    });
  }

  private async close({ chat, threadId, message }: Incoming & { kind: 'press' }): Promise<Answer> {
    // Tidiness only: a message that stays does no harm.
    if (message)
      await this.bot.delete({ chatId: chat.id, threadId }, message.messageId).catch(() => undefined);
    return { messages: [] };
  }
}

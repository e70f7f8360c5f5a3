import { Injectable } from '@nestjs/common';
import { Database } from '@souk/service';
import { GrammyError } from 'grammy';
import { chartReader } from '../cards/chart-reader.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { Charts } from './charts.ts';
import type { Picture, Place, Replaced, TelegramMessage } from './message.ts';
import { type Shown, TelegramBot } from './telegram-bot.ts';
import { outcomeOfFailure } from './telegram-outcome.ts';
import { TelegramStore } from './telegram.store.ts';

/** Telegram's words for a picture that it cannot show. */
const NO_PICTURE =
  /wrong file identifier|failed to get HTTP URL content|wrong (type of the web page|remote file)|IMAGE_PROCESS_FAILED|PHOTO_INVALID|WEBPAGE_\w+|webpage_media_empty/i;
/** The topic was deleted, or the group has none any more. */
const NO_TOPIC = /message thread not found|TOPIC_DELETED|TOPIC_CLOSED/i;
/** The message says what it shall say already. */
const UNCHANGED = /message is not modified/i;
/** The message cannot be changed any more: a new one takes its place. */
const NOT_EDITABLE =
  /message to edit not found|message can't be edited|there is no (text|caption|media) in the message/i;

export interface Sending {
  message: TelegramMessage;
  to: Place;
  replaces?: Replaced | undefined;
  /** Whose charts may be drawn. */
  accountId: string | null;
  /** When it has its place in the bot's pace; without it, it leaves before all others. */
  leavesAt?: Date;
  signal?: AbortSignal;
}

/** Sends a message with the best picture that can be shown, or in the place of another. Never throws. */
@Injectable()
export class TelegramSender {
  constructor(
    private readonly bot: TelegramBot,
    private readonly charts: Charts,
    private readonly store: TelegramStore,
    private readonly database: Database,
  ) {}

  async send(sending: Sending): Promise<Outcome> {
    try {
      await this.sendBest(sending);
      return { kind: 'delivered' };
    } catch (error) {
      const elsewhere = await this.elsewhere(error, sending);
      if (!elsewhere) return outcomeOfFailure(error);
      // Once: whoever is sent on again and again gets nowhere.
      return this.sendBest(elsewhere).then(() => ({ kind: 'delivered' }), outcomeOfFailure);
    }
  }

  private async sendBest(sending: Sending): Promise<void> {
    for (const picture of sending.message.pictures) {
      const shown = await this.shown(picture, sending.accountId);
      if (shown !== undefined && (await this.hasShown(sending, shown))) return;
    }
    await this.put(sending, undefined);
  }

  /** The group has another id by now, or its topic is gone: nothing was sent, and there is another place for it. */
  private async elsewhere(error: unknown, sending: Sending): Promise<Sending | undefined> {
    const { to } = sending;
    if (to.threadId !== null && says(error, NO_TOPIC)) return { ...sending, to: { ...to, threadId: null } };
    const toChatId = error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
    if (toChatId === undefined) return undefined;
    // The update that tells of it may do the same; should this fail, the next message finds it out again.
    await this.database
      .transaction([], (tx) => this.store.upgrade(tx, to.chatId, toChatId))
      .catch(() => undefined);
    return { ...sending, to: { ...to, chatId: toChatId } };
  }

  /** False when Telegram cannot show this picture; any other failure is thrown. */
  private async hasShown(sending: Sending, shown: Shown): Promise<boolean> {
    try {
      await this.put(sending, shown);
      return true;
    } catch (error) {
      if (says(error, NO_PICTURE)) return false;
      throw error;
    }
  }

  private async put(sending: Sending, shown: Shown | undefined): Promise<void> {
    const { message, to, replaces } = sending;
    if (!replaces) return this.bot.send(to, message, shown, sending);
    // A picture cannot become a text again.
    if (replaces.isPhoto && shown === undefined) return this.putAnew(sending, replaces);
    try {
      await this.bot.edit(to, replaces.messageId, message, shown, sending);
    } catch (error) {
      if (says(error, UNCHANGED)) return;
      if (!says(error, NOT_EDITABLE)) throw error;
      await this.bot.send(to, message, shown, sending);
    }
  }

  private async putAnew(sending: Sending, { messageId }: Replaced): Promise<void> {
    const { message, to } = sending;
    await this.bot.send(to, message, undefined, sending);
    // Tidiness only: an old message that stays does no harm.
    await this.bot.delete(to, messageId).catch(() => undefined);
  }

  private async shown(picture: Picture, accountId: string | null): Promise<Shown | undefined> {
    if (picture.kind === 'url') return picture.url;
    const { title, language = 'en', timeZone = 'UTC' } = picture;
    const reader = chartReader(language, timeZone);
    if (picture.kind === 'index') return this.charts.index(title, picture.points, reader);
    return accountId === null ? undefined : this.charts.soon(accountId, picture.productId, title, reader);
  }
}

const says = (error: unknown, words: RegExp): boolean =>
  error instanceof GrammyError && error.error_code === 400 && words.test(error.description);

import { Injectable } from '@nestjs/common';
import { Refusal } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { Update } from 'grammy/types';
import { v5 as uuidV5 } from 'uuid';
import type { Action } from '../conversation/actions.ts';
import { Conversation } from '../conversation/conversation.ts';
import { refusalText } from '../conversation/refusals.ts';
import { hasChangedSettings } from '../conversation/reply.ts';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { languageOf } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { AnswerStore } from './answer.store.ts';
import { AnswerWorker } from './answer.worker.ts';
import { type Answer, say } from './answer.ts';
import { helpMessage } from './help-message.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import { Linking } from './linking.ts';
import { conversationAt } from './message.ts';
import { PressAnswers } from './press-answers.ts';
import { readPress } from './presses.ts';
import { type Listener, Replies } from './replies.ts';
import { SettingsAnswers } from './settings-answers.ts';
import { TelegramBot } from './telegram-bot.ts';
import { TelegramDoor } from './telegram-door.ts';
import { TelegramStore, type Tied } from './telegram.store.ts';

const CHAT_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a22';

/** Commands that are short for what can be said in words. */
const ACTIONS: Readonly<Record<string, Action>> = {
  watches: { do: 'watches', page: 0 },
  deals: { do: 'deals', page: 0 },
  saved: { do: 'savings' },
};

/** Answers what people write and press. An update that comes twice acts once and is answered once. */
@Injectable()
export class TelegramAnswers {
  constructor(
    door: TelegramDoor,
    private readonly bot: TelegramBot,
    private readonly store: TelegramStore,
    private readonly answers: AnswerStore,
    private readonly preferences: PreferenceStore,
    private readonly linking: Linking,
    private readonly settings: SettingsAnswers,
    private readonly presses: PressAnswers,
    private readonly replies: Replies,
    private readonly conversation: Conversation,
    private readonly worker: AnswerWorker,
    private readonly deliveries: DeliveryWorker,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    if (bot.isConfigured) door.onUpdate((update) => this.handle(update as Update));
  }

  private async handle(update: Update): Promise<void> {
    const incoming = readIncoming(update, await this.bot.name());
    if (!incoming) return;
    const { tied, isAnswered } = await this.database.read([], async (tx) => {
      const [tied, isAnswered] = await Promise.all([
        this.store.tied(tx, incoming.chat.id),
        this.answers.isAnswered(tx, incoming.updateId),
      ]);
      return { tied, isAnswered };
    });
    if (isAnswered) return;
    const answer = await this.answerTo(incoming, tied);
    await this.commit(incoming, answer);
    this.worker.wake();
    this.deliveries.wake();
    // Courtesy: the button stops waiting by itself after a while.
    if (incoming.kind === 'press')
      await this.bot.answerPress(incoming.queryId, answer.toast).catch(() => undefined);
  }

  private async answerTo(incoming: Incoming, tied: Tied | undefined): Promise<Answer> {
    if (incoming.kind === 'upgraded') return this.linking.upgrade(incoming, incoming.toChatId);
    if (incoming.kind === 'membership') return this.linking.membership(tied, incoming.isMember);
    if (incoming.kind === 'command' && incoming.name === 'start') return this.linking.start(incoming, tied);
    if (incoming.kind === 'command' && incoming.name === 'stop') return this.linking.stop(incoming);
    if (!tied) return this.linking.stranger(incoming);
    const listener = await this.listener(tied);
    try {
      return await this.answerTied(incoming, tied, listener);
    } catch (error) {
      if (error instanceof Refusal) return say(listener.texts.write(refusalText(error)));
      throw error;
    }
  }

  private async answerTied(incoming: Incoming, tied: Tied, listener: Listener): Promise<Answer> {
    switch (incoming.kind) {
      case 'text':
        return this.converse(incoming, tied, listener, { text: incoming.text });
      case 'command': {
        if (incoming.name === 'market')
          return this.converse(incoming, tied, listener, { text: `market report ${incoming.rest}` });
        if (incoming.name === 'settings') return this.settings.command(incoming.rest, tied, listener);
        const action = ACTIONS[incoming.name];
        return action
          ? this.converse(incoming, tied, listener, { action })
          : { messages: [helpMessage(listener.texts)] };
      }
      case 'press': {
        const pressed = readPress(incoming.data);
        if (!pressed) return { messages: [], toast: listener.texts.say('press.stale') };
        return pressed.press === 'action'
          ? this.converse(incoming, tied, listener, { action: pressed.action })
          : this.presses.answer(pressed, incoming, tied, listener);
      }
      default:
        return { messages: [] };
    }
  }

  private async converse(
    incoming: Incoming,
    tied: Tied,
    listener: Listener,
    said: { text: string } | { action: Action },
  ): Promise<Answer> {
    const { preference } = listener;
    const { channelId, accountId } = tied;
    const reply = await this.conversation.handle({
      accountId,
      person: `telegram:${incoming.person.id}`,
      chat: conversationAt({ chatId: incoming.chat.id, threadId: incoming.threadId }),
      messageId: `telegram:${incoming.updateId}`,
      language: preference.language,
      currency: preference.currency ?? undefined,
      timeZone: preference.timeZone,
      channels: [channelId],
      said,
    });
    const reader = hasChangedSettings(reply) ? await this.listener(tied) : listener;
    return { ...(await this.replies.draw(reply, reader)), replaces: reply.replaces };
  }

  private async listener({ accountId, channelId }: Tied): Promise<Listener> {
    const preference = await this.database.read([accountId], (tx) => this.preferences.get(tx, channelId));
    const texts = new Texts(languageOf(preference.language), preference.timeZone);
    return { accountId, preference, texts };
  }

  /** What the answer changes, and the answer itself, are one transaction. */
  private async commit(incoming: Incoming, answer: Answer): Promise<void> {
    const now = this.clock.now();
    await this.database.transaction([], async (tx) => {
      // Two processes may have the same update after a lease ran out: the first one to commit has answered it.
      if (await this.answers.isAnswered(tx, incoming.updateId)) return;
      const written = (await answer.within?.(tx)) ?? [];
      const tied = await this.store.tied(tx, incoming.chat.id);
      if (tied && answer.carousels) await this.store.saveCarousels(tx, tied.accountId, answer.carousels, now);
      const replaces =
        answer.replaces && incoming.kind === 'press' ? (incoming.message ?? undefined) : undefined;
      const to = { chatId: incoming.chat.id, threadId: incoming.threadId };
      await this.answers.insert(
        tx,
        [...answer.messages, ...written].map((message, place) => ({
          message,
          to,
          replaces: place === 0 ? replaces : undefined,
          updateId: incoming.updateId,
          place,
          paceId: tied?.channelId ?? uuidV5(String(incoming.chat.id), CHAT_NAMESPACE),
          accountId: tied?.accountId ?? null,
        })),
        now,
      );
    });
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { type Alert, type Preference, Refusal } from '@souk/contracts';
import { Clock, Database, type Tx } from '@souk/service';
import type { StoredChannel } from '../channels/channel.store.ts';
import { hashLinkCode, LINK_CODE_VALID_MS, newLinkCode } from '../channels/secrets.ts';
import type { AttemptOptions, Carrier, Introduction } from '../delivery/carrier.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { BOT_ID, type Pace } from '../delivery/pace.ts';
import { Cards } from '../cards/cards.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { Reply } from '../conversation/reply.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { languageOf } from '../texts/languages.ts';
import { type Texts, textsIn } from '../texts/texts.ts';
import { plainMessage } from './answer.ts';
import { cardMessage } from './card-message.ts';
import { conversationAt, type TelegramMessage } from './message.ts';
import { Replies } from './replies.ts';
import { ANSWERS_KEPT_MS } from './answer.store.ts';
import { TelegramBot } from './telegram-bot.ts';
import { type Sending, TelegramSender } from './telegram-sender.ts';
import { TelegramStore } from './telegram.store.ts';

/**
 * Telegram documents one message a second and chat, and about 30 a second overall; a margin for clocks. Messages are made
 * up to 12 ahead, 0.4 s, so that none is late; the gate where they leave (`SendGate`) keeps the 30 of each second.
 */
export const TELEGRAM_PACE: Pace = {
  perChannel: 1,
  channelEveryMs: 1_100,
  whole: { id: BOT_ID, everyMs: 34, burst: 12, underWay: 64 },
};

/**
 * How long a chat is left alone once it has a message, counted from Telegram's answer, so that no delay on the
 * way brings two messages closer. Groups (their chat ids are negative) take 20 a minute.
 */
export const chatPauseMs = (chatId: number): number => (chatId < 0 ? 3_050 : 1_050);

/** Writes to chats that were tied by a one-time code. */
@Injectable()
export class TelegramCarrier implements Carrier {
  readonly type = 'telegram';
  readonly pace = TELEGRAM_PACE;
  readonly repeatsAreHarmless = false;

  private readonly logger = new Logger('telegram');

  constructor(
    private readonly bot: TelegramBot,
    private readonly sender: TelegramSender,
    private readonly store: TelegramStore,
    private readonly preferences: PreferenceStore,
    private readonly cards: Cards,
    private readonly replies: Replies,
    private readonly conversation: Conversation,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async make(): ReturnType<Carrier['make']> {
    await this.bot.name(); // refuses without a token
    return { state: 'waiting-for-link' };
  }

  async introduce(channel: StoredChannel): Promise<Introduction> {
    if (channel.state !== 'waiting-for-link') return {};
    const code = newLinkCode();
    const expiresAt = new Date(this.clock.now().getTime() + LINK_CODE_VALID_MS);
    await this.database.transaction([channel.accountId], (tx) =>
      this.store.expectLink(tx, {
        channelId: channel.id,
        accountId: channel.accountId,
        codeSha256: hashLinkCode(code),
        expiresAt,
      }),
    );
    const botName = await this.bot.name();
    const url = botName === null ? null : `https://t.me/${botName}?start=${code}`;
    return { link: { url, code, expiresAt: expiresAt.toISOString() } };
  }

  forget(tx: Tx, channelId: string): Promise<void> {
    return this.store.forget(tx, channelId);
  }

  notReady({ chatId, state }: StoredChannel): string | undefined {
    if (chatId !== null) return undefined;
    return state === 'waiting-for-link'
      ? 'no chat is linked yet: open the link of the channel, or send its code to the bot as /start CODE'
      : 'the chat was unlinked with /stop: delete this channel and make a new one';
  }

  async sendAlert(channel: StoredChannel, alert: Alert, options: AttemptOptions): Promise<Outcome> {
    const { possibleRepeat: isRepeat, signal, leavesAt, priceNow } = options;
    const write = async (texts: Texts): Promise<TelegramMessage> => {
      const card = await this.cards.ofAlert(channel.accountId, alert);
      const told = { ...card, priceNow: priceNow ?? card.priceNow };
      return cardMessage(told, { texts, now: this.clock.now(), isRepeat });
    };
    return this.send(channel, { signal, leavesAt }, write, alert.productId);
  }

  async sendReply(channel: StoredChannel, reply: Reply, options: AttemptOptions): Promise<Outcome> {
    const { accountId } = channel;
    const { signal, leavesAt } = options;
    return this.send(channel, { signal, leavesAt }, async (texts, preference) => {
      const { messages, carousels } = await this.replies.draw(reply, { accountId, texts, preference });
      const now = this.clock.now();
      await this.database.transaction([accountId], async (tx) => {
        await this.store.saveCarousels(tx, accountId, carousels, now);
        // No answer comes with them, by which they would be forgotten.
        await this.store.forgetCarousels(tx, [accountId], new Date(now.getTime() - ANSWERS_KEPT_MS));
      });
      return messages[0]!;
    });
  }

  async sendTest(channel: StoredChannel, _: string, signal: AbortSignal): Promise<Outcome> {
    return this.send(channel, { signal }, async (texts) => plainMessage(texts.say('link.test')));
  }

  restMs({ chatId }: StoredChannel): number {
    return chatId === null ? 0 : chatPauseMs(chatId);
  }

  /** Telegram counts for the whole bot. */
  async pausedTogether(_: Tx, channel: StoredChannel): Promise<string[]> {
    return [BOT_ID, channel.id];
  }

  private async send(
    { id, accountId, chatId }: StoredChannel,
    when: Pick<Sending, 'signal' | 'leavesAt'>,
    write: (texts: Texts, preference: Preference) => Promise<TelegramMessage>,
    shownProductId?: string,
  ): Promise<Outcome> {
    if (chatId === null) return { kind: 'not-delivered', reason: 'no chat is linked to the channel' };
    if (!this.bot.isConfigured)
      return { kind: 'not-delivered', reason: 'the setting SOUK_TELEGRAM_TOKEN is missing' };
    let found: { preference: Preference; threadId: number | null };
    try {
      found = await this.database.read([accountId], async (tx) => {
        const [preference, threadId] = await Promise.all([
          this.preferences.get(tx, id),
          this.store.threadOf(tx, id),
        ]);
        return { preference, threadId };
      });
    } catch {
      return { kind: 'not-delivered', reason: 'how the chat wants to be spoken to could not be read' };
    }
    const { preference, threadId } = found;
    let message: TelegramMessage;
    try {
      message = await write(textsIn(languageOf(preference.language), preference.timeZone), preference);
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'not-delivered', reason: error.message };
      this.logger.error({ error, channelId: id }, 'a message cannot be made');
      return { kind: 'not-delivered', reason: 'the message could not be made' };
    }
    const to = { chatId, threadId };
    const outcome = await this.sender.send({ message, to, accountId, ...when });
    if (outcome.kind === 'delivered' && shownProductId !== undefined)
      await this.conversation.noteShown({ accountId, chat: conversationAt(to) }, shownProductId);
    return outcome;
  }
}

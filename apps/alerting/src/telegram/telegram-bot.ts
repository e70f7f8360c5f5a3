import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Refusal } from '@souk/contracts';
import { Clock } from '@souk/service';
import { Api, GrammyError, InputFile } from 'grammy';
import type { BotCommand, InlineKeyboardMarkup, Update } from 'grammy/types';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { markingAgent } from '../delivery/marking-fetch.ts';
import type { Button, Place, TelegramMessage } from './message.ts';
import { SendGate } from './send-gate.ts';
import { fetchThrough } from './telegram-fetch.ts';
import { askedPauseMs } from './telegram-outcome.ts';

const CONNECTIONS = 64;
const SEND_DEADLINE_MS = 10_000;
const NAME_DEADLINE_MS = 3_000;
const COURTESY_DEADLINE_MS = 5_000;
export const LONG_POLL_SECONDS = 20;
const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const;

type GrammySignal = Parameters<Api['getMe']>[0];

/** A picture that can be sent: an address that Telegram fetches, or the bytes of a PNG. */
export type Shown = string | Uint8Array;

/** When a message leaves. */
export interface Sent {
  /** Its place in the bot's pace; without it, it leaves before all others. */
  leavesAt?: Date | undefined;
  signal?: AbortSignal | undefined;
}

/** The Telegram bot: single calls of the Bot API. Each may throw what grammY throws, see `outcomeOfFailure`. */
@Injectable()
export class TelegramBot implements OnApplicationShutdown {
  private readonly api: Api | undefined;
  private readonly agent = markingAgent(CONNECTIONS);
  private username: string | undefined;

  constructor(
    private readonly gate: SendGate,
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    if (config.SOUK_TELEGRAM_TOKEN === undefined) return;
    this.api = new Api(config.SOUK_TELEGRAM_TOKEN, {
      apiRoot: config.SOUK_TELEGRAM_API_ROOT.replace(/\/$/, ''),
      timeoutSeconds: LONG_POLL_SECONDS + 10,
      fetch: fetchThrough(this.agent),
    });
  }

  get isConfigured(): boolean {
    return this.api !== undefined;
  }

  /** The Bot API, or a refusal that names the setting. */
  private get configured(): Api {
    if (this.api) return this.api;
    throw new Refusal(
      'invalid',
      'This installation has no Telegram bot: the setting SOUK_TELEGRAM_TOKEN is missing.',
      {
        problems: [{ field: 'type', problem: 'needs the setting SOUK_TELEGRAM_TOKEN' }],
      },
    );
  }

  /** Name of the bot without the @, asked for once; null while Telegram cannot be reached. Refuses without a token. */
  async name(): Promise<string | null> {
    const api = this.configured;
    try {
      this.username ??= (await api.getMe(deadline(NAME_DEADLINE_MS))).username;
      return this.username;
    } catch {
      return null;
    }
  }

  /** Sends a message, with a picture where one is given. */
  async send(
    to: Place,
    message: TelegramMessage,
    picture: Shown | undefined,
    sent: Sent = {},
  ): Promise<void> {
    const options = {
      ...(to.threadId !== null && { message_thread_id: to.threadId }),
      parse_mode: 'HTML' as const,
      reply_markup: markupOf(message.keyboard),
    };
    await this.leave(sent, (api, until) => {
      if (picture !== undefined)
        return api.sendPhoto(to.chatId, fileOf(picture), { ...options, caption: message.html }, until);
      const preview = { link_preview_options: { is_disabled: true } };
      return api.sendMessage(to.chatId, message.html, { ...options, ...preview }, until);
    });
  }

  /** Puts another text, or another picture, in the place of a message. */
  async edit(
    to: Place,
    messageId: number,
    message: TelegramMessage,
    picture: Shown | undefined,
    sent: Sent = {},
  ): Promise<void> {
    const markup = { reply_markup: markupOf(message.keyboard) };
    const parse_mode = 'HTML' as const;
    await this.leave(sent, (api, until) => {
      if (picture === undefined) {
        const options = { parse_mode, link_preview_options: { is_disabled: true }, ...markup };
        return api.editMessageText(to.chatId, messageId, message.html, options, until);
      }
      const media = { type: 'photo' as const, media: fileOf(picture), caption: message.html, parse_mode };
      return api.editMessageMedia(to.chatId, messageId, media, markup, until);
    });
  }

  /** Through the gate of all messages; its deadline begins when it leaves. */
  private async leave(
    { leavesAt, signal }: Sent,
    call: (api: Api, until: GrammySignal) => Promise<unknown>,
  ): Promise<void> {
    const api = this.configured;
    const inMs = leavesAt && leavesAt.getTime() - this.clock.now().getTime();
    try {
      await this.gate.through({ inMs, signal }, () => call(api, deadline(SEND_DEADLINE_MS, signal)));
    } catch (error) {
      if (error instanceof GrammyError && error.error_code === 429)
        this.gate.rest(askedPauseMs(error.parameters.retry_after));
      throw error;
    }
  }

  async delete(to: Place, messageId: number): Promise<void> {
    await this.configured.deleteMessage(to.chatId, messageId, deadline(COURTESY_DEADLINE_MS));
  }

  /** Ends the waiting that a pressed button shows, with a word where there is one. */
  async answerPress(queryId: string, text: string | undefined): Promise<void> {
    const options = text === undefined ? {} : { text: text.slice(0, 200) };
    await this.configured.answerCallbackQuery(queryId, options, deadline(COURTESY_DEADLINE_MS));
  }

  /** What people wrote to the bot since; waits for it. */
  async updates(offset: number, signal: AbortSignal): Promise<Update[]> {
    const options = { offset, timeout: LONG_POLL_SECONDS, limit: 50, allowed_updates: ALLOWED_UPDATES };
    return this.configured.getUpdates(options, signal as GrammySignal);
  }

  /** From now on Telegram brings updates to this address, or waits to be asked for them. */
  async bringUpdatesTo(
    hook: { url: string; secretToken: string } | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const until = deadline(SEND_DEADLINE_MS, signal);
    if (hook === undefined) {
      await this.configured.deleteWebhook({}, until);
    } else {
      const options = { secret_token: hook.secretToken, allowed_updates: ALLOWED_UPDATES };
      await this.configured.setWebhook(hook.url, options, until);
    }
  }

  /** The commands that clients offer, for people of a language; without one for everybody else. */
  async offerCommands(
    commands: readonly BotCommand[],
    language: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const options = language === undefined ? {} : { language_code: language as 'en' };
    await this.configured.setMyCommands(commands, options, deadline(SEND_DEADLINE_MS, signal));
  }

  /** Those who use it have stopped before, see their `beforeApplicationShutdown`. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

const fileOf = (picture: Shown): string | InputFile =>
  typeof picture === 'string' ? picture : new InputFile(picture, 'picture.png');

function markupOf(keyboard: readonly (readonly Button[])[]): InlineKeyboardMarkup {
  return {
    inline_keyboard: keyboard.map((row) =>
      row.map((button) =>
        'url' in button
          ? { text: button.text, url: button.url }
          : { text: button.text, callback_data: button.data },
      ),
    ),
  };
}

function deadline(ms: number, signal?: AbortSignal): GrammySignal {
  const timeout = AbortSignal.timeout(ms);
  return (signal ? AbortSignal.any([signal, timeout]) : timeout) as GrammySignal;
}

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Refusal } from '@souk/contracts';
import { Api, type ApiClientOptions, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { NotConnected, outcomeOfFailure } from './telegram-outcome.ts';
import type { TelegramMessage } from './telegram-text.ts';

const SEND_DEADLINE_MS = 10_000;
const NAME_DEADLINE_MS = 3_000;
export const LONG_POLL_SECONDS = 20;

type Fetch = NonNullable<ApiClientOptions['fetch']>;
type GrammySignal = Parameters<Api['getMe']>[0];

/** The Telegram bot: what is sent and received through the Bot API. */
@Injectable()
export class TelegramBot implements OnApplicationShutdown {
  private readonly api: Api | undefined;
  private readonly agent = new Agent({ connect: markingConnector(), connections: 64 });
  private username: string | undefined;

  constructor(@Inject(ALERTING_CONFIG) config: AlertingConfig) {
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

  /** Sends one message and says how it went; never throws. */
  async send(chatId: number, message: TelegramMessage, signal?: AbortSignal): Promise<Outcome> {
    try {
      await this.post(chatId, message, signal);
      return { kind: 'delivered' };
    } catch (error) {
      const isButtonRefused =
        error instanceof GrammyError && error.error_code === 400 && /url/i.test(error.description);
      if (message.button && isButtonRefused)
        return this.send(chatId, { ...message, button: undefined }, signal);
      return outcomeOfFailure(error);
    }
  }

  /** What people wrote to the bot since; waits for it. */
  async updates(offset: number, signal: AbortSignal): Promise<Update[]> {
    return this.configured.getUpdates(
      { offset, timeout: LONG_POLL_SECONDS, limit: 50, allowed_updates: ['message'] },
      signal as GrammySignal,
    );
  }

  /** Those who use it have stopped before, see their `beforeApplicationShutdown`. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async post(chatId: number, message: TelegramMessage, signal?: AbortSignal): Promise<void> {
    await this.configured.sendMessage(
      chatId,
      message.html,
      {
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        ...(message.button && { reply_markup: { inline_keyboard: [[message.button]] } }),
      },
      deadline(SEND_DEADLINE_MS, signal),
    );
  }
}

function deadline(ms: number, signal?: AbortSignal): GrammySignal {
  const timeout = AbortSignal.timeout(ms);
  return (signal ? AbortSignal.any([signal, timeout]) : timeout) as GrammySignal;
}

/** Marks failures to connect, so that they can be told from answers that were lost. */
function markingConnector(): buildConnector.connector {
  const connect = buildConnector({ timeout: 5_000, allowH2: false });
  return (options, callback) =>
    connect(options, (...result) =>
      result[0] === null ? callback(...result) : callback(new NotConnected(result[0]), null),
    );
}

/** grammY brings its own fetch and its own AbortSignal; this one uses our agent and Node's signal. */
function fetchThrough(dispatcher: Agent): Fetch {
  return async (url: string, init: RequestInit): Promise<unknown> => {
    const controller = new AbortController();
    if (init.signal?.aborted) controller.abort();
    init.signal?.addEventListener('abort', () => controller.abort(), { once: true });
    return undiciFetch(url, {
      method: init.method ?? 'GET',
      headers: init.headers as Record<string, string>,
      body: init.body as string,
      signal: controller.signal,
      dispatcher,
    });
  };
}

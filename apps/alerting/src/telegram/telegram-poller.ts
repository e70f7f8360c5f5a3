import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { newId } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import { setTimeout as delay } from 'node:timers/promises';
import { ChatUpdateStore } from '../chats/chat-update.store.ts';
import { ChatWorker } from '../chats/chat-worker.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { LANGUAGES } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { COMMANDS } from './help-message.ts';
import { LONG_POLL_SECONDS, TelegramBot } from './telegram-bot.ts';
import { TelegramDoor } from './telegram-door.ts';
import { TelegramStore } from './telegram.store.ts';

/** Longer than a poll and the storing of what it brings. */
const HELD_MS = (LONG_POLL_SECONDS + 40) * 1_000;
const WAIT_FOR_OTHER_MS = 10_000;
const ERROR_PAUSE_MS = 3_000;
const HASTY_MS = 500;
const HASTY_PAUSE_MS = 250;

/** Brings in what people write to the bot: asked for by one process, or brought by Telegram to a webhook. */
@Injectable()
export class TelegramPoller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('telegram');
  private readonly holder = newId();
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private offset = 0;
  private isReady = false;
  /** Where Telegram brings updates to; without it they are asked for. */
  private readonly hookUrl: string | undefined;

  constructor(
    private readonly bot: TelegramBot,
    private readonly door: TelegramDoor,
    private readonly store: TelegramStore,
    private readonly updates: ChatUpdateStore,
    private readonly worker: ChatWorker,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    const { SOUK_TELEGRAM_UPDATES: how, SOUK_PUBLIC_URL: publicUrl } = config;
    if (how === 'webhook') this.hookUrl = `${publicUrl!.replace(/\/$/, '')}/hooks/telegram`;
  }

  onApplicationBootstrap(): void {
    if (this.bot.isConfigured) this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const pauseMs = await this.poll();
        if (pauseMs === undefined) break;
        if (pauseMs > 0) await delay(pauseMs, undefined, { signal });
      } catch (error) {
        if (signal.aborted) break;
        // grammY's errors may quote the address, which holds the token: only the kind is told.
        const problem =
          error instanceof GrammyError ? `${error.error_code} ${error.description}` : 'no answer';
        this.logger.warn({ problem }, 'cannot read what people write to the bot');
        await delay(ERROR_PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    await this.database
      .transaction([], (tx) => this.store.releasePoller(tx, this.holder))
      .catch(() => this.logger.warn('the poller lease could not be given back; it runs out by itself'));
  }

  /** Asks once for updates and stores them; answers how long to wait before the next time, undefined for ever. */
  private async poll(): Promise<number | undefined> {
    const now = this.clock.now();
    const isMine = await this.database.transaction([], (tx) =>
      this.store.holdPoller(tx, this.holder, now, new Date(now.getTime() + HELD_MS)),
    );
    if (!isMine) return WAIT_FOR_OTHER_MS;
    if (!this.isReady) await this.getReady();
    if (this.hookUrl !== undefined) return undefined;
    const askedAtMs = performance.now();
    const updates = await this.bot.updates(this.offset, this.stopping.signal);
    await this.keep(updates);
    // Confirms these to Telegram with the next poll; then 0 again, since ids may begin anew after a quiet week.
    this.offset = updates.length > 0 ? updates.at(-1)!.update_id + 1 : 0;
    // A server that does not wait for news must not be asked without end.
    const isHasty = updates.length === 0 && performance.now() - askedAtMs < HASTY_MS;
    return isHasty ? HASTY_PAUSE_MS : 0;
  }

  /** Tells Telegram where updates go, and which commands there are in each language. */
  private async getReady(): Promise<void> {
    const { signal } = this.stopping;
    const url = this.hookUrl;
    await this.bot.bringUpdatesTo(
      url === undefined ? undefined : { url, secretToken: this.door.secretToken },
      signal,
    );
    await this.offerCommands(signal).catch(() => this.logger.warn('the commands could not be offered'));
    this.isReady = true;
  }

  /** A courtesy: people may type commands that are not offered to them. */
  private async offerCommands(signal: AbortSignal): Promise<void> {
    for (const language of [undefined, ...LANGUAGES]) {
      const texts = new Texts(language ?? 'en');
      const commands = COMMANDS.map((command) => ({ command, description: texts.say(`command.${command}`) }));
      await this.bot.offerCommands(commands, language, signal);
    }
  }

  /** Stored before they are confirmed: none is lost, and one that comes twice is stored once. */
  private async keep(updates: readonly Update[]): Promise<void> {
    if (updates.length === 0) return;
    const now = this.clock.now();
    await this.database.transaction([], async (tx) => {
      for (const update of updates) {
        const body = Buffer.from(JSON.stringify(update));
        const read = this.door.read('updates', body);
        if (read && 'key' in read)
          await this.updates.insert(tx, { platform: 'telegram', kind: 'updates', ...read, body }, now);
      }
    });
    this.worker.wake();
  }
}

import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { newId } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { GrammyError } from 'grammy';
import type { Message, Update } from 'grammy/types';
import { setTimeout as delay } from 'node:timers/promises';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { hashLinkCode } from '../channels/secrets.ts';
import { LONG_POLL_SECONDS, TelegramBot } from './telegram-bot.ts';
import { cut, escape } from './telegram-text.ts';
import { TelegramStore } from './telegram.store.ts';

/** Longer than a poll and the handling of what it brings. */
const HELD_MS = (LONG_POLL_SECONDS + 40) * 1_000;
const WAIT_FOR_OTHER_MS = 10_000;
const ERROR_PAUSE_MS = 3_000;
const MAX_TITLE = 100;

/** Hears what people write to the bot: `/start <code>` ties a chat to a channel, `/stop` unties it. */
@Injectable()
export class TelegramPoller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('telegram');
  private readonly holder = newId();
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private offset = 0;

  constructor(
    private readonly bot: TelegramBot,
    private readonly store: TelegramStore,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly worker: DeliveryWorker,
  ) {}

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

  /** Asks once for updates and handles them; answers how long to wait before the next time. */
  private async poll(): Promise<number> {
    const now = this.clock.now();
    const isMine = await this.database.transaction([], (tx) =>
      this.store.holdPoller(tx, this.holder, now, new Date(now.getTime() + HELD_MS)),
    );
    if (!isMine) return WAIT_FOR_OTHER_MS;
    const updates = await this.bot.updates(this.offset, this.stopping.signal);
    for (const update of updates) await this.handle(update);
    // Confirms these to Telegram with the next poll; then 0 again, since ids may begin anew after a quiet week.
    this.offset = updates.length > 0 ? updates.at(-1)!.update_id + 1 : 0;
    return 0;
  }

  /** An update is noted in the transaction that acts on it: handled once, whatever happens. */
  private async handle(update: Update): Promise<void> {
    const answer = await this.database.transaction([], async (tx) => {
      if (!(await this.store.takeUpdate(tx, this.holder, update.update_id))) return undefined;
      const command = commandOf(update.message);
      if (!command) return undefined;
      const { chat, name, code } = command;
      if (name === 'stop') {
        return (await this.store.unlink(tx, chat.id))
          ? 'No more alerts will come here.'
          : 'No alerts come here anyway.';
      }
      if (code === undefined) return 'To get alerts here, make a Telegram channel in Souk and open its link.';
      const result = await this.store.link(tx, hashLinkCode(code), chat, this.clock.now());
      if (result.linked) return 'Alerts will come here from now on. Send /stop to end them.';
      return result.why === 'chat-taken'
        ? 'This chat belongs to another channel already. Send /stop first, then open the link again.'
        : 'This code is not valid (any more). Make a new Telegram channel in Souk and open its link.';
    });
    this.worker.wake();
    if (answer === undefined || !update.message) return;
    // Courtesy only: whether it arrives changes nothing.
    await this.bot.send(
      update.message.chat.id,
      { html: escape(answer), button: undefined },
      this.stopping.signal,
    );
  }
}

/** `/start code`, also as `/start@bot code` in groups. */
function commandOf(
  message: Message | undefined,
): { chat: { id: number; title: string }; name: 'start' | 'stop'; code: string | undefined } | undefined {
  const match = /^\/(start|stop)(?:@\w+)?(?:\s+(\S{1,64}))?\s*$/.exec(message?.text ?? '');
  if (!message || !match) return undefined;
  const { chat } = message;
  const title =
    chat.title ?? ([chat.first_name, chat.last_name].filter(Boolean).join(' ') || `chat ${chat.id}`);
  return {
    chat: { id: chat.id, title: cut(title.replaceAll(/\p{Cc}/gu, ' '), MAX_TITLE) },
    name: match[1] as 'start' | 'stop',
    code: match[2],
  };
}

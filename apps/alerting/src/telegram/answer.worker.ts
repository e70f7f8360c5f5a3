import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, Database, WakeablePause } from '@souk/service';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { drain } from '../drain.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { InHand } from '../in-hand.ts';
import { BOT_ID, type Pace } from '../delivery/pace.ts';
import { PaceStore } from '../delivery/pace.store.ts';
import { ANSWERS_KEPT_MS, AnswerStore, type ClaimedAnswer } from './answer.store.ts';
import { chatPauseMs, TELEGRAM_PACE } from './telegram-carrier.ts';
import { TelegramBot } from './telegram-bot.ts';
import { TelegramSender } from './telegram-sender.ts';
import { TelegramStore } from './telegram.store.ts';

const UNDER_WAY_AT_MOST = 16;
/** Longer than any answer takes with the record of it. */
const LEASE_MS = 60_000;
const ATTEMPTS_AT_MOST = 4;
const RETRY_MS = 2_000;
/** Nobody waits for an answer for longer. */
const GIVE_UP_AFTER_MS = 10 * 60_000;
const SHORTEST_PAUSE_MS = 10;
const FORGOTTEN_AT_ONCE = 1_000;
const FORGET_EVERY_MS = 10 * 60_000;

/** One more place than alerts have: whoever asks is answered before what nobody waits for, within the same limits. */
const ANSWER_PACE: Pace = {
  ...TELEGRAM_PACE,
  whole: { ...TELEGRAM_PACE.whole!, burst: TELEGRAM_PACE.whole!.burst + 1 },
};

/** Sends answers: of each chat one after the other, chats by turns, in Telegram's pace. */
@Injectable()
export class AnswerWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('telegram');
  private readonly tasks = new Set<Promise<void>>();
  private readonly breakOff = new AbortController();
  private readonly pollMs: number;
  private readonly pause = new WakeablePause();
  private running: Promise<void> = Promise.resolve();
  private forgotAtMs = 0;

  constructor(
    private readonly bot: TelegramBot,
    private readonly sender: TelegramSender,
    private readonly answers: AnswerStore,
    private readonly inHand: InHand,
    private readonly store: TelegramStore,
    private readonly pace: PaceStore,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    this.pollMs = config.SOUK_DELIVERY_POLL_MS;
  }

  onApplicationBootstrap(): void {
    if (this.bot.isConfigured) this.running = this.run();
  }

  /** There may be something to send. */
  wake(): void {
    this.pause.wake();
  }

  beforeApplicationShutdown(): Promise<void> {
    this.pause.stop();
    return drain(this.breakOff, async () => {
      await this.running;
      await Promise.all(this.tasks);
    });
  }

  private async run(): Promise<void> {
    while (!this.pause.isStopped) {
      this.pause.look();
      try {
        const answer = this.tasks.size < UNDER_WAY_AT_MOST ? await this.claim() : undefined;
        if (answer) this.begin(answer);
        else await this.pause.wait(await this.pauseMs());
      } catch (error) {
        this.logger.warn({ error }, 'answers cannot be taken; they wait');
        await this.pause.wait(this.pollMs);
      }
    }
  }

  /** The next answer that may be sent now, counted. */
  private async claim(): Promise<ClaimedAnswer | undefined> {
    return this.database.transaction([], async (tx) => {
      const now = this.clock.now();
      const { places, freeAt } = await this.pace.places(tx, ANSWER_PACE, now);
      if (places < 1) return undefined;
      const answer = await this.answers.claim(tx, now, this.inHand.lease(now, LEASE_MS));
      if (answer) await this.pace.count(tx, ANSWER_PACE, [answer.paceId], freeAt, now);
      return answer;
    });
  }

  private begin(answer: ClaimedAnswer): void {
    const task = this.perform(answer).finally(() => {
      this.tasks.delete(task);
      this.wake();
    });
    this.tasks.add(task);
  }

  /** Never throws: what cannot be recorded counts as begun when its lease ends, and is not sent again. */
  private async perform(answer: ClaimedAnswer): Promise<void> {
    try {
      const { body, accountId, wasSending } = answer;
      const outcome: Outcome = wasSending
        ? { kind: 'unknown', reason: 'the process ended while it was sent' }
        : await this.sender.send({ ...body, accountId, signal: this.breakOff.signal });
      await this.record(answer, outcome);
    } catch (error) {
      this.logger.warn({ error, answerId: answer.id }, 'an answer is left to its lease');
    }
  }

  /** An answer whose fate is unknown is not repeated: people ask again, and twice the same looks broken. */
  private async record(answer: ClaimedAnswer, outcome: Outcome): Promise<void> {
    const now = this.clock.now();
    const isTooOld = now.getTime() - answer.createdAt.getTime() > GIVE_UP_AFTER_MS;
    const retryAt =
      outcome.kind === 'throttled'
        ? new Date(now.getTime() + outcome.retryAfterMs)
        : outcome.kind === 'not-delivered' && answer.attempts < ATTEMPTS_AT_MOST
          ? new Date(now.getTime() + RETRY_MS * answer.attempts)
          : undefined;
    await this.database.transaction([], async (tx) => {
      if (outcome.kind === 'throttled')
        await this.pace.pause(tx, [BOT_ID, answer.paceId].toSorted(), retryAt!);
      else await this.pace.pause(tx, [answer.paceId], new Date(now.getTime() + chatPauseMs(answer.chatId)));
      if (retryAt && !isTooOld) return this.answers.putOff(tx, answer.id, retryAt);
      await this.answers.finish(tx, answer.id, outcome.kind === 'delivered' ? 'sent' : 'failed');
    });
    if (outcome.kind !== 'delivered' && outcome.kind !== 'throttled')
      this.logger.warn({ answerId: answer.id, reason: outcome.reason }, 'an answer was not delivered');
  }

  private async pauseMs(): Promise<number> {
    const now = this.clock.now();
    await this.forgetOld(now);
    const dueAt = await this.database.read([], (tx) => this.answers.nextDueAt(tx));
    if (dueAt === null) return this.pollMs;
    return Math.min(this.pollMs, Math.max(SHORTEST_PAUSE_MS, dueAt.getTime() - now.getTime()));
  }

  private async forgetOld(now: Date): Promise<void> {
    if (now.getTime() - this.forgotAtMs < FORGET_EVERY_MS) return;
    this.forgotAtMs = now.getTime();
    const before = new Date(now.getTime() - ANSWERS_KEPT_MS);
    await this.database.transaction([], async (tx) => {
      // Every carousel came with an answer: those of accounts that are silent by now are found by it.
      const accountIds = await this.answers.forgetBefore(tx, before, FORGOTTEN_AT_ONCE);
      if (accountIds.length > 0) await this.store.forgetCarousels(tx, accountIds, before);
    });
  }
}

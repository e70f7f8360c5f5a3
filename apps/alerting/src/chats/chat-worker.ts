import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, Database, WakeablePause } from '@souk/service';
import { Forgetting } from '../conversation/forgetting.ts';
import { InHand } from '../in-hand.ts';
import { ChatDoors } from './chat-doors.ts';
import { type ClaimedUpdate, ChatUpdateStore } from './chat-update.store.ts';

const UNDER_WAY_AT_MOST = 8;
/** Longer than any update takes. */
const LEASE_MS = 60_000;
const POLL_MS = 5_000;
const SHORTEST_PAUSE_MS = 10;
/** Waits after an attempt that failed; after the last one the update is given up. */
const WAITS_MS = [1_000, 5_000, 20_000, 60_000];
/** Longer than any platform repeats what it sent. */
const KEPT_MS = 3 * 24 * 3_600_000;
const FORGOTTEN_AT_ONCE = 1_000;
const FORGET_EVERY_MS = 10 * 60_000;

/** Works on what chat platforms sent: conversations beside each other, each in its order. */
@Injectable()
export class ChatWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('chats');
  private readonly tasks = new Set<Promise<void>>();
  private readonly pause = new WakeablePause();
  private running: Promise<void> = Promise.resolve();
  private forgotAtMs = 0;

  constructor(
    private readonly doors: ChatDoors,
    private readonly updates: ChatUpdateStore,
    private readonly inHand: InHand,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly conversations: Forgetting,
  ) {}

  onApplicationBootstrap(): void {
    if (this.doors.all.some((door) => door.isOpen)) this.running = this.run();
  }

  /** Something has come. */
  wake(): void {
    this.pause.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.pause.stop();
    await this.running;
    await Promise.all(this.tasks);
  }

  private async run(): Promise<void> {
    while (!this.pause.isStopped) {
      this.pause.look();
      try {
        const claimed = await this.claim();
        for (const update of claimed) this.begin(update);
        if (claimed.length === 0) await this.pause.wait(await this.pauseMs());
      } catch (error) {
        this.logger.warn({ error }, 'what chats sent cannot be taken; it waits');
        await this.pause.wait(POLL_MS);
      }
    }
  }

  private async claim(): Promise<ClaimedUpdate[]> {
    const limit = UNDER_WAY_AT_MOST - this.tasks.size;
    if (limit <= 0) return [];
    const now = this.clock.now();
    return this.database.transaction([], (tx) =>
      this.updates.claim(tx, { limit, now, lease: this.inHand.lease(now, LEASE_MS) }),
    );
  }

  private begin(update: ClaimedUpdate): void {
    const task = this.perform(update).finally(() => {
      this.tasks.delete(task);
      this.wake();
    });
    this.tasks.add(task);
  }

  /** Never throws: what cannot be recorded is worked on again when its lease ends. */
  private async perform({ id, platform, kind, key, body, attempts }: ClaimedUpdate): Promise<void> {
    try {
      const waitMs = await this.attempt({ id, platform, kind, key, body, attempts });
      await this.database.transaction([], async (tx) => {
        const now = this.clock.now();
        if (waitMs === undefined) await this.updates.finish(tx, id, now);
        else await this.updates.putOff(tx, id, new Date(now.getTime() + waitMs));
      });
    } catch (error) {
      this.logger.warn({ error, platform, kind }, 'an update of a chat is left to its lease');
    }
  }

  /** How long to wait before the next attempt; undefined when there is none to make. */
  private async attempt({ id, platform, kind, body, attempts }: ClaimedUpdate): Promise<number | undefined> {
    const door = this.doors.open(platform);
    if (!door) return undefined;
    try {
      await door.handle({ id: String(id), kind, body });
      return undefined;
    } catch (error) {
      const waitMs = WAITS_MS[attempts - 1];
      // Errors of client libraries may hold tokens and people's words: only their names are told.
      const { name, code } = error as { name?: string; code?: string | number };
      const problem = [name, code].filter((part) => part !== undefined).join(' ');
      this.logger.warn(
        { platform, kind, attempts, problem },
        waitMs === undefined
          ? 'an update of a chat is given up'
          : 'an update of a chat failed; it comes again',
      );
      return waitMs;
    }
  }

  private async pauseMs(): Promise<number> {
    const now = this.clock.now();
    await this.forgetOld(now);
    const dueAt = await this.database.read([], (tx) => this.updates.nextDueAt(tx, now));
    if (dueAt === null) return POLL_MS;
    return Math.min(POLL_MS, Math.max(SHORTEST_PAUSE_MS, dueAt.getTime() - now.getTime()));
  }

  private async forgetOld(now: Date): Promise<void> {
    if (now.getTime() - this.forgotAtMs < FORGET_EVERY_MS) return;
    this.forgotAtMs = now.getTime();
    await this.database.transaction([], (tx) =>
      this.updates.forgetDoneBefore(tx, new Date(now.getTime() - KEPT_MS), FORGOTTEN_AT_ONCE),
    );
    await this.conversations.forget(now);
  }
}

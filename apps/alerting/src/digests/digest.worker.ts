import type { Preference } from '@souk/contracts';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, Database, WakeablePause } from '@souk/service';
import { v5 as uuidV5 } from 'uuid';
import { ChannelStore } from '../channels/channel.store.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { InHand } from '../in-hand.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { digestOf } from './digest.ts';
import { DigestStore, type DigestTurn } from './digest.store.ts';
import { Materials } from './material.ts';
import { lastOccasion, nextOccasion } from './schedule.ts';

const DIGEST_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a31';
/** Longer than any digest takes to be made. */
const LEASE_MS = 120_000;
/** What could not be made by then is left to the next one. */
const TOO_LATE_MS = 6 * 3_600_000;

/** Makes digests when it is time: one for each channel and period, whatever crashes and however many processes. */
@Injectable()
export class DigestWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('digests');
  private readonly pollMs: number;
  private readonly pause = new WakeablePause();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: DigestStore,
    private readonly inHand: InHand,
    private readonly preferences: PreferenceStore,
    private readonly channels: ChannelStore,
    private readonly materials: Materials,
    private readonly deliveries: DeliveryWorker,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    this.pollMs = config.SOUK_DELIVERY_POLL_MS;
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.pause.stop();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.pause.isStopped) {
      try {
        const now = this.clock.now();
        const lease = this.inHand.lease(now, LEASE_MS);
        const turn = await this.database.transaction([], (tx) => this.store.claim(tx, now, lease));
        if (turn) await this.make(turn, now);
        else await this.pause.wait(this.pollMs);
      } catch (error) {
        this.logger.warn({ error }, 'a digest cannot be made; it is left to its lease');
        await this.pause.wait(this.pollMs);
      }
    }
  }

  private async make(turn: DigestTurn, now: Date): Promise<void> {
    const { accountId, channelId } = turn;
    const { preference, channel } = await this.database.read([accountId], async (tx) => ({
      preference: await this.preferences.get(tx, channelId),
      channel: await this.channels.get(tx, accountId, channelId),
    }));
    const occasion = channel?.state === 'ready' ? lastOccasion(preference, now) : undefined;
    const isTime = occasion !== undefined && now.getTime() - occasion.at.getTime() <= TOO_LATE_MS;
    if (!isTime || !wantsDigest(preference) || channel?.type === 'inbox' || channel?.type === 'webhook')
      return this.goOn(turn, channel !== undefined, now);
    const { period } = occasion;
    const isMade = await this.database.read([accountId], (tx) => this.store.isMade(tx, channelId, period));
    if (isMade) return this.goOn(turn, true, now);
    const { reply, seen, shown } = digestOf(await this.materials.gather(turn, preference, now));
    await this.database.transaction([accountId], async (tx) => {
      const isFirst = await this.store.note(tx, turn, { period, seen, madeAt: now });
      if (isFirst && reply) {
        const id = uuidV5(`${channelId}/${period}`, DIGEST_NAMESPACE);
        await this.store.enqueue(tx, turn, {
          id,
          lane: channel!.type as 'telegram',
          digest: { reply, shown },
          now,
        });
      }
      // Read again: it may have been changed meanwhile.
      const wish = await this.preferences.get(tx, channelId);
      await this.store.schedule(tx, turn, nextOccasion(wish, now)?.at);
    });
    this.deliveries.wake();
  }

  /** Nothing to make now. A channel that is gone has no more turns. */
  private async goOn(turn: DigestTurn, isThere: boolean, now: Date): Promise<void> {
    await this.database.transaction([turn.accountId], async (tx) => {
      const wish = await this.preferences.get(tx, turn.channelId);
      await this.store.schedule(tx, turn, isThere ? nextOccasion(wish, now)?.at : undefined);
    });
  }
}

const wantsDigest = (preference: Preference): preference is Preference & { digest: 'daily' | 'weekly' } =>
  preference.digest !== 'off';

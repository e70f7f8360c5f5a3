import { Injectable } from '@nestjs/common';
import type { Alert } from '@souk/contracts';
import { Database } from '@souk/service';
import { AlertStore } from '../alerts/alert.store.ts';
import { ChannelStore, type StoredChannel } from '../channels/channel.store.ts';
import type { Reply } from '../conversation/reply.ts';
import { SpeakingStore } from '../speaking/speaking.store.ts';
import type { Claimed } from './delivery.store.ts';
import { Together } from './together.ts';

const AT_ONCE = 64;

/** An alert on its way, and those that are told with it. */
export interface Told {
  deliveryId: string;
  alert: Alert;
}

/** What an attempt needs to know. */
export interface Loaded {
  channel: StoredChannel;
  /** The alert of the delivery first; none for a digest. */
  told: Told[];
  reply: Reply | null;
}

/** Reads what attempts need, for all that begin at the same time in one transaction. */
@Injectable()
export class Loading {
  private readonly together: Together<Claimed, Loaded | undefined>;

  constructor(
    private readonly database: Database,
    private readonly alerts: AlertStore,
    private readonly channels: ChannelStore,
    private readonly speaking: SpeakingStore,
  ) {
    this.together = new Together((deliveries) => this.loadAll(deliveries), AT_ONCE);
  }

  /** Undefined when its channel or its alert is gone. */
  load(delivery: Claimed): Promise<Loaded | undefined> {
    return this.together.do(delivery);
  }

  private async loadAll(deliveries: readonly Claimed[]): Promise<(Loaded | undefined)[]> {
    const accounts = deliveries.map(({ accountId }) => accountId);
    return this.database.read(accounts, async (tx) => {
      const [found, merged] = await Promise.all([
        this.channels.getMany(tx, [...new Set(deliveries.map(({ channelId }) => channelId))]),
        this.speaking.mergedInto(
          tx,
          deliveries.map(({ id }) => id),
        ),
      ]);
      const wanted = [...deliveries, ...merged].flatMap(({ alertId }) => alertId ?? []);
      const alerts = new Map((await this.alerts.getMany(tx, wanted)).map((alert) => [alert.id, alert]));
      const channels = new Map(found.map((channel) => [channel.id, channel]));
      const others = Map.groupBy(merged, ({ into }) => into);
      return deliveries.map((delivery) => {
        const channel = channels.get(delivery.channelId);
        if (!channel || channel.accountId !== delivery.accountId) return undefined;
        const { id, alertId, digest } = delivery;
        if (digest || alertId === null) return { channel, told: [], reply: digest?.reply ?? null };
        const told = [{ id, alertId }, ...(others.get(id) ?? [])].flatMap((one) => {
          const alert = alerts.get(one.alertId);
          return alert ? [{ deliveryId: one.id, alert }] : [];
        });
        return told[0]?.deliveryId === id ? { channel, told, reply: null } : undefined;
      });
    });
  }
}

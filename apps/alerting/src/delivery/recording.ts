import { Injectable } from '@nestjs/common';
import { context, type Context } from '@opentelemetry/api';
import { Bus, type Unit } from '@souk/bus';
import { AlertDelivered, AlertFailed } from '@souk/contracts';
import { Clock } from '@souk/service';
import { setTimeout as delay } from 'node:timers/promises';
import type { Carrier } from './carrier.ts';
import { ChannelTroubles } from './channel-troubles.ts';
import { type Claimed, DeliveryStore } from './delivery.store.ts';
import type { Loaded, Told } from './loading.ts';
import { decide, type Outcome } from './outcome.ts';
import { PaceStore } from './pace.store.ts';
import { Together } from './together.ts';

/** Waits between tries to record an outcome; what stays unrecorded is taken for unknown once its lease ends. */
const RECORD_WAITS_MS = [200, 400, 800, 1_600, 3_200];
const AT_ONCE = 64;

/** An attempt with how it ended. */
export interface Attempted {
  delivery: Claimed;
  loaded: Loaded;
  carrier: Carrier;
  outcome: Outcome;
}

/** A message that was taken, when its answer came, and the span that it was sent in. */
interface Arrived extends Attempted {
  at: Date;
  within: Context;
}

const namesOf = ({ deliveryId, alert }: Told): { alertId: string; deliveryId: string; traceId: string } => ({
  alertId: alert.id,
  deliveryId,
  traceId: alert.traceId,
});

const aboutOf = ({ delivery, loaded: { channel } }: Attempted) => ({
  channelId: channel.id,
  channelType: channel.type,
  attempts: delivery.attempts,
});

/** Records how attempts went: messages that were taken at the same time in one transaction, whatever else by itself. */
@Injectable()
export class Recording {
  private readonly together: Together<Arrived, void>;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly deliveries: DeliveryStore,
    private readonly pace: PaceStore,
    private readonly troubles: ChannelTroubles,
  ) {
    this.together = new Together((arrived) => this.recordDelivered(arrived), AT_ONCE);
  }

  /** @throws when it could not be recorded within some seconds */
  async record(attempted: Attempted): Promise<void> {
    const arrived = { ...attempted, at: this.clock.now(), within: context.active() };
    return patiently(async () => {
      if (attempted.outcome.kind === 'delivered') await this.together.do(arrived);
      else await this.recordOther(attempted);
    });
  }

  /**
   * Takes an attempt back that failed before its channel was handed anything.
   * @throws when it could not be recorded within some seconds
   */
  async putBack(delivery: Claimed): Promise<void> {
    return patiently(() =>
      this.bus.transaction([delivery.accountId], ({ tx }) => this.deliveries.putBack(tx, delivery)),
    );
  }

  private async recordDelivered(arrived: readonly Arrived[]): Promise<void[]> {
    const accounts = arrived.map(({ delivery }) => delivery.accountId);
    await this.bus.transaction(accounts, async (unit) => {
      const recorded = await this.deliveries.recordDelivered(unit.tx, arrived);
      const told = arrived.filter(({ delivery }) => recorded.has(delivery.id));
      const rests = told.flatMap((one) => restOf(one, one.at));
      await this.pace.pauseEach(unit.tx, new Map(rests));
      for (const one of told) context.with(one.within, () => publishDelivered(unit, one));
    });
    return arrived.map(() => undefined);
  }

  private async recordOther(attempted: Attempted): Promise<void> {
    const { delivery, loaded, carrier, outcome } = attempted;
    const { channel, told } = loaded;
    const now = this.clock.now();
    const { repeatsAreHarmless } = carrier;
    const decision = decide(delivery, outcome, { now, chance: Math.random(), repeatsAreHarmless });
    const { accountId } = delivery;
    await this.bus.transaction([accountId], async (unit) => {
      const { tx } = unit;
      if (!(await this.deliveries.record(tx, delivery, outcome, decision, now))) return;
      // One that may have arrived is counted on the other side as well.
      if (outcome.kind === 'unknown') await this.pace.pauseEach(tx, new Map(restOf(attempted, now)));
      if (decision.state === 'failed') {
        await this.troubles.afterFailure(unit, channel, delivery, decision);
        for (const lost of told) {
          const failure = { ...aboutOf(attempted), ...namesOf(lost), reason: decision.reason };
          unit.publish(AlertFailed, failure, { accountId, key: accountId });
        }
        unit.keepTrace();
      } else if (decision.state === 'waiting' && decision.pauseChannelUntil !== null) {
        // One statement, so that rows are locked in one order everywhere.
        const paced = await carrier.pausedTogether(tx, channel);
        await this.pace.pause(tx, paced, decision.pauseChannelUntil);
      }
    });
  }
}

/** Tries again for some seconds: a database that is away for a moment is no reason to forget what happened. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (const waitMs of [...RECORD_WAITS_MS, undefined]) {
    try {
      return await work();
    } catch (error) {
      if (waitMs === undefined) throw error;
      await delay(waitMs);
    }
  }
}

/** How long its channel is left alone, if it is. */
function restOf({ carrier, loaded: { channel } }: Attempted, at: Date): [string, Date][] {
  const restMs = carrier.restMs(channel);
  return restMs > 0 ? [[channel.id, new Date(at.getTime() + restMs)]] : [];
}

function publishDelivered(unit: Unit, arrived: Arrived): void {
  const { delivery, loaded, at } = arrived;
  const { accountId, unknown } = delivery;
  for (const one of loaded.told) {
    unit.publish(
      AlertDelivered,
      {
        ...aboutOf(arrived),
        ...namesOf(one),
        watchId: one.alert.watchId,
        possibleRepeat: unknown > 0,
        deliveredAt: at.toISOString(),
      },
      { accountId, key: accountId },
    );
  }
}

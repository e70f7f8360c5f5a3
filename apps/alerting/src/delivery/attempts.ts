import { Injectable, Logger } from '@nestjs/common';
import { SpanKind, context, trace } from '@opentelemetry/api';
import { Bus, contextOf, readTraceparent } from '@souk/bus';
import { type Alert, AlertDelivered, AlertFailed, Refusal } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { setTimeout as delay } from 'node:timers/promises';
import { AlertStore } from '../alerts/alert.store.ts';
import { ChannelStore, type StoredChannel } from '../channels/channel.store.ts';
import type { Reply } from '../conversation/reply.ts';
import { Carriers } from './carriers.ts';
import type { AttemptOptions, Carrier } from './carrier.ts';
import { type Claimed, DeliveryStore, type Placed } from './delivery.store.ts';
import { decide, isRepeatTooMany, type Outcome } from './outcome.ts';
import { ChannelTroubles } from './channel-troubles.ts';
import { PaceStore } from './pace.store.ts';
import { withReasonsOf } from '../speaking/reasons.ts';
import { Release } from '../speaking/release.ts';
import { SpeakingStore } from '../speaking/speaking.store.ts';

const tracer = trace.getTracer('souk.alerting');

/** Waits between tries to record an outcome; what stays unrecorded is taken for unknown once its lease ends. */
const RECORD_WAITS_MS = [200, 400, 800, 1_600, 3_200];

/** An alert on its way, and those that are told with it. */
interface Told {
  deliveryId: string;
  alert: Alert;
}

interface Loaded {
  channel: StoredChannel;
  /** The alert of the delivery first; none for a digest. */
  told: Told[];
  reply: Reply | null;
}

const namesOf = ({ deliveryId, alert }: Told): { alertId: string; deliveryId: string; traceId: string } => ({
  alertId: alert.id,
  deliveryId,
  traceId: alert.traceId,
});

const REPEATED: Reply['blocks'] = [{ kind: 'text', text: { key: 'digest.repeated' } }];

/** One attempt: the effect outside of any transaction, then one transaction that records its outcome. */
@Injectable()
export class Attempts {
  private readonly logger = new Logger('delivery');

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly deliveries: DeliveryStore,
    private readonly alerts: AlertStore,
    private readonly channels: ChannelStore,
    private readonly pace: PaceStore,
    private readonly carriers: Carriers,
    private readonly troubles: ChannelTroubles,
    private readonly speaking: SpeakingStore,
    private readonly release: Release,
  ) {}

  /** Never throws: what cannot be read or recorded is tried again when its lease ends. */
  async perform(delivery: Placed, signal: AbortSignal): Promise<void> {
    const parent = contextOf(readTraceparent(delivery.traceparent ?? undefined));
    const span = tracer.startSpan('deliver alert', { kind: SpanKind.CLIENT }, parent);
    try {
      await context.with(trace.setSpan(parent, span), async () => {
        const loaded = await this.load(delivery);
        if (!loaded) return this.cancel(delivery);
        const { channel, told } = loaded;
        const [own] = told;
        const seen = own && delivery.wasHeld ? await this.release.look(delivery.accountId, own.alert) : {};
        if (seen.gone !== undefined) return this.withhold(delivery, seen.gone);
        const { priceNow } = seen;
        const { leavesAt } = delivery;
        const outcome = await this.send(delivery, loaded, {
          signal,
          leavesAt,
          ...(priceNow && { priceNow }),
        });
        span.setAttributes({ 'souk.channel': channel.type, 'souk.outcome': outcome.kind });
        await this.record(delivery, loaded, outcome);
      });
    } catch (error) {
      this.logger.error({ error, deliveryId: delivery.id }, 'a delivery is left to its lease');
    } finally {
      span.end();
    }
  }

  private async load(delivery: Claimed): Promise<Loaded | undefined> {
    const { id, accountId, alertId, channelId, digest } = delivery;
    return this.database.read([accountId], async (tx) => {
      const channel = await this.channels.get(tx, accountId, channelId);
      if (!channel) return undefined;
      if (digest || alertId === null) return { channel, told: [], reply: digest?.reply ?? null };
      const wanted = [{ id, alertId }, ...(await this.speaking.mergedInto(tx, id))];
      const alerts = await this.alerts.getMany(
        tx,
        wanted.map((one) => one.alertId),
      );
      const told = wanted.flatMap((one) => {
        const alert = alerts.find((found) => found.id === one.alertId);
        return alert ? [{ deliveryId: one.id, alert }] : [];
      });
      return told[0]?.deliveryId === id ? { channel, told, reply: null } : undefined;
    });
  }

  /** The channel was deleted while the alert was raised. */
  private async cancel({ accountId, channelId }: Claimed): Promise<void> {
    await this.database.transaction([accountId], (tx) =>
      this.deliveries.cancelChannel(tx, accountId, channelId, this.clock.now()),
    );
  }

  private async withhold({ accountId, id }: Claimed, reason: string): Promise<void> {
    await this.database.transaction([accountId], (tx) =>
      this.speaking.withhold(tx, id, 'gone', reason, this.clock.now()),
    );
  }

  private async send(
    delivery: Claimed,
    { channel, told, reply }: Loaded,
    options: Pick<AttemptOptions, 'signal' | 'leavesAt' | 'priceNow'>,
  ): Promise<Outcome> {
    if (channel.state === 'failing') {
      const reason = 'the channel stopped accepting; test or enable it to switch it on again';
      return { kind: 'refused', reason, stopsChannel: false };
    }
    const carrier = this.carrierOf(channel);
    if (isRepeatTooMany(delivery.unknown, carrier.repeatsAreHarmless)) {
      const reason = `the outcome of ${delivery.unknown} attempts is unknown, so it is not sent again`;
      return { kind: 'refused', reason, stopsChannel: false };
    }
    const possibleRepeat = delivery.unknown > 0;
    const all = { ...options, deliveryId: delivery.id, possibleRepeat };
    if (reply) return sendReply(carrier, channel, reply, all);
    const [own, ...others] = told;
    return carrier.sendAlert(channel, withReasonsOf(own!.alert, others), all);
  }

  /** Nothing is queued for the inbox. */
  private carrierOf({ type }: StoredChannel): Carrier {
    if (type === 'inbox') throw new Error('the inbox is no channel to carry to');
    return this.carriers.of(type);
  }

  private async record(delivery: Claimed, loaded: Loaded, outcome: Outcome): Promise<void> {
    for (const waitMs of [...RECORD_WAITS_MS, undefined]) {
      try {
        return await this.recordOnce(delivery, loaded, outcome);
      } catch (error) {
        if (waitMs === undefined) throw error;
        await delay(waitMs);
      }
    }
  }

  private async recordOnce(delivery: Claimed, loaded: Loaded, outcome: Outcome): Promise<void> {
    const { channel, told } = loaded;
    const now = this.clock.now();
    const carrier = this.carrierOf(channel);
    const { repeatsAreHarmless } = carrier;
    const decision = decide(delivery, outcome, { now, chance: Math.random(), repeatsAreHarmless });
    const { accountId, attempts } = delivery;
    await this.bus.transaction([accountId], async (unit) => {
      const { tx } = unit;
      if (!(await this.deliveries.record(tx, delivery, outcome, decision, now))) return;
      const about = { channelId: channel.id, channelType: channel.type, attempts };
      // One that may have arrived is counted on the other side as well.
      const mayHaveArrived = outcome.kind === 'delivered' || outcome.kind === 'unknown';
      const restMs = mayHaveArrived ? carrier.restMs(channel) : 0;
      if (restMs > 0) await this.pace.pause(tx, [channel.id], new Date(now.getTime() + restMs));
      if (decision.state === 'delivered') {
        for (const one of told) {
          unit.publish(
            AlertDelivered,
            {
              ...about,
              ...namesOf(one),
              watchId: one.alert.watchId,
              possibleRepeat: delivery.unknown > 0,
              deliveredAt: now.toISOString(),
            },
            { accountId, key: accountId },
          );
        }
      } else if (decision.state === 'failed') {
        await this.troubles.afterFailure(unit, channel, delivery, decision);
        for (const lost of told) {
          const names = namesOf(lost);
          unit.publish(
            AlertFailed,
            { ...about, ...names, reason: decision.reason },
            { accountId, key: accountId },
          );
        }
        unit.keepTrace();
      } else if (decision.pauseChannelUntil !== null) {
        // One statement, so that rows are locked in one order everywhere.
        const paced = await carrier.pausedTogether(tx, channel);
        await this.pace.pause(tx, paced, decision.pauseChannelUntil);
      }
    });
  }
}

/** What cannot be drawn right now, since nobody answers for the listings, is tried again. */
async function sendReply(
  carrier: Carrier,
  channel: StoredChannel,
  reply: Reply,
  options: AttemptOptions,
): Promise<Outcome> {
  const told: Reply = options.possibleRepeat ? { ...reply, blocks: [...REPEATED, ...reply.blocks] } : reply;
  try {
    if (carrier.sendReply) return await carrier.sendReply(channel, told, options);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: 'not-delivered', reason: error.message };
  }
  return { kind: 'refused', reason: 'nobody reads this channel', stopsChannel: false };
}

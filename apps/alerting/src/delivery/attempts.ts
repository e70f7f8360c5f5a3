import { Injectable, Logger } from '@nestjs/common';
import { SpanKind, context, trace } from '@opentelemetry/api';
import { contextOf, readTraceparent } from '@souk/bus';
import { Refusal } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { StoredChannel } from '../channels/channel.store.ts';
import type { Reply } from '../conversation/reply.ts';
import { Carriers } from './carriers.ts';
import type { AttemptOptions, Carrier } from './carrier.ts';
import { type Claimed, DeliveryStore, type Placed } from './delivery.store.ts';
import { type Loaded, Loading } from './loading.ts';
import { isRepeatTooMany, type Outcome } from './outcome.ts';
import { Recording } from './recording.ts';
import { withReasonsOf } from '../speaking/reasons.ts';
import { Release } from '../speaking/release.ts';
import { SpeakingStore } from '../speaking/speaking.store.ts';

const tracer = trace.getTracer('souk.alerting');

const REPEATED: Reply['blocks'] = [{ kind: 'text', text: { key: 'digest.repeated' } }];

/** One attempt: the effect outside of any transaction, then a transaction that records its outcome. */
@Injectable()
export class Attempts {
  private readonly logger = new Logger('delivery');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly deliveries: DeliveryStore,
    private readonly carriers: Carriers,
    private readonly loading: Loading,
    private readonly recording: Recording,
    private readonly speaking: SpeakingStore,
    private readonly release: Release,
  ) {}

  /**
   * Never throws: what cannot be read or recorded is tried again when its lease ends. Only an attempt that its channel
   * was handed may have arrived; one that failed before that is put back.
   */
  async perform(delivery: Placed, signal: AbortSignal): Promise<void> {
    const parent = contextOf(readTraceparent(delivery.traceparent ?? undefined));
    const span = tracer.startSpan('deliver alert', { kind: SpanKind.CLIENT }, parent);
    let isHandedOver = false;
    try {
      await context.with(trace.setSpan(parent, span), async () => {
        const loaded = await this.loading.load(delivery);
        if (!loaded) return this.cancel(delivery);
        const { channel, told } = loaded;
        const [own] = told;
        const seen = own && delivery.wasHeld ? await this.release.look(delivery.accountId, own.alert) : {};
        if (seen.gone !== undefined) return this.withhold(delivery, seen.gone);
        const { priceNow } = seen;
        const { leavesAt } = delivery;
        const options = { signal, leavesAt, ...(priceNow && { priceNow }) };
        const outcome = await this.send(delivery, loaded, options, () => (isHandedOver = true));
        span.setAttributes({ 'souk.channel': channel.type, 'souk.outcome': outcome.kind });
        await this.recording.record({ delivery, loaded, carrier: this.carrierOf(channel), outcome });
      });
    } catch (error) {
      this.logger.error({ error, deliveryId: delivery.id, isHandedOver }, 'a delivery is left to its lease');
      if (!isHandedOver) await this.putBack(delivery);
    } finally {
      span.end();
    }
  }

  /** What cannot even be put back counts as unknown once its lease ends, like after a crash. */
  private async putBack(delivery: Claimed): Promise<void> {
    try {
      await this.recording.putBack(delivery);
    } catch (error) {
      this.logger.error({ error, deliveryId: delivery.id }, 'a delivery that was not sent is not put back');
    }
  }

  private async cancel({ accountId, id }: Claimed): Promise<void> {
    await this.database.transaction([accountId], (tx) => this.deliveries.cancel(tx, id, this.clock.now()));
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
    handOver: () => void,
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
    handOver();
    if (reply) return sendReply(carrier, channel, reply, all);
    const [own, ...others] = told;
    return carrier.sendAlert(channel, withReasonsOf(own!.alert, others), all);
  }

  /** Nothing is queued for the inbox. */
  private carrierOf({ type }: StoredChannel): Carrier {
    if (type === 'inbox') throw new Error('the inbox is no channel to carry to');
    return this.carriers.of(type);
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

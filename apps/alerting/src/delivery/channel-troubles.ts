import { Injectable } from '@nestjs/common';
import type { Unit } from '@souk/bus';
import { ChannelStore, shownChannel, type StoredChannel } from '../channels/channel.store.ts';
import { Notices } from '../notices/notices.ts';
import { type Claimed, DeliveryStore } from './delivery.store.ts';
import type { Decision } from './outcome.ts';

type Failure = Extract<Decision, { state: 'failed' }>;

/** Pauses channels that do not work any more, and tells their account in its inbox. */
@Injectable()
export class ChannelTroubles {
  constructor(
    private readonly channels: ChannelStore,
    private readonly deliveries: DeliveryStore,
    private readonly notices: Notices,
  ) {}

  /**
   * A channel is paused when it said that it wants no more, or when a delivery used up all its attempts while no other
   * one went through since it began.
   */
  async afterFailure(
    unit: Unit,
    channel: StoredChannel,
    delivery: Claimed,
    { reason, stopsChannel, isExhausted }: Failure,
  ): Promise<void> {
    const { id, accountId } = channel;
    const isDead =
      stopsChannel ||
      (isExhausted === true && !(await this.deliveries.hasDeliveredSince(unit.tx, id, delivery.createdAt)));
    if (!isDead || !(await this.channels.stop(unit.tx, accountId, id, reason))) return;
    const { type, name, target } = shownChannel(channel);
    const text =
      `The ${type} channel ${name ?? target ?? id} is paused: ${reason}. Alerts for it are kept as failed; ` +
      'test or enable the channel, then send them again from its delivery log.';
    await this.notices.raise(unit, accountId, { kind: 'channel-paused', channelId: id, text });
  }
}

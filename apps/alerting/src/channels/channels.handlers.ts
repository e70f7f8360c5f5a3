import { Controller } from '@nestjs/common';
import { Answer, Bus } from '@souk/bus';
import {
  CreateChannel,
  DeleteChannel,
  ListChannels,
  Refusal,
  type ResponseOf,
  TestChannel,
} from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import type { WantedChannel } from '../delivery/carrier.ts';
import { Carriers } from '../delivery/carriers.ts';
import { DeliveryStore } from '../delivery/delivery.store.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { WatchStore } from '../watches/watch.store.ts';
import { ChannelStore, shownChannel, type StoredChannel } from './channel.store.ts';
import { ChannelTester } from './channel-tester.ts';

const CHANNELS_AT_MOST = 100;

/** Makes, shows, tests and deletes the places that alerts are delivered to. */
@Controller()
export class ChannelHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly channels: ChannelStore,
    private readonly watches: WatchStore,
    private readonly deliveries: DeliveryStore,
    private readonly preferences: PreferenceStore,
    private readonly carriers: Carriers,
    private readonly tester: ChannelTester,
  ) {}

  @Answer(CreateChannel)
  async create(request: WantedChannel): Promise<ResponseOf<typeof CreateChannel>> {
    const { type } = request.channel;
    if (type === 'inbox') return { channel: shownChannel(await this.keep(request, { state: 'ready' })) };
    const carrier = this.carriers.of(type);
    const channel = await this.keep(request, await carrier.make(request));
    return { channel: shownChannel(channel), ...(await carrier.introduce(channel)) };
  }

  @Answer(ListChannels)
  async list({
    accountId,
    limit,
    cursor,
  }: z.output<typeof ListChannels.request>): Promise<ResponseOf<typeof ListChannels>> {
    const { items, next } = await this.database.read([accountId], (tx) =>
      this.channels.list(tx, accountId, limit, cursor),
    );
    return { channels: items.map(shownChannel), next };
  }

  @Answer(DeleteChannel)
  async delete({
    accountId,
    channelId,
  }: z.output<typeof DeleteChannel.request>): Promise<Record<string, never>> {
    await this.database.transaction([accountId], async (tx) => {
      const type = await this.channels.delete(tx, accountId, channelId);
      if (type === undefined) throw unknownChannel();
      if (type !== 'inbox') await this.carriers.of(type).forget(tx, channelId);
      await this.preferences.forget(tx, channelId);
      await this.watches.forgetChannel(tx, accountId, channelId);
      await this.deliveries.cancelChannel(tx, accountId, channelId, this.clock.now());
    });
    return {};
  }

  @Answer(TestChannel)
  async test({
    accountId,
    channelId,
  }: z.output<typeof TestChannel.request>): Promise<ResponseOf<typeof TestChannel>> {
    const channel = await this.database.read([accountId], (tx) =>
      this.channels.get(tx, accountId, channelId),
    );
    if (!channel) throw unknownChannel();
    return this.tester.test(channel);
  }

  /** Stores the channel, or finds the one that the same command made before. */
  private async keep(
    { accountId, channelId, name, language, channel }: WantedChannel,
    made: Pick<StoredChannel, 'state'> & Partial<StoredChannel>,
  ): Promise<StoredChannel> {
    return this.database.transaction([accountId], async (tx) => {
      const stored: StoredChannel = {
        id: channelId,
        accountId,
        type: channel.type,
        name: name ?? null,
        url: null,
        secret: null,
        chatId: null,
        chatTitle: null,
        place: null,
        pausedReason: null,
        createdAt: this.clock.now(),
        ...made,
      };
      if (await this.channels.insert(tx, stored)) {
        if ((await this.channels.count(tx, accountId)) > CHANNELS_AT_MOST) {
          throw new Refusal(
            'conflict',
            `an account has at most ${CHANNELS_AT_MOST} channels: delete one first`,
          );
        }
        if (language !== undefined) await this.preferences.begin(tx, accountId, channelId, language);
        return stored;
      }
      const existing = await this.channels.get(tx, accountId, channelId);
      if (existing?.type === stored.type && existing.url === stored.url && existing.place === stored.place)
        return existing;
      throw new Refusal('conflict', 'this id is taken; use another Idempotency-Key');
    });
  }
}

export const unknownChannel = (): Refusal => new Refusal('not-found', 'no such channel');

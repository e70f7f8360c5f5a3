import { Controller, Inject } from '@nestjs/common';
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
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { DeliveryStore } from '../delivery/delivery.store.ts';
import { invalid } from '../invalid.ts';
import { WatchStore } from '../watches/watch.store.ts';
import { ChannelStore, shownChannel, type StoredChannel } from './channel.store.ts';
import { ChannelTester } from './channel-tester.ts';
import { targetProblem } from '@souk/safe-http';
import { hashLinkCode, newLinkCode, newSigningSecret, SecretBox } from './secrets.ts';
import { TelegramBot } from '../telegram/telegram-bot.ts';
import { TelegramStore } from '../telegram/telegram.store.ts';

const CODE_VALID_MS = 60 * 60_000;
const CHANNELS_AT_MOST = 100;

type Create = z.output<typeof CreateChannel.request>;

/** Makes, shows, tests and deletes the places that alerts are delivered to. */
@Controller()
export class ChannelHandlers {
  private readonly secrets: SecretBox;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly channels: ChannelStore,
    private readonly telegramStore: TelegramStore,
    private readonly watches: WatchStore,
    private readonly deliveries: DeliveryStore,
    private readonly telegram: TelegramBot,
    private readonly tester: ChannelTester,
    @Inject(ALERTING_CONFIG) private readonly config: AlertingConfig,
  ) {
    this.secrets = new SecretBox(config.SOUK_SECRET);
  }

  @Answer(CreateChannel)
  async create(request: Create): Promise<ResponseOf<typeof CreateChannel>> {
    switch (request.channel.type) {
      case 'webhook':
        return this.createWebhook(request, request.channel.url);
      case 'telegram':
        return this.createTelegram(request);
      case 'inbox':
        return { channel: shownChannel(await this.keep(request, { state: 'ready' })) };
    }
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
      if (!(await this.channels.delete(tx, accountId, channelId))) throw unknownChannel();
      await this.telegramStore.forget(tx, channelId);
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

  /** The signing secret is answered to this command alone, and again when the very same command is repeated. */
  private async createWebhook(request: Create, url: string): Promise<ResponseOf<typeof CreateChannel>> {
    const problem = targetProblem(url, this.config.SOUK_WEBHOOK_ALLOW);
    if (problem) {
      throw invalid({ field: 'url', problem });
    }
    const channel = await this.keep(request, {
      state: 'ready',
      url,
      secret: this.secrets.seal(newSigningSecret(), request.channelId),
    });
    return {
      channel: shownChannel(channel),
      signingSecret: this.secrets.open(channel.secret!, channel.id),
    };
  }

  private async createTelegram(request: Create): Promise<ResponseOf<typeof CreateChannel>> {
    const botName = await this.telegram.name();
    const channel = await this.keep(request, { state: 'waiting-for-link' });
    if (channel.state !== 'waiting-for-link') return { channel: shownChannel(channel) };
    const code = newLinkCode();
    const expiresAt = new Date(this.clock.now().getTime() + CODE_VALID_MS);
    await this.database.transaction([request.accountId], (tx) =>
      this.telegramStore.expectLink(tx, {
        channelId: channel.id,
        accountId: request.accountId,
        codeSha256: hashLinkCode(code),
        expiresAt,
      }),
    );
    const url = botName === null ? null : `https://t.me/${botName}?start=${code}`;
    return { channel: shownChannel(channel), link: { url, code, expiresAt: expiresAt.toISOString() } };
  }

  /** Stores the channel, or finds the one that the same command made before. */
  private async keep(
    { accountId, channelId, name, channel }: Create,
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
        return stored;
      }
      const existing = await this.channels.get(tx, accountId, channelId);
      if (existing?.type === stored.type && existing.url === stored.url) return existing;
      throw new Refusal('conflict', 'this id is taken; use another Idempotency-Key');
    });
  }
}

const unknownChannel = (): Refusal => new Refusal('not-found', 'no such channel');

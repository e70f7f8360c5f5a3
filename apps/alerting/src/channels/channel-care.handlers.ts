import { Controller, Inject } from '@nestjs/common';
import { Answer, Bus } from '@souk/bus';
import {
  ConfirmChannel,
  type Delivery,
  EnableChannel,
  EndMail,
  ListDeliveries,
  type Preference,
  Refusal,
  ResendDelivery,
  type ResponseOf,
} from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { DeliveryLogStore, type LoggedDelivery } from '../delivery/delivery-log.store.ts';
import { DeliveryStore } from '../delivery/delivery.store.ts';
import { digestText } from '../digests/digest-text.ts';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { hashMailCode } from '../email/email-carrier.ts';
import { UnsubscribeLinks } from '../email/unsubscribe.ts';
import { invalid } from '../invalid.ts';
import { Notices } from '../notices/notices.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { languageOf } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { ChannelStore, shownChannel, type StoredChannel } from './channel.store.ts';
import { unknownChannel } from './channels.handlers.ts';
import { LinkCodeStore } from './link-code.store.ts';

type ByChannel = z.output<typeof EnableChannel.request>;

/** What an account does with channels that it has: confirms, enables, ends them, and looks after their deliveries. */
@Controller()
export class ChannelCareHandlers {
  private readonly links: UnsubscribeLinks;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly channels: ChannelStore,
    private readonly codes: LinkCodeStore,
    private readonly deliveries: DeliveryStore,
    private readonly log: DeliveryLogStore,
    private readonly preferences: PreferenceStore,
    private readonly notices: Notices,
    private readonly worker: DeliveryWorker,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    this.links = new UnsubscribeLinks(config.SOUK_SECRET, config.SOUK_PUBLIC_URL);
  }

  @Answer(ConfirmChannel)
  async confirm({
    accountId,
    channelId,
    code,
  }: z.output<typeof ConfirmChannel.request>): Promise<ResponseOf<typeof ConfirmChannel>> {
    const now = this.clock.now();
    const isRight = await this.database.transaction([accountId], async (tx) => {
      const channel = await this.channels.get(tx, accountId, channelId);
      if (channel?.type !== 'email') throw unknownChannel();
      if (channel.state === 'ready') return true;
      // A wrong guess is counted: this commits.
      if (!(await this.codes.takeOf(tx, { channelId, accountId }, hashMailCode(code), now))) return false;
      await this.channels.link(tx, channelId, { place: channel.place!, title: null });
      await this.deliveries.hurry(tx, channelId, now);
      return true;
    });
    if (!isRight) {
      const problem = 'is wrong, too old, or was guessed at too often; make the channel again for a new one';
      throw invalid({ field: 'code', problem });
    }
    this.worker.wake();
    return { channel: shownChannel(await this.channelOf({ accountId, channelId })) };
  }

  @Answer(EnableChannel)
  async enable(request: ByChannel): Promise<ResponseOf<typeof EnableChannel>> {
    const { accountId, channelId } = request;
    const channel = await this.channelOf(request);
    if (channel.state === 'waiting-for-link') {
      throw new Refusal('conflict', 'the channel leads nowhere yet: confirm or link it first');
    }
    if (channel.type !== 'webhook' && channel.place === null && channel.chatId === null) {
      throw new Refusal('conflict', 'the chat was unlinked: delete this channel and make a new one');
    }
    await this.bus.transaction([accountId], async (unit) => {
      if (!(await this.channels.resume(unit.tx, accountId, channelId))) return;
      const text = `The ${channel.type} channel ${channel.name ?? shownChannel(channel).target ?? channelId} takes alerts again.`;
      await this.notices.raise(unit, accountId, { kind: 'channel-resumed', channelId, text });
    });
    return { channel: shownChannel(await this.channelOf(request)) };
  }

  @Answer(EndMail)
  async endMail({ token }: z.output<typeof EndMail.request>): Promise<ResponseOf<typeof EndMail>> {
    const named = this.links.read(token);
    const channel = named && (await this.find(named));
    if (!channel || channel.place === null)
      throw new Refusal('not-found', 'this link is not valid (any more)');
    const { accountId, id, place } = channel;
    await this.bus.transaction([accountId], async (unit) => {
      if (!(await this.channels.stop(unit.tx, accountId, id, 'ended by the link in a mail'))) return;
      const text = `The e-mail channel ${channel.name ?? place} was ended by the link in a mail.`;
      await this.notices.raise(unit, accountId, { kind: 'channel-paused', channelId: id, text });
    });
    return { address: place };
  }

  @Answer(ListDeliveries)
  async list(request: z.output<typeof ListDeliveries.request>): Promise<ResponseOf<typeof ListDeliveries>> {
    await this.channelOf(request);
    const { accountId, channelId } = request;
    const { items, next, texts } = await this.database.read([accountId], async (tx) => ({
      ...(await this.log.list(tx, request)),
      texts: textsOf(await this.preferences.get(tx, channelId)),
    }));
    return { deliveries: items.map((item) => shownDelivery(item, texts)), next };
  }

  @Answer(ResendDelivery)
  async resend({
    deliveryId,
    ...request
  }: z.output<typeof ResendDelivery.request>): Promise<ResponseOf<typeof ResendDelivery>> {
    const { accountId, channelId } = request;
    const { type, state } = await this.channelOf(request);
    if (type === 'inbox') throw new Refusal('conflict', 'the inbox keeps everything already');
    if (state === 'failing') throw new Refusal('conflict', 'the channel is paused: test or enable it first');
    const now = this.clock.now();
    const delivery = await this.database.transaction([accountId], async (tx) => {
      const found = await this.log.get(tx, accountId, channelId, deliveryId);
      if (!found) throw new Refusal('not-found', 'no such delivery');
      if (found.state === 'sending') throw new Refusal('conflict', 'an attempt is under way');
      if (found.state === 'waiting') await this.log.hurry(tx, deliveryId, now);
      else await this.log.requeue(tx, found, accountId, type, now);
      const texts = textsOf(await this.preferences.get(tx, channelId));
      return shownDelivery((await this.log.get(tx, accountId, channelId, deliveryId))!, texts);
    });
    this.worker.wake();
    return { delivery };
  }

  private async channelOf(named: ByChannel): Promise<StoredChannel> {
    const channel = await this.find(named);
    if (!channel) throw unknownChannel();
    return channel;
  }

  private find({ accountId, channelId }: ByChannel): Promise<StoredChannel | undefined> {
    return this.database.read([accountId], (tx) => this.channels.get(tx, accountId, channelId));
  }
}

const textsOf = ({ language, timeZone }: Preference): Texts => new Texts(languageOf(language), timeZone);

const shownDelivery = ({ digest, ...delivery }: LoggedDelivery, texts: Texts): Delivery => ({
  ...delivery,
  digest: digest && {
    text: digestText(digest.reply, texts),
    products: digest.shown.map(({ productId, amountMinor, currency }) => ({
      productId,
      priceMinor: amountMinor,
      currency,
    })),
  },
});

import { Injectable } from '@nestjs/common';
import { Clock, Database, type Tx } from '@souk/service';
import { ChannelStore } from '../channels/channel.store.ts';
import { type Coded, LinkCodeStore } from '../channels/link-code.store.ts';
import { DeliveryStore } from '../delivery/delivery.store.ts';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { setTenants } from '../tenants.ts';
import { hashSlackCode, placeOf } from './slack-carrier.ts';
import { type Conversation, SlackStore } from './slack.store.ts';

const MAX_TITLE = 100;

/** Ties conversations to channels by one-time codes, and unties them. Answers what is to be said. */
@Injectable()
export class SlackLinks {
  constructor(
    private readonly store: SlackStore,
    private readonly codes: LinkCodeStore,
    private readonly channels: ChannelStore,
    private readonly deliveries: DeliveryStore,
    private readonly worker: DeliveryWorker,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async link(conversation: Conversation, name: string, code: string): Promise<string> {
    const result = await this.database
      .transaction([], async (tx) => {
        const coded = await this.codes.take(tx, hashSlackCode(code), this.clock.now());
        if (!coded) return this.withoutCode(tx, conversation);
        if (!(await this.store.tie(tx, conversation, coded))) throw new ConversationTaken();
        await this.tie(tx, conversation, name, coded);
        return 'Alerts will come to this conversation from now on. Say /souk unlink to end them.';
      })
      .catch((error: unknown) => {
        // The code is good for another conversation.
        if (error instanceof ConversationTaken) return error.message;
        throw error;
      });
    this.worker.wake();
    return result;
  }

  async unlink(conversation: Conversation): Promise<string> {
    return this.database.transaction([], async (tx) => {
      const tied = await this.store.untie(tx, conversation);
      if (!tied) return 'No alerts come here anyway.';
      await setTenants(tx, [tied.accountId]);
      await this.channels.unlink(tx, tied.channelId);
      return 'No more alerts will come here.';
    });
  }

  /** The same command may be worked on twice: the first time has used up the code. */
  private async withoutCode(tx: Tx, conversation: Conversation): Promise<string> {
    return (await this.store.tied(tx, conversation))
      ? 'Alerts come to this conversation. Say /souk unlink to end them.'
      : 'This code is not valid (any more). Make a new Slack channel in Souk and use its code.';
  }

  private async tie(
    tx: Tx,
    { teamId, conversationId }: Conversation,
    name: string,
    { channelId, accountId }: Coded,
  ): Promise<void> {
    await setTenants(tx, [accountId]);
    const title = `#${name.replaceAll(/\p{Cc}/gu, ' ')}`.slice(0, MAX_TITLE);
    await this.channels.link(tx, channelId, { place: placeOf(teamId, conversationId), title });
    await this.deliveries.hurry(tx, channelId, this.clock.now());
  }
}

class ConversationTaken extends Error {
  constructor() {
    super(
      'This conversation belongs to another channel already. Say /souk unlink first, then the code again.',
    );
  }
}

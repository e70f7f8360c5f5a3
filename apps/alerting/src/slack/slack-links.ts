import { Injectable } from '@nestjs/common';
import { Clock, Database, type Tx } from '@souk/service';
import { ChannelStore } from '../channels/channel.store.ts';
import { type Coded, LinkCodeStore } from '../channels/link-code.store.ts';
import { DeliveryStore } from '../delivery/delivery.store.ts';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { setTenants } from '../tenants.ts';
import { languageOf } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { hashSlackCode, placeOf } from './slack-carrier.ts';
import { type Conversation, SlackStore, type Tied } from './slack.store.ts';

const MAX_TITLE = 100;
/** For conversations that belong to nobody yet. */
const english = new Texts('en');

/** Ties conversations to channels by one-time codes, and unties them. Answers what is to be said. */
@Injectable()
export class SlackLinks {
  constructor(
    private readonly store: SlackStore,
    private readonly codes: LinkCodeStore,
    private readonly channels: ChannelStore,
    private readonly preferences: PreferenceStore,
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
        return (await this.textsOf(tx, coded)).say('slack.linked');
      })
      .catch((error: unknown) => {
        // The code is good for another conversation.
        if (error instanceof ConversationTaken) return english.say('slack.taken');
        throw error;
      });
    this.worker.wake();
    return result;
  }

  async unlink(conversation: Conversation): Promise<string> {
    return this.database.transaction([], async (tx) => {
      const tied = await this.store.untie(tx, conversation);
      if (!tied) return english.say('link.not-tied');
      const texts = await this.textsOf(tx, tied);
      await this.channels.unlink(tx, tied.channelId);
      return texts.say('link.untied');
    });
  }

  /** The same command may be worked on twice: the first time has used up the code. */
  private async withoutCode(tx: Tx, conversation: Conversation): Promise<string> {
    const tied = await this.store.tied(tx, conversation);
    return tied ? (await this.textsOf(tx, tied)).say('slack.linked-already') : english.say('slack.invalid');
  }

  /** The language of the channel; within its tenant from then on. */
  private async textsOf(tx: Tx, { channelId, accountId }: Tied): Promise<Texts> {
    await setTenants(tx, [accountId]);
    const { language, timeZone } = await this.preferences.get(tx, channelId);
    return new Texts(languageOf(language), timeZone);
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

class ConversationTaken extends Error {}

import { Injectable } from '@nestjs/common';
import { Refusal } from '@souk/contracts';
import { Database } from '@souk/service';
import type { Action } from '../conversation/actions.ts';
import { Conversation as Talk } from '../conversation/conversation.ts';
import { Texts } from '../texts/texts.ts';
import type { SlackMessage } from './slack-blocks.ts';
import { SlackReplies } from './slack-replies.ts';
import { type Conversation, SlackStore } from './slack.store.ts';

/** Somebody said or pressed something. */
export interface SlackTurn {
  conversation: Conversation;
  userId: string;
  /** The same whenever the update is worked on again. */
  updateId: string;
  said: { text: string } | { action: Action };
}

/** What is answered; `replaces` takes the place of the message whose button was pressed. */
export type SlackAnswer = SlackMessage & { replaces: boolean };

/** Talks with people of conversations that are tied to an account. */
@Injectable()
export class SlackTalk {
  private readonly texts = new Texts('en');

  constructor(
    private readonly store: SlackStore,
    private readonly talk: Talk,
    private readonly replies: SlackReplies,
    private readonly database: Database,
  ) {}

  async answer({ conversation, userId, updateId, said }: SlackTurn): Promise<SlackAnswer> {
    const tied = await this.database.read([], (tx) => this.store.tied(tx, conversation));
    if (!tied) {
      return say(
        'This conversation is not linked. Make a Slack channel in Souk and say /souk link CODE here.',
      );
    }
    const { teamId, conversationId } = conversation;
    const { accountId, channelId } = tied;
    const { texts } = this;
    try {
      const reply = await this.talk.handle({
        accountId,
        person: `slack:${teamId}/${userId}`,
        chat: `slack:${teamId}/${conversationId}`,
        messageId: `slack:${updateId}`,
        language: texts.language,
        channels: [channelId],
        said,
      });
      return { ...(await this.replies.draw(reply, { accountId, texts })), replaces: reply.replaces };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return say(
        error.code === 'unavailable'
          ? texts.say('chat.unavailable')
          : texts.say('chat.refused', { problem: error.message }),
      );
    }
  }
}

const say = (text: string): SlackAnswer => ({
  text,
  blocks: [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }],
  replaces: false,
});

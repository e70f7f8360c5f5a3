import { Injectable } from '@nestjs/common';
import { Refusal, type Preference } from '@souk/contracts';
import { Database } from '@souk/service';
import type { Action } from '../conversation/actions.ts';
import { Conversation as Talk } from '../conversation/conversation.ts';
import { refusalText } from '../conversation/refusals.ts';
import { hasChangedSettings } from '../conversation/reply.ts';
import { DEFAULT_PREFERENCE } from '../preferences/preference.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { isSetting, withSetting } from '../preferences/settings.ts';
import { languageOf } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import type { SlackMessage } from './slack-blocks.ts';
import { SlackCharts } from './slack-charts.ts';
import { type SlackListener, SlackReplies } from './slack-replies.ts';
import { SlackVariants } from './slack-variants.ts';
import { type Conversation, SlackStore, talkIn, type Tied } from './slack.store.ts';

/** Somebody said or pressed something. */
export interface SlackTurn {
  conversation: Conversation;
  userId: string;
  /** The same whenever the update is worked on again. */
  updateId: string;
  said: Said;
}

type Said =
  | { text: string }
  | { action: Action }
  /** Beside the message `threadTs`, where there is one. */
  | { chart: string; threadTs: string | undefined }
  | { variantsOf: string }
  | { setting: string; value: string };

/** What is answered; `replaces` takes the place of the message whose button was pressed. */
export type SlackAnswer = SlackMessage & { replaces: boolean };

/** Talks with people of conversations that are tied to an account. */
@Injectable()
export class SlackTalk {
  constructor(
    private readonly store: SlackStore,
    private readonly preferences: PreferenceStore,
    private readonly talk: Talk,
    private readonly replies: SlackReplies,
    private readonly charts: SlackCharts,
    private readonly variants: SlackVariants,
    private readonly database: Database,
  ) {}

  /** Undefined when nothing is to be said: what was asked for is there. */
  async answer(turn: SlackTurn): Promise<SlackAnswer | undefined> {
    const tied = await this.tied(turn.conversation);
    if (!tied) return say(textsOf(DEFAULT_PREFERENCE).say('slack.not-linked'));
    const listener = await this.listener(tied);
    const { texts } = listener;
    try {
      return await this.answerTied(turn, tied, listener);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return say(texts.write(refusalText(error)));
    }
  }

  /** The language of a conversation, English while it is not tied. */
  async textsIn(conversation: Conversation): Promise<Texts> {
    const tied = await this.tied(conversation);
    return tied ? (await this.listener(tied)).texts : textsOf(DEFAULT_PREFERENCE);
  }

  private async answerTied(
    { conversation, userId, updateId, said }: SlackTurn,
    tied: Tied,
    listener: SlackListener,
  ): Promise<SlackAnswer | undefined> {
    if ('chart' in said) {
      const problem = await this.charts.show(conversation, said.chart, said.threadTs, listener);
      return problem === undefined ? undefined : say(problem);
    }
    if ('variantsOf' in said) {
      const found = await this.variants.of(said.variantsOf, listener);
      if (!found) return say(listener.texts.say('press.stale'));
      return { ...(await this.replies.draw(found, listener)), replaces: false };
    }
    if ('setting' in said) return this.set(said.setting, said.value, tied);
    const { accountId, channelId } = tied;
    const { preference } = listener;
    const reply = await this.talk.handle({
      accountId,
      person: `slack:${conversation.teamId}/${userId}`,
      chat: talkIn(conversation),
      messageId: `slack:${updateId}`,
      language: preference.language,
      currency: preference.currency ?? undefined,
      timeZone: preference.timeZone,
      channels: [channelId],
      said,
    });
    const reader = hasChangedSettings(reply) ? await this.listener(tied) : listener;
    return { ...(await this.replies.draw(reply, reader)), replaces: reply.replaces };
  }

  /** All settings with one changed; a value that makes no sense changes nothing. The same value twice is the same. */
  private async set(setting: string, value: string, tied: Tied): Promise<SlackAnswer> {
    const { accountId, channelId } = tied;
    if (isSetting(setting))
      await this.database.transaction([accountId], async (tx) => {
        const changed = withSetting(await this.preferences.get(tx, channelId), setting, value);
        if (changed) await this.preferences.save(tx, accountId, channelId, changed);
      });
    const drawn = await this.replies.draw(
      { blocks: [{ kind: 'settings' }], replaces: true },
      await this.listener(tied),
    );
    return { ...drawn, replaces: true };
  }

  private async tied(conversation: Conversation): Promise<Tied | undefined> {
    return this.database.read([], (tx) => this.store.tied(tx, conversation));
  }

  private async listener({ accountId, channelId }: Tied): Promise<SlackListener> {
    const preference = await this.database.read([accountId], (tx) => this.preferences.get(tx, channelId));
    return { accountId, preference, texts: textsOf(preference) };
  }
}

const textsOf = ({ language, timeZone }: Preference): Texts => new Texts(languageOf(language), timeZone);

const say = (text: string): SlackAnswer => ({
  text,
  blocks: [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }],
  replaces: false,
});

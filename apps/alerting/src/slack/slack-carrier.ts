import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Alert } from '@souk/contracts';
import { Clock, Database, type Tx } from '@souk/service';
import { Cards } from '../cards/cards.ts';
import type { StoredChannel } from '../channels/channel.store.ts';
import type { Reply } from '../conversation/reply.ts';
import { LinkCodeStore } from '../channels/link-code.store.ts';
import { hashLinkCode, LINK_CODE_VALID_MS, newLinkCode } from '../channels/secrets.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { Conversation as Talk } from '../conversation/conversation.ts';
import type { AttemptOptions, Carrier, Introduction } from '../delivery/carrier.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Pace } from '../delivery/pace.ts';
import { invalid } from '../invalid.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { languageOf } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { cardMessage, type SlackMessage } from './slack-blocks.ts';
import { SlackClients } from './slack-clients.ts';
import { InstallLinks } from './slack-install.ts';
import { outcomeOfFailure } from './slack-outcome.ts';
import { type SlackListener, SlackReplies } from './slack-replies.ts';
import { SlackStore, talkIn } from './slack.store.ts';

/** Slack documents one message a second and channel; the rest after an answer keeps the distance on the way. */
export const SLACK_PACE: Pace = { perChannel: 1, channelEveryMs: 1_100 };
const REST_MS = 1_050;
/** Nobody reacts to older alerts. */
const MESSAGES_KEPT_MS = 90 * 24 * 3_600_000;
const SWEEP_EVERY_MS = 60_000;
const SWEPT_AT_ONCE = 5_000;

/** Slack's codes, told apart from those of mail. */
export const hashSlackCode = (code: string): Buffer => hashLinkCode(`slack:${code}`);

/** Where a Slack channel leads, as it is stored. */
export const placeOf = (teamId: string, conversationId: string): string => `${teamId}/${conversationId}`;

/** Writes to conversations that were tied by `/souk link CODE`. */
@Injectable()
export class SlackCarrier implements Carrier {
  readonly type = 'slack';
  readonly pace = SLACK_PACE;
  readonly repeatsAreHarmless = false;
  private readonly logger = new Logger('slack');
  private sweptAtMs = 0;
  private readonly links: InstallLinks;

  constructor(
    private readonly clients: SlackClients,
    private readonly store: SlackStore,
    private readonly codes: LinkCodeStore,
    private readonly cards: Cards,
    private readonly preferences: PreferenceStore,
    private readonly talk: Talk,
    private readonly replies: SlackReplies,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    this.links = new InstallLinks(config);
  }

  async make(): ReturnType<Carrier['make']> {
    if (!this.clients.isConfigured) {
      const problem =
        'needs the settings SOUK_SLACK_SIGNING_SECRET and SOUK_SLACK_TOKEN, or SOUK_SLACK_CLIENT_ID with its secret';
      throw invalid({ field: 'type', problem });
    }
    return { state: 'waiting-for-link' };
  }

  /** The link installs the app in a workspace that does not have it yet; the code ties one of its conversations. */
  async introduce({ id, accountId, state }: StoredChannel): Promise<Introduction> {
    if (state !== 'waiting-for-link') return {};
    const code = newLinkCode();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + LINK_CODE_VALID_MS);
    await this.database.transaction([accountId], (tx) =>
      this.codes.expect(tx, { channelId: id, accountId, codeSha256: hashSlackCode(code), expiresAt }),
    );
    return { link: { url: this.links.linkFor(id, now) ?? null, code, expiresAt: expiresAt.toISOString() } };
  }

  async forget(tx: Tx, channelId: string): Promise<void> {
    await this.codes.forget(tx, channelId);
    await this.store.forgetChannel(tx, channelId);
  }

  notReady({ place, state }: StoredChannel): string | undefined {
    if (place !== null) return undefined;
    return state === 'waiting-for-link'
      ? 'no conversation is linked yet: say /souk link CODE in it'
      : 'the conversation was unlinked: delete this channel and make a new one';
  }

  async sendAlert(channel: StoredChannel, alert: Alert, options: AttemptOptions): Promise<Outcome> {
    const { possibleRepeat: isRepeated, priceNow } = options;
    const write = async ({ texts }: SlackListener): Promise<SlackMessage> => {
      const card = await this.cards.ofAlert(channel.accountId, alert);
      const told = { ...card, priceNow: priceNow ?? card.priceNow };
      return cardMessage(told, texts, this.clock.now(), { isRepeated });
    };
    return this.send(channel, write, alert);
  }

  async sendReply(channel: StoredChannel, reply: Reply): Promise<Outcome> {
    return this.send(channel, (listener) => this.replies.draw(reply, listener));
  }

  sendTest(channel: StoredChannel): Promise<Outcome> {
    return this.send(channel, async ({ texts }) => ({ text: texts.say('link.test'), blocks: [] }));
  }

  restMs(): number {
    return REST_MS;
  }

  /** Slack counts calls of a workspace together. */
  async pausedTogether(tx: Tx, { id, place }: StoredChannel): Promise<string[]> {
    const others = place === null ? [] : await this.store.channelsOf(tx, place.split('/')[0]!);
    return [...new Set([id, ...others])];
  }

  private async send(
    channel: StoredChannel,
    write: (listener: SlackListener) => Promise<SlackMessage>,
    alert?: Alert,
  ): Promise<Outcome> {
    const reason = this.notReady(channel);
    if (reason !== undefined) return { kind: 'not-delivered', reason };
    const [teamId, conversationId] = channel.place!.split('/') as [string, string];
    const conversation = { teamId, conversationId };
    let message: SlackMessage;
    try {
      message = await write(await this.listenerOf(channel));
    } catch {
      return {
        kind: 'not-delivered',
        reason: 'the message could not be made',
      };
    }
    const { text, blocks } = message;
    try {
      const client = await this.clients.of(teamId);
      if (!client)
        return { kind: 'not-delivered', reason: 'the app is not installed in the workspace any more' };
      const { ts } = await client.chat.postMessage({
        channel: conversationId,
        text,
        ...(blocks.length > 0 && { blocks }),
        unfurl_links: false,
        unfurl_media: false,
      });
      if (ts !== undefined && alert !== undefined) {
        await this.note(channel, conversation, ts, alert.id);
        const { accountId } = channel;
        await this.talk.noteShown({ accountId, chat: talkIn(conversation) }, alert.productId);
      }
      return { kind: 'delivered' };
    } catch (error) {
      return outcomeOfFailure(error);
    }
  }

  private async listenerOf({ id, accountId }: StoredChannel): Promise<SlackListener> {
    const preference = await this.database.read([accountId], (tx) => this.preferences.get(tx, id));
    return { accountId, preference, texts: new Texts(languageOf(preference.language), preference.timeZone) };
  }

  /** It was delivered whether this succeeds or not: then reactions to it name no alert. */
  private async note(
    { id, accountId }: StoredChannel,
    conversation: { teamId: string; conversationId: string },
    ts: string,
    alertId: string,
  ): Promise<void> {
    const now = this.clock.now();
    const message = { ...conversation, ts, alertId, channelId: id, accountId, sentAt: now };
    const isSweeping = now.getTime() - this.sweptAtMs >= SWEEP_EVERY_MS;
    if (isSweeping) this.sweptAtMs = now.getTime();
    await this.database
      .transaction([accountId], async (tx) => {
        await this.store.noteMessage(tx, message);
        const before = new Date(now.getTime() - MESSAGES_KEPT_MS);
        if (isSweeping) await this.store.forgetMessagesBefore(tx, before, SWEPT_AT_ONCE);
      })
      .catch((error: unknown) => this.logger.warn({ error, alertId }, 'a message is not noted'));
  }
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Alert } from '@souk/contracts';
import { Clock, Database, type Tx } from '@souk/service';
import { Cards } from '../cards/cards.ts';
import type { StoredChannel } from '../channels/channel.store.ts';
import { LinkCodeStore } from '../channels/link-code.store.ts';
import { hashLinkCode, LINK_CODE_VALID_MS, newLinkCode } from '../channels/secrets.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import type { AttemptOptions, Carrier, Introduction } from '../delivery/carrier.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Pace } from '../delivery/pace.ts';
import { invalid } from '../invalid.ts';
import { Texts } from '../texts/texts.ts';
import { cardMessage, type SlackMessage } from './slack-blocks.ts';
import { SlackClients } from './slack-clients.ts';
import { InstallLinks } from './slack-install.ts';
import { outcomeOfFailure } from './slack-outcome.ts';
import { SlackStore } from './slack.store.ts';

/** Slack documents one message a second and channel; the rest after an answer keeps the distance on the way. */
export const SLACK_PACE: Pace = { perChannel: 1, channelEveryMs: 1_100 };
const REST_MS = 1_050;

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
  private readonly texts = new Texts('en');
  private readonly links: InstallLinks;

  constructor(
    private readonly clients: SlackClients,
    private readonly store: SlackStore,
    private readonly codes: LinkCodeStore,
    private readonly cards: Cards,
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
    const card = await this.cards.ofAlert(channel.accountId, alert);
    const message = cardMessage(card, this.texts, this.clock.now(), { isRepeated: options.possibleRepeat });
    return this.send(channel, message, alert.id);
  }

  sendTest(channel: StoredChannel): Promise<Outcome> {
    return this.send(channel, { text: 'A test from Souk: alerts will come here.', blocks: [] });
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
    { text, blocks }: SlackMessage,
    alertId?: string,
  ): Promise<Outcome> {
    const reason = this.notReady(channel);
    if (reason !== undefined) return { kind: 'not-delivered', reason };
    const [teamId, conversationId] = channel.place!.split('/') as [string, string];
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
      if (ts !== undefined && alertId !== undefined)
        await this.note(channel, { teamId, conversationId }, ts, alertId);
      return { kind: 'delivered' };
    } catch (error) {
      return outcomeOfFailure(error);
    }
  }

  /** It was delivered whether this succeeds or not: then reactions to it name no alert. */
  private async note(
    { id, accountId }: StoredChannel,
    conversation: { teamId: string; conversationId: string },
    ts: string,
    alertId: string,
  ): Promise<void> {
    const message = { ...conversation, ts, alertId, channelId: id, accountId, sentAt: this.clock.now() };
    await this.database
      .transaction([accountId], (tx) => this.store.noteMessage(tx, message))
      .catch((error: unknown) => this.logger.warn({ error, alertId }, 'a message is not noted'));
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { type Alert, Refusal } from '@souk/contracts';
import { Clock, Database, type Tx } from '@souk/service';
import { v5 as uuidV5 } from 'uuid';
import type { StoredChannel } from '../channels/channel.store.ts';
import { LinkCodeStore } from '../channels/link-code.store.ts';
import { hashLinkCode, LINK_CODE_VALID_MS, newShortCode } from '../channels/secrets.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import type { AttemptOptions, Carrier, Introduction, WantedChannel } from '../delivery/carrier.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Pace } from '../delivery/pace.ts';
import { PaceStore } from '../delivery/pace.store.ts';
import { Cards } from '../cards/cards.ts';
import type { Reply } from '../conversation/reply.ts';
import { DEFAULT_PREFERENCE } from '../preferences/preference.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { languageOf } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { replyLetter } from './digest-letter.ts';
import { invalid } from '../invalid.ts';
import { alertLetter } from './alert-letter.ts';
import { codeLetter, type Letter, testLetter } from './email-text.ts';
import { type Mail, Smtp } from './smtp.ts';
import { UnsubscribeLinks } from './unsubscribe.ts';

/** Ten mails a second; mailboxes are left alone for a second. */
export const EMAIL_PACE: Pace = {
  perChannel: 1,
  channelEveryMs: 1_000,
  whole: { id: '00000000-0000-0000-0000-000000000001', everyMs: 100, burst: 2 },
};
/** Codes go to addresses that nobody has confirmed: ten an hour and account. */
const CODES_EVERY_MS = 6 * 60_000;
const CODES_BURST = 10;
const CODE_PACES = 'c1b1a9a2-1f0e-5c3e-8d55-7f7f1a0f2f10';
const CODE_DEADLINE_MS = 4_000;

/** The code as the address got it, told apart from codes of chats. */
export const hashMailCode = (code: string): Buffer =>
  hashLinkCode(`email:${code.trim().toUpperCase().replaceAll(/[\s-]/g, '')}`);

/** Sends mail to addresses that were confirmed with a code. */
@Injectable()
export class EmailCarrier implements Carrier {
  readonly type = 'email';
  readonly pace = EMAIL_PACE;
  readonly repeatsAreHarmless = false;
  private readonly links: UnsubscribeLinks;

  constructor(
    private readonly smtp: Smtp,
    private readonly codes: LinkCodeStore,
    private readonly paces: PaceStore,
    private readonly preferences: PreferenceStore,
    private readonly cards: Cards,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) config: AlertingConfig,
  ) {
    this.links = new UnsubscribeLinks(config.SOUK_SECRET, config.SOUK_PUBLIC_URL);
  }

  async make({ channel }: WantedChannel): ReturnType<Carrier['make']> {
    if (!this.smtp.isConfigured) {
      throw invalid({ field: 'type', problem: 'needs the settings SOUK_SMTP_URL and SOUK_MAIL_FROM' });
    }
    return { state: 'waiting-for-link', place: channel.type === 'email' ? channel.address : null };
  }

  /** The code goes to the address and nowhere else: only who reads its mail can confirm it. */
  async introduce(channel: StoredChannel): Promise<Introduction> {
    if (channel.state !== 'waiting-for-link') return {};
    const code = newShortCode();
    const now = this.clock.now();
    await this.database.transaction([channel.accountId], async (tx) => {
      await this.takeTurn(tx, channel, now);
      await this.codes.expect(tx, {
        channelId: channel.id,
        accountId: channel.accountId,
        codeSha256: hashMailCode(code),
        expiresAt: new Date(now.getTime() + LINK_CODE_VALID_MS),
      });
    });
    const id = `${channel.id}.${now.getTime()}`;
    const letter = codeLetter(code, await this.textsOf(channel));
    const outcome = await this.send(channel, id, letter, AbortSignal.timeout(CODE_DEADLINE_MS));
    if (outcome.kind === 'refused') throw invalid({ field: 'address', problem: outcome.reason });
    if (outcome.kind === 'not-delivered')
      throw new Refusal('unavailable', `No code was sent: ${outcome.reason}.`);
    return {};
  }

  forget(tx: Tx, channelId: string): Promise<void> {
    return this.codes.forget(tx, channelId);
  }

  notReady({ state }: StoredChannel): string | undefined {
    return state === 'waiting-for-link'
      ? 'the address is not confirmed yet: send the code from its mail to /v1/channels/{id}/confirm'
      : undefined;
  }

  async sendAlert(channel: StoredChannel, alert: Alert, options: AttemptOptions): Promise<Outcome> {
    const reason = this.notReady(channel);
    if (reason !== undefined) return { kind: 'not-delivered', reason };
    const { possibleRepeat: isRepeated, priceNow } = options;
    const card = await this.cards.ofAlert(channel.accountId, alert);
    const letter = alertLetter(
      { ...card, priceNow: priceNow ?? card.priceNow },
      {
        texts: await this.textsOf(channel),
        now: this.clock.now(),
        unsubscribe: this.links.linkOf(channel),
        isRepeated,
      },
    );
    return this.send(channel, options.deliveryId, letter, options.signal);
  }

  async sendReply(channel: StoredChannel, reply: Reply, options: AttemptOptions): Promise<Outcome> {
    const reason = this.notReady(channel);
    if (reason !== undefined) return { kind: 'not-delivered', reason };
    const { accountId } = channel;
    const shown = reply.blocks.flatMap((block) => (block.kind === 'list' ? block.items : []));
    const cards = await this.cards.ofProducts(
      accountId,
      shown.flatMap(({ productId }) => productId ?? []),
    );
    const texts = await this.textsOf(channel);
    const letter = replyLetter(reply, cards, texts, this.links.linkOf(channel));
    return this.send(channel, options.deliveryId, letter, options.signal);
  }

  async sendTest(channel: StoredChannel, testId: string, signal: AbortSignal): Promise<Outcome> {
    return this.send(channel, testId, testLetter(await this.textsOf(channel)), signal);
  }

  restMs(): number {
    return 0;
  }

  async pausedTogether(_: Tx, channel: StoredChannel): Promise<string[]> {
    return [channel.id];
  }

  /** English where it cannot be read how the address wants to be spoken to. */
  private async textsOf({ id, accountId }: StoredChannel): Promise<Texts> {
    const { language, timeZone } = await this.database
      .read([accountId], (tx) => this.preferences.get(tx, id))
      .catch(() => DEFAULT_PREFERENCE);
    return new Texts(languageOf(language), timeZone);
  }

  /** The Message-ID is the same for every attempt: mail programs show a repeat once. */
  private send(channel: StoredChannel, id: string, letter: Letter, signal: AbortSignal): Promise<Outcome> {
    const link = this.links.linkOf(channel);
    const mail: Mail = {
      ...letter,
      to: channel.place!,
      messageId: `<${id}@souk.invalid>`,
      headers: {
        'Auto-Submitted': 'auto-generated',
        ...(link && {
          'List-Unsubscribe': `<${link}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }),
      },
    };
    return this.smtp.send(mail, signal);
  }

  private async takeTurn(tx: Tx, channel: StoredChannel, now: Date): Promise<void> {
    const id = uuidV5(channel.accountId, CODE_PACES);
    const pace: Pace = {
      perChannel: 1,
      channelEveryMs: 0,
      whole: { id, everyMs: CODES_EVERY_MS, burst: CODES_BURST },
    };
    await this.paces.pause(tx, [id], new Date(0));
    const freeAt = await this.paces.takeOne(tx, pace, channel.id, now);
    if (freeAt === undefined) return;
    throw new Refusal('too-many', 'too many addresses were to be confirmed; wait for a while', {
      retryAfterMs: CODES_EVERY_MS,
    });
  }
}

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { AlertingConfig } from '../config.ts';

const VALID_MS = 60 * 60_000;
const STATE = /^([0-9a-f-]{36})\.(\d{13})\.([\w-]{43})$/;

/** What the app does: commands, its own messages with pictures, and what people react with. */
export const SLACK_SCOPES = ['commands', 'chat:write', 'files:write', 'reactions:read'] as const;

type Settings = Pick<
  AlertingConfig,
  'SOUK_SECRET' | 'SOUK_SLACK_CLIENT_ID' | 'SOUK_SLACK_API_URL' | 'SOUK_PUBLIC_URL'
>;

/** Links that install the app in a workspace. The state is signed: an installation begins with an account of ours. */
export class InstallLinks {
  private readonly key: Buffer;

  constructor(private readonly settings: Settings) {
    this.key = Buffer.from(hkdfSync('sha256', settings.SOUK_SECRET, 'souk-alerting', 'slack-install', 32));
  }

  /** Undefined for an installation with one token, or one that does not know its own address. */
  linkFor(channelId: string, now: Date): string | undefined {
    const { SOUK_SLACK_CLIENT_ID: clientId, SOUK_PUBLIC_URL: publicUrl } = this.settings;
    if (clientId === undefined || publicUrl === undefined) return undefined;
    const url = new URL('/oauth/v2/authorize', this.settings.SOUK_SLACK_API_URL);
    url.searchParams.set('client_id', clientId);
    url.searchParams.set('scope', SLACK_SCOPES.join(','));
    url.searchParams.set('redirect_uri', redirectUrlOf(publicUrl));
    url.searchParams.set('state', this.stateFor(channelId, now));
    return url.href;
  }

  stateFor(channelId: string, now: Date): string {
    const told = `${channelId}.${now.getTime() + VALID_MS}`;
    return `${told}.${this.macOf(told)}`;
  }

  isValid(state: string, now: Date): boolean {
    const [, channelId, expiresAt, mac] = STATE.exec(state) ?? [];
    if (channelId === undefined || expiresAt === undefined || mac === undefined) return false;
    const isOurs = timingSafeEqual(Buffer.from(mac), Buffer.from(this.macOf(`${channelId}.${expiresAt}`)));
    return isOurs && Number(expiresAt) > now.getTime();
  }

  private macOf(told: string): string {
    return createHmac('sha256', this.key).update(told).digest('base64url');
  }
}

/** Where Slack sends a workspace's admin back to. */
export const redirectUrlOf = (publicUrl: string): string =>
  `${publicUrl.replace(/\/$/, '')}/hooks/slack/oauth`;

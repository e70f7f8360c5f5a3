import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const TOKEN = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.([\w-]{43})$/;

/** Signs the links that end mail to an address: who has the mail may end it, without a key (RFC 8058). */
export class UnsubscribeLinks {
  private readonly key: Buffer;

  constructor(
    rootSecret: string,
    private readonly publicUrl: string | undefined,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', rootSecret, 'souk-alerting', 'unsubscribe-links', 32));
  }

  /** Undefined while the installation does not know its own address. */
  linkOf(channel: { id: string; accountId: string }): string | undefined {
    if (this.publicUrl === undefined) return undefined;
    const url = new URL('hooks/email/unsubscribe', `${this.publicUrl.replace(/\/$/, '')}/`);
    url.searchParams.set('token', this.tokenOf(channel));
    return url.href;
  }

  tokenOf({ id, accountId }: { id: string; accountId: string }): string {
    return `${accountId}.${id}.${this.macOf(accountId, id)}`;
  }

  /** Which channel a token ends; undefined for one that was not made here. */
  read(token: string): { channelId: string; accountId: string } | undefined {
    const [, accountId, channelId, mac] = TOKEN.exec(token) ?? [];
    if (accountId === undefined || channelId === undefined || mac === undefined) return undefined;
    const right = timingSafeEqual(Buffer.from(mac), Buffer.from(this.macOf(accountId, channelId)));
    return right ? { accountId, channelId } : undefined;
  }

  private macOf(accountId: string, channelId: string): string {
    return createHmac('sha256', this.key).update(`${accountId}.${channelId}`).digest('base64url');
  }
}

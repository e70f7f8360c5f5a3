import { createHash } from 'node:crypto';
import type { SourceRequest } from './adapter.ts';

/** Tokens are renewed so long before they expire: a call that begins now must not end too late. */
const EARLY_MS = 30_000;
/** After a failure the endpoint is left alone for so long; nobody waits for it, all are told why. */
const PAUSE_AFTER_FAILURE_MS = 5_000;

export interface FreshToken {
  accessToken: string;
  expiresInMs: number;
}

interface Entry {
  token?: { accessToken: string; renewAtMs: number };
  flight?: Promise<string>;
  failure?: { error: unknown; untilMs: number };
}

/** Sources that ask with the very same words share a token; another address, secret or scope makes it another one. */
export const tokenKey = ({ url, headers, body }: SourceRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([url, headers, body]))
    .digest('base64');

/** Access tokens by credential. However many calls need one, each is fetched once. */
export class TokenCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly nowMs: () => number) {}

  async get(credential: string, fetch: () => Promise<FreshToken>): Promise<string> {
    const entry = this.entryOf(credential);
    const nowMs = this.nowMs();
    if (entry.token && nowMs < entry.token.renewAtMs) return entry.token.accessToken;
    if (entry.failure && nowMs < entry.failure.untilMs) throw entry.failure.error;
    entry.flight ??= this.fetch(entry, fetch).finally(() => delete entry.flight);
    return entry.flight;
  }

  /** The source declined this token: the next one who needs one fetches another. */
  drop(accessToken: string): void {
    for (const entry of this.entries.values())
      if (entry.token?.accessToken === accessToken) delete entry.token;
  }

  private async fetch(entry: Entry, fetch: () => Promise<FreshToken>): Promise<string> {
    try {
      const { accessToken, expiresInMs } = await fetch();
      // A token that lives shorter than the margin is used half its life.
      const usableMs = Math.max(expiresInMs - EARLY_MS, expiresInMs / 2);
      entry.token = { accessToken, renewAtMs: this.nowMs() + usableMs };
      delete entry.failure;
      return accessToken;
    } catch (error) {
      entry.failure = { error, untilMs: this.nowMs() + PAUSE_AFTER_FAILURE_MS };
      throw error;
    }
  }

  /** As many as there are credentials in the settings. */
  private entryOf(credential: string): Entry {
    let entry = this.entries.get(credential);
    if (!entry) this.entries.set(credential, (entry = {}));
    return entry;
  }
}

import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  commandIdOf,
  CreateKey,
  generateApiKey,
  hashApiKey,
  ListKeys,
  Refusal,
  RevokeKey,
  type Scope,
} from '@souk/contracts';
import { Clock } from '@souk/service';
import type { z } from 'zod';
import { Problem } from '../http/problem.ts';
import type { CreatedKey } from './key.schemas.ts';

/** `souk_` and seven of 28 characters: enough to tell keys apart, nothing to guess the rest from. */
const PREFIX_LENGTH = 12;
/** So often the answer of one command may get lost. */
const ATTEMPTS = 10;
/** Below the time for which answers are kept: a command of a younger key that is repeated was never answered. */
const UNANSWERED_FOR_MS = 23 * 3_600_000;
const KEYS_AT_ONCE = 200;

/** Makes keys: the text is made here, shown once and never stored; billing keeps the hash. */
@Injectable()
export class KeyMaker {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /**
   * A key that an earlier attempt of the same command made, and could not tell, is revoked, for its text is lost for
   * good; the next one has another id, which follows from the first: it is found in the same way, should it get lost.
   */
  async make(
    accountId: string,
    keyId: string,
    name: string,
    scopes: Scope[],
  ): Promise<z.infer<typeof CreatedKey>> {
    let id = keyId;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const key = await this.create(accountId, id, name, scopes);
      if (key) return key;
      // An older key may be in use: the answer that told it is not kept any more.
      if (await this.wasJustMade(accountId, id)) await this.bus.ask(RevokeKey, { accountId, keyId: id });
      id = commandIdOf(accountId, `${id}\nanother key`);
    }
    throw new Problem(
      'conflict',
      'Earlier attempts made this key, and its text was lost. Make one with a new Idempotency-Key.',
    );
  }

  /** Nothing when there is a key with this id. */
  private async create(
    accountId: string,
    keyId: string,
    name: string,
    scopes: Scope[],
  ): Promise<z.infer<typeof CreatedKey> | undefined> {
    const text = generateApiKey();
    const prefix = text.slice(0, PREFIX_LENGTH);
    const sha256 = hashApiKey(text);
    try {
      const { key } = await this.bus.ask(CreateKey, { accountId, keyId, name, scopes, prefix, sha256 });
      return { ...key, key: text };
    } catch (error) {
      if (error instanceof Refusal && error.code === 'conflict') return undefined;
      throw error;
    }
  }

  private async wasJustMade(accountId: string, keyId: string): Promise<boolean> {
    const since = new Date(this.clock.nowMs() - UNANSWERED_FOR_MS).toISOString();
    let cursor: string | undefined;
    do {
      const page = await this.bus.ask(ListKeys, { accountId, limit: KEYS_AT_ONCE, cursor });
      const young = page.keys.filter(({ createdAt }) => createdAt >= since);
      if (young.some(({ id }) => id === keyId)) return true;
      cursor = young.length === page.keys.length ? (page.next ?? undefined) : undefined;
    } while (cursor !== undefined);
    return false;
  }
}

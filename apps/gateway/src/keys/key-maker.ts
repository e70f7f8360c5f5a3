import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { CreateKey, generateApiKey, hashApiKey, RevokeKey, type Scope } from '@souk/contracts';
import type { z } from 'zod';
import { Problem } from '../http/problem.ts';
import type { CreatedKey } from './key.schemas.ts';

/** `souk_` and seven of 28 characters: enough to tell keys apart, nothing to guess the rest from. */
const PREFIX_LENGTH = 12;

/** Makes keys: the text is made here, shown once and never stored; billing keeps the hash. */
@Injectable()
export class KeyMaker {
  constructor(private readonly bus: Bus) {}

  async make(
    accountId: string,
    keyId: string,
    name: string,
    scopes: Scope[],
  ): Promise<z.infer<typeof CreatedKey>> {
    const text = generateApiKey();
    const prefix = text.slice(0, PREFIX_LENGTH);
    const { key } = await this.bus.ask(CreateKey, {
      accountId,
      keyId,
      name,
      scopes,
      prefix,
      sha256: hashApiKey(text),
    });
    if (key.prefix === prefix) return { ...key, key: text };
    // An earlier attempt of the same command made the key and could not say so: its text is lost for good.
    await this.bus.ask(RevokeKey, { accountId, keyId });
    throw new Problem(
      'conflict',
      'An earlier attempt made this key, and its text was lost on the way. It is revoked; make one with a new Idempotency-Key.',
    );
  }
}

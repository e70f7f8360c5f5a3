import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';

/** A channel whose code was given. */
export interface Coded {
  channelId: string;
  accountId: string;
}

const WRONG_GUESSES_AT_MOST = 5;

/** The SQL of one-time codes that tie channels to where they lead. A code comes from outside: its tenant is looked up. */
@Injectable()
export class LinkCodeStore {
  /** A new code replaces the one before. */
  async expect(tx: Tx, code: Coded & { codeSha256: Buffer; expiresAt: Date }): Promise<void> {
    await tx.query(
      `insert into link_code (channel_id, account_id, code_sha256, expires_at) values ($1, $2, $3, $4)
       on conflict (channel_id) do update set code_sha256 = excluded.code_sha256,
         expires_at = excluded.expires_at, wrong_guesses = 0`,
      [code.channelId, code.accountId, code.codeSha256, code.expiresAt],
    );
  }

  /** Uses up a code that cannot be guessed; whoever has it may use it. */
  async take(tx: Tx, codeSha256: Buffer, now: Date): Promise<Coded | undefined> {
    const [coded] = await tx.query<Coded>(
      `delete from link_code where code_sha256 = $1 and expires_at > $2
       returning channel_id as "channelId", account_id as "accountId"`,
      [codeSha256, now],
    );
    return coded;
  }

  /** Uses up the code of a channel, which may be short: a few wrong guesses end it. */
  async takeOf(tx: Tx, { channelId, accountId }: Coded, codeSha256: Buffer, now: Date): Promise<boolean> {
    const [code] = await tx.query<{ isRight: boolean }>(
      `update link_code set wrong_guesses = wrong_guesses + 1
       where channel_id = $1 and account_id = $2 and expires_at > $3 and wrong_guesses < $5
       returning code_sha256 = $4 as "isRight"`,
      [channelId, accountId, now, codeSha256, WRONG_GUESSES_AT_MOST],
    );
    if (code?.isRight) await this.forget(tx, channelId);
    return code?.isRight ?? false;
  }

  async forget(tx: Tx, channelId: string): Promise<void> {
    await tx.query('delete from link_code where channel_id = $1', [channelId]);
  }
}

import type { Tx } from '@souk/service';
import { Injectable } from '@nestjs/common';
import type { DailyUse, SettledUse, Use } from './usage.ts';

/** What was used. The lock of the account's balance guards it. */
@Injectable()
export class UsageStore {
  /** Those uses that were not told before. */
  async unknown(tx: Tx, uses: readonly Use[]): Promise<Use[]> {
    const known = await tx.query<{ account_id: string; id: string }>(
      `select account_id, id from usage
       join unnest($1::uuid[], $2::uuid[]) as told(account, use) on account_id = told.account and id = told.use`,
      [uses.map((use) => use.accountId), uses.map((use) => use.id)],
    );
    const seen = new Set(known.map((use) => `${use.account_id} ${use.id}`));
    return uses.filter((use) => !seen.has(`${use.accountId} ${use.id}`));
  }

  async record(tx: Tx, uses: readonly (SettledUse & { transactionId: string | null })[]): Promise<void> {
    await tx.query(
      `insert into usage (account_id, id, key_id, operation, count, credits, hold_id, captured, charged, owed,
         transaction_id, subjects, started_at, ended_at)
       select "accountId", id, "keyId", operation, count, credits, "holdId", captured, charged, owed,
         "transactionId", subjects, "from", "to"
       from jsonb_to_recordset($1::jsonb) as u("accountId" uuid, id uuid, "keyId" uuid, operation text, count bigint,
         credits bigint, "holdId" uuid, captured bigint, charged bigint, owed bigint, "transactionId" uuid,
         subjects text[], "from" timestamptz, "to" timestamptz)`,
      [JSON.stringify(uses)],
    );
  }

  async addDaily(tx: Tx, days: readonly DailyUse[]): Promise<void> {
    await tx.query(
      `insert into usage_daily (account_id, day, operation, count, credits)
       select "accountId", day, operation, count, credits
       from jsonb_to_recordset($1::jsonb) as d("accountId" uuid, day date, operation text, count bigint, credits bigint)
       on conflict (account_id, day, operation) do update
         set count = usage_daily.count + excluded.count, credits = usage_daily.credits + excluded.credits`,
      [JSON.stringify(days)],
    );
  }
}

import { instantArray, plainArray, type Tx, uuidArray } from '@souk/service';
import { Injectable } from '@nestjs/common';
import type { DailyUse, SettledUse, Use } from './usage.ts';

const USES_PER_STATEMENT = 1_000;

/** What was used. The lock of the account's balance guards it. */
@Injectable()
export class UsageStore {
  /** Those uses of each account that were not told before; no account that has none. */
  async unknown(tx: Tx, told: ReadonlyMap<string, Use[]>): Promise<Map<string, Use[]>> {
    const uses = [...told.values()].flat();
    const rows = await tx.query<{ account_id: string; id: string }>(
      // The limit keeps it at one look into the index for each: before a table was analyzed, a join reads all of it.
      `select account as account_id, use as id from unnest($1::uuid[], $2::uuid[]) as told(account, use)
       cross join lateral (select 1 from usage where account_id = account and id = use limit 1) as known`,
      [uuidArray(uses, ({ accountId }) => accountId), uuidArray(uses, ({ id }) => id)],
    );
    const known = Map.groupBy(rows, (row) => row.account_id);
    const fresh = [...told].map(([accountId, ofAccount]) => {
      const seen = new Set(known.get(accountId)?.map(({ id }) => id));
      return [accountId, seen.size === 0 ? ofAccount : ofAccount.filter(({ id }) => !seen.has(id))] as const;
    });
    return new Map(fresh.filter(([, ofAccount]) => ofAccount.length > 0));
  }

  /**
   * `paidIn` answers the ledger transaction that a use is part of, if it cost anything. Many leave in parts, so that
   * Postgres stores one while the next is written out here.
   */
  async record(
    tx: Tx,
    uses: readonly SettledUse[],
    paidIn: (use: SettledUse) => string | null | undefined,
  ): Promise<void> {
    const parts: Promise<unknown>[] = [];
    for (let at = 0; at < uses.length; at += USES_PER_STATEMENT)
      parts.push(this.insert(tx, uses.slice(at, at + USES_PER_STATEMENT), paidIn));
    await Promise.all(parts);
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

  private insert(
    tx: Tx,
    uses: readonly SettledUse[],
    paidIn: (use: SettledUse) => string | null | undefined,
  ): Promise<unknown> {
    return tx.query(
      `insert into usage (account_id, id, key_id, count, credits, hold_id, captured, charged, owed,
         transaction_id, started_at, ended_at, operation, subjects)
       select account_id, id, key_id, count, credits, hold_id, captured, charged, owed, transaction_id,
         started_at, ended_at, operation,
         case when subjects is null then '{}' else array(select jsonb_array_elements_text(subjects::jsonb)) end
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::uuid[], $7::bigint[],
         $8::bigint[], $9::bigint[], $10::uuid[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[])
         as u(account_id, id, key_id, count, credits, hold_id, captured, charged, owed, transaction_id,
           started_at, ended_at, operation, subjects)`,
      [
        uuidArray(uses, (use) => use.accountId),
        uuidArray(uses, (use) => use.id),
        uuidArray(uses, (use) => use.keyId),
        plainArray(uses, (use) => use.count),
        plainArray(uses, (use) => use.credits),
        uuidArray(uses, (use) => use.holdId),
        plainArray(uses, (use) => use.captured),
        plainArray(uses, (use) => use.charged),
        plainArray(uses, (use) => use.owed),
        uuidArray(uses, paidIn),
        instantArray(uses, (use) => use.from),
        instantArray(uses, (use) => use.to),
        uses.map((use) => use.operation),
        uses.map((use) => (use.subjects.length === 0 ? null : JSON.stringify(use.subjects))),
      ],
    );
  }
}

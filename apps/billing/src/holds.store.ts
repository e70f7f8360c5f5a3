import type { Tx } from '@souk/service';
import { Injectable } from '@nestjs/common';
import type { HoldState } from './ledger.ts';

/** A hold as it is kept. `requested` and `atMost` tell the same reservation repeated from another one. */
export interface StoredHold extends HoldState {
  readonly accountId: string;
  readonly id: string;
  readonly requested: number;
  readonly atMost: boolean;
  readonly reason: string;
  readonly expiresAt: Date;
}

/** Names a hold; two accounts may use the same id. */
export interface HoldRef {
  readonly accountId: string;
  readonly holdId: string;
}

/** Holds. The lock of the account's balance guards them. */
@Injectable()
export class HoldsStore {
  async find(tx: Tx, refs: readonly HoldRef[]): Promise<StoredHold[]> {
    if (refs.length === 0) return [];
    return tx.query<StoredHold>(
      `select account_id as "accountId", id, requested, at_most as "atMost", amount, captured,
         final_capture as "finalCapture", funded_by as "fundedBy", state, reason, expires_at as "expiresAt"
       from hold join unnest($1::uuid[], $2::uuid[]) as wanted(account, hold)
         on account_id = wanted.account and id = wanted.hold`,
      [refs.map((ref) => ref.accountId), refs.map((ref) => ref.holdId)],
    );
  }

  async insert(tx: Tx, hold: StoredHold, at: Date): Promise<void> {
    await tx.query(
      `with made as (
         insert into hold (account_id, id, requested, at_most, amount, funded_by, state, reason, expires_at, created_at)
         values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9) returning account_id, id, expires_at
       )
       insert into hold_due (account_id, hold_id, expires_at) select * from made`,
      [
        hold.accountId,
        hold.id,
        hold.requested,
        hold.atMost,
        hold.amount,
        hold.fundedBy,
        hold.reason,
        hold.expiresAt,
        at,
      ],
    );
  }

  /** Writes down what became of holds that were open. */
  async update(tx: Tx, holds: readonly StoredHold[], at: Date): Promise<void> {
    if (holds.length === 0) return;
    await tx.query(
      `with changed as (
         update hold h set captured = n.captured, final_capture = n.final_capture, state = n.state,
           closed_at = case when n.state <> 'open' then $6::timestamptz end
         from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[])
           as n(account, hold, captured, final_capture, state)
         where h.account_id = n.account and h.id = n.hold
         returning h.account_id, h.id, h.state
       )
       delete from hold_due d using changed c
       where d.account_id = c.account_id and d.hold_id = c.id and c.state <> 'open'`,
      [
        holds.map((hold) => hold.accountId),
        holds.map((hold) => hold.id),
        holds.map((hold) => hold.captured),
        holds.map((hold) => hold.finalCapture),
        holds.map((hold) => hold.state),
        at,
      ],
    );
  }

  /** Holds past their time, of any account, the oldest first. */
  async findDue(tx: Tx, now: Date, limit: number): Promise<HoldRef[]> {
    return tx.query<HoldRef>(
      `select account_id as "accountId", hold_id as "holdId" from hold_due
       where expires_at <= $1 order by expires_at limit $2`,
      [now, limit],
    );
  }
}

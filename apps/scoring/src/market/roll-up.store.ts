import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import type { MarketEvent } from './roll-up.ts';

export interface DueOffer {
  offerId: string;
  accountId: string;
  points: number;
  isDue: boolean;
}

export interface StoredBlock {
  accountId: string;
  offerId: string;
  currency: string;
  block: number;
  weeks: Buffer;
}

export type StoredEvent = MarketEvent & { accountId: string; offerId: string; currency: string };

const LOCK = 5_201;

/** The SQL of what market reports are made from. */
@Injectable()
export class RollUpStore {
  /** Of the offers after an id those that are due, and the last one looked at. */
  due(tx: Tx, after: string, rolledUpBefore: Date, lookedAt: number): Promise<DueOffer[]> {
    return tx.query<DueOffer>(
      `select offer_id as "offerId", account_id as "accountId", points, is_due as "isDue"
       from offers_to_roll_up($1, $2, $3)`,
      [after, rolledUpBefore.toISOString(), lookedAt],
    );
  }

  /** One process at a time; the others find less to do. Held until the end of the transaction. */
  async lock(tx: Tx): Promise<boolean> {
    const [row] = await tx.query<{ isLocked: boolean }>(
      `select pg_try_advisory_xact_lock(${LOCK}) as "isLocked"`,
    );
    return row!.isLocked;
  }

  /**
   * These are all blocks of these offers: what was taken for a price that held may prove to be a time when nobody looked.
   * Only what is new is written.
   */
  async saveBlocks(tx: Tx, offerIds: readonly string[], blocks: readonly StoredBlock[]): Promise<void> {
    await tx.query(
      `with told as materialized (
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::smallint[], $5::bytea[])
           as told(account_id, offer_id, currency, block, weeks)
       ), gone as (
         delete from market_weeks w where offer_id = any ($6::uuid[]) and not exists (
           select from told where told.offer_id = w.offer_id and told.currency = w.currency and told.block = w.block
         )
       )
       insert into market_weeks (account_id, offer_id, currency, block, weeks)
       select * from told
       on conflict (offer_id, currency, block) do update set weeks = excluded.weeks
       where market_weeks.weeks is distinct from excluded.weeks`,
      [
        plainArray(blocks, ({ accountId }) => accountId),
        plainArray(blocks, ({ offerId }) => offerId),
        plainArray(blocks, ({ currency }) => currency),
        plainArray(blocks, ({ block }) => block),
        blocks.map(({ weeks }) => weeks),
        plainArray(offerIds, (offerId) => offerId),
      ],
    );
  }

  /** These are all events of these offers: others are there no more, since late prices change what was before. */
  async saveEvents(tx: Tx, offerIds: readonly string[], events: readonly StoredEvent[]): Promise<void> {
    await tx.query(
      `with told as materialized (
         select * from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::real[],
           $8::boolean[], $9::text[])
           as told(account_id, offer_id, at, price_minor, reference_minor, percent, is_low, currency)
       ), gone as (
         delete from market_event e where offer_id = any ($1::uuid[]) and not exists (
           select from told where told.offer_id = e.offer_id and told.currency = e.currency
             and told.is_low = e.is_low and told.at = e.at
         )
       )
       insert into market_event (account_id, offer_id, at, price_minor, reference_minor, percent, is_low, currency)
       select * from told
       on conflict (offer_id, currency, is_low, at) do update set price_minor = excluded.price_minor,
         reference_minor = excluded.reference_minor, percent = excluded.percent
       where (market_event.price_minor, market_event.reference_minor)
         is distinct from (excluded.price_minor, excluded.reference_minor)`,
      [
        plainArray(offerIds, (offerId) => offerId),
        plainArray(events, ({ accountId }) => accountId),
        plainArray(events, ({ offerId }) => offerId),
        plainArray(events, ({ atMs }) => new Date(atMs).toISOString()),
        plainArray(events, ({ priceMinor }) => priceMinor),
        plainArray(events, ({ referenceMinor }) => referenceMinor),
        plainArray(events, ({ percent }) => percent),
        plainArray(events, ({ isLow }) => String(isLow)),
        plainArray(events, ({ currency }) => currency),
      ],
    );
  }

  /** An offer that was forgotten meanwhile is left alone. */
  async noteRolledUp(tx: Tx, offers: readonly DueOffer[], now: Date): Promise<void> {
    await tx.query(
      `insert into market_offer (offer_id, account_id, points, rolled_up_at)
       select done.offer_id, done.account_id, done.points, $4
       from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as done(offer_id, account_id, points)
       on conflict (offer_id) do update set points = excluded.points, rolled_up_at = excluded.rolled_up_at`,
      [
        plainArray(offers, ({ offerId }) => offerId),
        plainArray(offers, ({ accountId }) => accountId),
        plainArray(offers, ({ points }) => points),
        now.toISOString(),
      ],
    );
  }

  /** Of these offers those that are still there, kept until the end of the transaction. */
  async present(tx: Tx, offerIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ offer_id: string }>(
      'select offer_id from offer where offer_id = any ($1::uuid[]) order by offer_id for key share',
      [plainArray(offerIds, (offerId) => offerId)],
    );
    return new Set(rows.map((row) => row.offer_id));
  }
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';

/** Why a listing had a price that nobody was told of: the newest reason. */
export interface ListingNote {
  productId: string;
  accountId: string;
  sentence: string;
  traceId: string;
}

/** The SQL of notes on listings. */
@Injectable()
export class NoteStore {
  /** Notes on listings that somebody watches; one of each, the newest. */
  async save(tx: Tx, kind: 'quarantined', notes: readonly ListingNote[], at: Date): Promise<void> {
    const newest = new Map(notes.map((note) => [note.productId, note]));
    await tx.query(
      `insert into listing_note (subject_id, kind, account_id, at, sentence, trace_id)
       select "productId", $2, "accountId", $3, sentence, "traceId"
       from jsonb_to_recordset($1::jsonb) as n("productId" uuid, "accountId" uuid, sentence text, "traceId" text)
       where exists (select from match_index i where i.product_id = n."productId")
       order by "productId"
       on conflict (subject_id, kind) do update set at = excluded.at, sentence = excluded.sentence,
         trace_id = excluded.trace_id`,
      [JSON.stringify([...newest.values()]), kind, at],
    );
  }

  async of(
    tx: Tx,
    productIds: readonly string[],
  ): Promise<{ productId: string; at: Date; sentence: string; traceId: string }[]> {
    return tx.query(
      `select subject_id as "productId", at, sentence, trace_id as "traceId" from listing_note
       where subject_id = any ($1) order by at desc limit 20`,
      [productIds],
    );
  }
}

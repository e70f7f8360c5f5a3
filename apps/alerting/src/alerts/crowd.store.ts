import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import type { Candidate, PlacedProbe } from './match.store.ts';
import { MATCHES, matchParameters } from './match.store.ts';

/** A price that is told to its watches in slices. */
export interface Crowd {
  id: number;
  /** The message with this price alone. */
  payload: string;
  createdAt: Date;
  /** Its watches are written down. */
  isGathered: boolean;
  /** The last watch that was told, and its account. */
  afterAccountId: string | null;
  afterWatchId: string | null;
}

/** Before every account and every watch. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Crowds that are named to every batch, whatever it is about: mostly there is none. */
const OPEN_AT_MOST = 200;

/** The SQL of crowds. */
@Injectable()
export class CrowdStore {
  /** Listings whose crowds are not all told yet; while there are very many, of those in question only. */
  async open(tx: Tx, inQuestion: () => ReadonlySet<string>): Promise<Set<string>> {
    const some = await tx.query<{ productId: string }>(
      `select product_id as "productId" from crowd limit ${OPEN_AT_MOST}`,
    );
    if (some.length < OPEN_AT_MOST) return new Set(some.map(({ productId }) => productId));
    const rows = await tx.query<{ productId: string }>(
      'select distinct product_id as "productId" from crowd where product_id = any ($1::uuid[])',
      [plainArray([...inQuestion()], (id) => id)],
    );
    return new Set(rows.map(({ productId }) => productId));
  }

  /** In the order of the prices. */
  async add(
    tx: Tx,
    crowds: readonly { productId: string; payload: string }[],
    createdAt: Date,
  ): Promise<void> {
    await tx.query(
      `insert into crowd (product_id, payload, created_at, touched_at)
       select product_id, payload, $3, $3 from unnest($1::uuid[], $2::text[]) with ordinality
         as n(product_id, payload, place) order by place`,
      [crowds.map(({ productId }) => productId), crowds.map(({ payload }) => payload), createdAt],
    );
  }

  /** The crowd that waits longest, locked until commit; of a listing the oldest first. */
  async next(tx: Tx): Promise<Crowd | undefined> {
    const rows = await tx.query<Crowd>(
      `select id, payload, created_at as "createdAt", is_gathered as "isGathered", after_account_id as "afterAccountId",
         after_watch_id as "afterWatchId"
       from crowd c
       where not exists (select from crowd older where older.product_id = c.product_id and older.id < c.id)
       order by touched_at, id limit 1 for update skip locked`,
    );
    return rows[0];
  }

  /** Writes down whose watches the price may have crossed, without ever holding them all here. */
  async gather(tx: Tx, { id }: Crowd, probes: readonly PlacedProbe[], now: Date): Promise<void> {
    await tx.query(
      `insert into crowd_watch (crowd_id, account_id, watch_id) select $9, account_id, watch_id from ${MATCHES}
       on conflict do nothing`,
      [...matchParameters(probes), id],
    );
    await tx.query('update crowd set is_gathered = true, touched_at = $2 where id = $1', [id, now]);
  }

  /** The next watches, accounts one after the other. */
  async slice(tx: Tx, crowd: Crowd, limit: number): Promise<Candidate[]> {
    return tx.query<Candidate>(
      `select 0 as place, watch_id as "watchId", account_id as "accountId" from crowd_watch
       where crowd_id = $1 and (account_id, watch_id) > ($2, $3) order by account_id, watch_id limit $4`,
      [crowd.id, crowd.afterAccountId ?? FIRST, crowd.afterWatchId ?? FIRST, limit],
    );
  }

  /** These were told, with this transaction. */
  async advance(tx: Tx, { id }: Crowd, last: Candidate, now: Date): Promise<void> {
    await tx.query(
      'update crowd set after_account_id = $2, after_watch_id = $3, touched_at = $4 where id = $1',
      [id, last.accountId, last.watchId, now],
    );
  }

  /** All were told. */
  async finish(tx: Tx, { id }: Crowd): Promise<void> {
    await tx.query('delete from crowd where id = $1', [id]);
  }
}

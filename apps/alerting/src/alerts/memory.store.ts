import type { Wording } from '@souk/contracts';
import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { IndexStore } from '../watches/index.store.ts';
import { ROW } from '../watches/rule.ts';
import type { StoredWatch } from '../watches/stored-watch.ts';
import type { Disarmed, Memory, Suppressed } from './restraint.ts';

/** Crossings without an alert that are kept of each watch. */
const EVENTS_KEPT = 50;

/** A crossing that raised no alert, as it is kept. */
export interface WatchEvent {
  at: Date;
  kind: Suppressed['kind'];
  productId: string;
  observedAt: Date;
  sentence: string;
  /** Null of what was noted by an older version. */
  said: Wording | null;
  traceId: string;
}

/** The SQL of what watches remember: when they spoke, which offers wait to be armed again, what they kept back. */
@Injectable()
export class MemoryStore {
  constructor(private readonly index: IndexStore) {}

  /** What watches that restrain themselves remember, locked until commit: prices of other listings may reach them too. */
  async lock(tx: Tx, watches: readonly StoredWatch[]): Promise<Map<string, Memory>> {
    if (watches.length === 0) return new Map();
    const ids = watches.map(({ id }) => id).toSorted();
    const accounts = new Map(watches.map(({ id, accountId }) => [id, accountId]));
    const [, paces, disarmed] = await Promise.all([
      tx.query(
        `insert into alert_pace (watch_id, account_id) select * from unnest($1::uuid[], $2::uuid[])
         on conflict do nothing`,
        [ids, ids.map((id) => accounts.get(id))],
      ),
      tx.query<{ watchId: string; raisedAt: Date[] }>(
        `select watch_id as "watchId", raised_at as "raisedAt" from alert_pace where watch_id = any ($1)
         order by watch_id for update`,
        [ids],
      ),
      tx.query<Disarmed>(
        `select watch_id as "watchId", account_id as "accountId", offer_id as "offerId", product_id as "productId",
           currency, level, rearms_above as "rearmsAbove" from disarmed_offer where watch_id = any ($1)`,
        [ids],
      ),
    ]);
    const byWatch = Map.groupBy(disarmed, ({ watchId }) => watchId);
    return new Map(
      paces.map(({ watchId, raisedAt }) => [
        watchId,
        {
          raisedAt,
          disarmed: new Map((byWatch.get(watchId) ?? []).map((offer) => [offer.offerId, offer])),
        },
      ]),
    );
  }

  /** Stores what changed, with the rows of the match index that tell when an offer is armed again. */
  async save(tx: Tx, changes: readonly { watchId: string; before: Memory; after: Memory }[]): Promise<void> {
    const spoke = changes.filter(({ before, after }) => before.raisedAt[0] !== after.raisedAt[0]);
    if (spoke.length > 0) {
      await tx.query(
        `update alert_pace p set raised_at = n."raisedAt"
         from jsonb_to_recordset($1::jsonb) as n("watchId" uuid, "raisedAt" timestamptz[])
         where p.watch_id = n."watchId"`,
        [JSON.stringify(spoke.map(({ watchId, after }) => ({ watchId, raisedAt: after.raisedAt })))],
      );
    }
    const moved = changes.filter(({ before, after }) => !isSame(before.disarmed, after.disarmed));
    if (moved.length === 0) return;
    const ids = moved.map(({ watchId }) => watchId);
    const disarmed = moved.flatMap(({ after }) => [...after.disarmed.values()]);
    await tx.query('delete from disarmed_offer where watch_id = any ($1)', [ids]);
    await tx.query('delete from match_index where watch_id = any ($1) and kind in ($2, $3)', [
      ids,
      ROW.rearmAbove,
      ROW.rearmBelow,
    ]);
    if (disarmed.length === 0) return;
    await tx.query(
      `insert into disarmed_offer (watch_id, offer_id, account_id, product_id, currency, level, rearms_above)
       select "watchId", "offerId", "accountId", "productId", currency, level, "rearmsAbove"
       from jsonb_to_recordset($1::jsonb) as n("watchId" uuid, "offerId" uuid, "accountId" uuid, "productId" uuid,
         currency text, level bigint, "rearmsAbove" boolean)`,
      [JSON.stringify(disarmed)],
    );
    await this.index.insertRows(
      tx,
      disarmed.map((offer) => ({
        subject: offer.productId,
        kind: offer.rearmsAbove ? ROW.rearmAbove : ROW.rearmBelow,
        threshold: offer.level,
        currency: offer.currency,
        watch: { id: offer.watchId, accountId: offer.accountId },
      })),
    );
  }

  /** Keeps the newest crossings that raised no alert, so many of each watch. */
  async note(tx: Tx, suppressed: readonly Suppressed[], at: Date): Promise<void> {
    if (suppressed.length === 0) return;
    await tx.query(
      `insert into watch_event (watch_id, account_id, at, kind, product_id, offer_id, observed_at, sentence, said, trace_id)
       select "watchId", "accountId", $2, kind, "productId", "offerId", "observedAt", sentence, said, "traceId"
       from jsonb_to_recordset($1::jsonb) as n("watchId" uuid, "accountId" uuid, kind text, "productId" uuid,
         "offerId" uuid, "observedAt" timestamptz, sentence text, said jsonb, "traceId" text)
       on conflict do nothing`,
      [
        JSON.stringify(
          suppressed.map(({ crossing: { watch, placed }, kind, sentence, said }) => ({
            watchId: watch.id,
            accountId: watch.accountId,
            kind,
            productId: placed.deal.productId,
            offerId: placed.deal.offerId,
            observedAt: placed.deal.observedAt,
            sentence,
            said,
            traceId: placed.message.traceId,
          })),
        ),
        at,
      ],
    );
    await tx.query(
      `delete from watch_event e using (
         select watch_id, offer_id, observed_at,
           row_number() over (partition by watch_id order by at desc, observed_at desc) as place
         from watch_event where watch_id = any ($1)
       ) as old
       where old.place > ${EVENTS_KEPT} and e.watch_id = old.watch_id and e.offer_id = old.offer_id
         and e.observed_at = old.observed_at`,
      [[...new Set(suppressed.map(({ crossing }) => crossing.watch.id))]],
    );
  }

  async events(tx: Tx, watchId: string, limit: number): Promise<WatchEvent[]> {
    return tx.query<WatchEvent>(
      `select at, kind, product_id as "productId", observed_at as "observedAt", sentence, said, trace_id as "traceId"
       from watch_event where watch_id = $1 order by at desc, observed_at desc limit $2`,
      [watchId, limit],
    );
  }

  /** What one watch remembers, without waiting for anybody. */
  async peek(tx: Tx, watchId: string): Promise<Memory> {
    const [paces, disarmed] = await Promise.all([
      tx.query<{ raisedAt: Date[] }>('select raised_at as "raisedAt" from alert_pace where watch_id = $1', [
        watchId,
      ]),
      tx.query<Disarmed>(
        `select watch_id as "watchId", account_id as "accountId", offer_id as "offerId", product_id as "productId",
           currency, level, rearms_above as "rearmsAbove" from disarmed_offer where watch_id = $1 limit 100`,
        [watchId],
      ),
    ]);
    return {
      raisedAt: paces[0]?.raisedAt ?? [],
      disarmed: new Map(disarmed.map((offer) => [offer.offerId, offer])),
    };
  }
}

const isSame = (before: Memory['disarmed'], after: Memory['disarmed']): boolean =>
  before.size === after.size && [...after].every(([id, offer]) => before.get(id)?.level === offer.level);

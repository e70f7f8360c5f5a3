import { Injectable } from '@nestjs/common';
import { pageOf } from '@souk/bus';
import type { Alert } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { positionPlace } from '../page.ts';
import type { Draft } from './raise.ts';

/** Key of the advisory lock under which alerts take their positions. */
const POSITION_LOCK = 4_102;
const ROWS_AT_ONCE = 2_000;

/** Instants come back as ISO text, so that a row is an alert as the contract has it. */
const instant = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
/** What is said of the listing; a price of a new one can be here before the news of its title. */
const told = (column: string): string =>
  `coalesce(${column}, (select known.${column} from product known where known.product_id = alert.product_id)) as ${column}`;
const COLUMNS = `id, position, watch_id as "watchId", product_id as "productId", offer_id as "offerId", source,
  product, ${told('title')}, ${told('url')}, ${told('image')}, seller, condition, price_minor as "priceMinor",
  previous_price_minor as "previousPriceMinor", currency, ${instant('observed_at')} as "observedAt",
  ${instant('raised_at')} as "raisedAt", score, reasons, trace_id as "traceId"`;

/** The SQL of alerts. */
@Injectable()
export class AlertStore {
  /**
   * Writes those that are new and answers them with their positions. The lock is held until commit, so positions
   * become visible in their order: a reader that asks for what is beyond the last one it saw skips nothing.
   */
  async insert<Written extends Pick<Draft, 'alert' | 'accountId'>>(
    tx: Tx,
    drafts: readonly Written[],
  ): Promise<{ draft: Written; alert: Alert }[]> {
    this.lockPositions(tx);
    const raised: { draft: Written; alert: Alert }[] = [];
    for (let from = 0; from < drafts.length; from += ROWS_AT_ONCE) {
      const part = drafts.slice(from, from + ROWS_AT_ONCE);
      const rows = await tx.query<{ id: string; position: number }>(
        `insert into alert (id, position, account_id, watch_id, product_id, offer_id, source, product, title, url,
           image, seller, condition, price_minor, previous_price_minor, currency, observed_at, raised_at, score,
           reasons, trace_id)
         select id, nextval('alert_position'), "accountId", "watchId", "productId", "offerId", source, product, title,
           url, image, seller, condition, "priceMinor", "previousPriceMinor", currency, "observedAt", "raisedAt",
           score, reasons, "traceId"
         from (
           select * from rows from (jsonb_to_recordset($1::jsonb) as (id uuid, "accountId" uuid, "watchId" uuid,
             "productId" uuid, "offerId" uuid, source text, product text, title text, url text, image text,
             seller text, condition text, "priceMinor" bigint, "previousPriceMinor" bigint, currency text,
             "observedAt" timestamptz, "raisedAt" timestamptz, score double precision, reasons jsonb,
             "traceId" text)) with ordinality as n order by n.ordinality
         ) as ordered
         on conflict do nothing returning id, position`,
        [JSON.stringify(part.map(({ alert, accountId }) => ({ ...alert, accountId })))],
      );
      const positions = new Map(rows.map((row) => [row.id, row.position]));
      for (const draft of part) {
        const position = positions.get(draft.alert.id);
        if (position !== undefined) raised.push({ draft, alert: { ...draft.alert, position } });
      }
    }
    return raised;
  }

  /** Until commit nobody else takes a position; it is worked on before the statements that follow. */
  lockPositions(tx: Tx): void {
    void tx.query('select pg_advisory_xact_lock($1)', [POSITION_LOCK]);
  }

  async getMany(tx: Tx, ids: readonly string[]): Promise<Alert[]> {
    return tx.query<Alert>(`select ${COLUMNS} from alert where id = any ($1)`, [ids]);
  }

  /** Newest first; after a position oldest first. */
  async list(
    tx: Tx,
    query: { accountId: string; limit: number; cursor?: string; afterPosition?: number; watchId?: string },
  ): Promise<{ items: Alert[]; next: string | null }> {
    const { accountId, limit, watchId = null } = query;
    const place = positionPlace(query.cursor);
    const rows =
      query.afterPosition === undefined
        ? await tx.query<Alert>(
            `select ${COLUMNS} from alert where account_id = $1 and position < $2
               and ($4::uuid is null or watch_id = $4) order by position desc limit $3`,
            [accountId, place ?? Number.MAX_SAFE_INTEGER, limit + 1, watchId],
          )
        : await tx.query<Alert>(
            `select ${COLUMNS} from alert where account_id = $1 and position > $2
               and ($4::uuid is null or watch_id = $4) order by position limit $3`,
            [accountId, place ?? query.afterPosition, limit + 1, watchId],
          );
    return pageOf(rows, limit, (alert) => [alert.position]);
  }
}

import { type Message, pageOf, readCursor } from '@souk/bus';
import { newId, type QuarantinedObservation } from '@souk/contracts';
import type { Database, Tx } from '@souk/service';
import { z } from 'zod';

/** Expired rows that one write forgets at most; more than a batch can bring, so that they do not pile up. */
const FORGOTTEN_AT_ONCE = 20_000;
const MS_PER_DAY = 86_400_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Place of a row in the list. */
const Place = z.object({ at: z.iso.datetime(), id: z.uuid() });

/** An observation that was set apart, as the lists of the services show it. */
interface QuarantinedItem extends QuarantinedObservation {
  source: string;
  quarantinedAt: string;
  traceId: string;
}

/** Observations that were set apart, private to the account that they belong to. */
export class QuarantineStore {
  private readonly retentionMs: number;

  constructor(options: { retentionDays: number }) {
    this.retentionMs = options.retentionDays * MS_PER_DAY;
  }

  /**
   * Sets observations apart. Whoever adds also clears: policies show a tenant's rows to that tenant only, so that
   * the expired ones go in the same transaction.
   */
  async add(
    tx: Tx,
    rows: readonly { message: Message; source: string; observation: QuarantinedObservation }[],
    now: Date,
  ): Promise<void> {
    if (rows.length === 0) return;
    const text = (valueOf: (observation: QuarantinedObservation) => string | undefined): (string | null)[] =>
      rows.map(({ observation }) => valueOf(observation) ?? null);
    await tx.query(
      `insert into quarantined (id, account_id, source, trace_id, product, product_id, offer_id, observed_at,
         reason, field, detail, quarantined_at)
       select *, $12::timestamptz from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[],
         $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[])`,
      [
        rows.map(() => newId()),
        rows.map(({ message }) => message.accountId),
        rows.map(({ source }) => source),
        rows.map(({ message }) => message.traceId),
        text((observation) => observation.product),
        text((observation) => observation.productId),
        text((observation) => observation.offerId),
        text((observation) => observation.observedAt),
        text((observation) => observation.reason),
        text((observation) => observation.field),
        text((observation) => observation.detail),
        now,
      ],
    );
    await tx.query(
      `delete from quarantined where id in (
         select id from quarantined where account_id = any ($1::uuid[]) and quarantined_at < $2
         limit ${FORGOTTEN_AT_ONCE})`,
      [
        [...new Set(rows.map(({ message }) => message.accountId))],
        new Date(now.getTime() - this.retentionMs),
      ],
    );
  }

  /**
   * A page of an account's rows, newest first.
   * @throws Refusal invalid, naming the field, when the cursor is not one of this list
   */
  async list(
    database: Database,
    request: { accountId: string; limit: number; cursor?: string | undefined },
  ): Promise<{ items: QuarantinedItem[]; next: string | null }> {
    const { accountId, limit } = request;
    const before = readCursor(Place, request.cursor);
    const rows = await database.read([accountId], (tx) =>
      tx.query<QuarantinedRow>(
        `select * from quarantined
         where account_id = $1 and (quarantined_at, id) < (coalesce($2, 'infinity'::timestamptz), coalesce($3, $4::uuid))
         order by quarantined_at desc, id desc limit $5`,
        [accountId, before?.at ?? null, before?.id ?? null, LAST_ID, limit + 1],
      ),
    );
    const placeOf = (row: QuarantinedRow) => ({ at: row.quarantined_at.toISOString(), id: row.id });
    const { items, next } = pageOf(rows, limit, placeOf);
    return { items: items.map(itemOf), next };
  }
}

const itemOf = (row: QuarantinedRow): QuarantinedItem => ({
  source: row.source,
  product: row.product,
  productId: row.product_id ?? undefined,
  offerId: row.offer_id ?? undefined,
  observedAt: row.observed_at ?? undefined,
  reason: row.reason,
  field: row.field ?? undefined,
  detail: row.detail,
  quarantinedAt: row.quarantined_at.toISOString(),
  traceId: row.trace_id,
});

interface QuarantinedRow {
  id: string;
  source: string;
  product: string;
  product_id: string | null;
  offer_id: string | null;
  observed_at: string | null;
  reason: QuarantinedObservation['reason'];
  field: string | null;
  detail: string;
  quarantined_at: Date;
  trace_id: string;
}

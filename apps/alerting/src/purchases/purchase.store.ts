import { Injectable } from '@nestjs/common';
import type { Purchase } from '@souk/contracts';
import type { Tx } from '@souk/service';

const SHOWN = 100;

interface Span {
  from: string | undefined;
  until: string | undefined;
  person: string | undefined;
}

interface Total {
  currency: string;
  purchases: number;
  paidMinor: number;
  savedMinor: number;
  unknown: number;
}

const COLUMNS = `id, product_id as "productId", source, product, title, alert_id as "alertId", person,
  paid_minor as "paidMinor", currency, usual_price_minor as "usualPriceMinor", bought_at as "boughtAt"`;
/** $1 account, $2 from, $3 until, $4 person. */
const WITHIN = `account_id = $1 and bought_at >= coalesce($2::timestamptz, '-infinity')
  and bought_at < coalesce($3::timestamptz, 'infinity') and ($4::text is null or person = $4)`;

/** The SQL of what people bought. */
@Injectable()
export class PurchaseStore {
  /** The purchase as it is stored: an earlier one of the same command or of the same alert stays as it was. */
  async note(tx: Tx, accountId: string, purchase: Purchase): Promise<Purchase | undefined> {
    await tx.query(
      `insert into purchase (id, account_id, product_id, source, product, title, alert_id, person, paid_minor, currency,
         usual_price_minor, bought_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing returning id`,
      [
        purchase.id,
        accountId,
        purchase.productId,
        purchase.source,
        purchase.product,
        purchase.title,
        purchase.alertId,
        purchase.person,
        purchase.paidMinor,
        purchase.currency,
        purchase.usualPriceMinor,
        purchase.boughtAt,
      ],
    );
    const [stored] = await tx.query<Row>(
      `select ${COLUMNS} from purchase where account_id = $1 and (id = $2 or alert_id = $3)`,
      [accountId, purchase.id, purchase.alertId],
    );
    return stored && shown(stored);
  }

  /** What was there, and is not any more. */
  async forget(tx: Tx, accountId: string, id: string): Promise<Purchase | undefined> {
    const [forgotten] = await tx.query<Row>(
      `delete from purchase where account_id = $1 and id = $2 returning ${COLUMNS}`,
      [accountId, id],
    );
    return forgotten && shown(forgotten);
  }

  async totals(tx: Tx, accountId: string, { from, until, person }: Span): Promise<Total[]> {
    return tx.query<Total>(
      `select currency, count(*)::int as purchases, sum(paid_minor)::bigint as "paidMinor",
         coalesce(sum(usual_price_minor - paid_minor), 0)::bigint as "savedMinor",
         count(*) filter (where usual_price_minor is null)::int as unknown
       from purchase where ${WITHIN} group by currency order by count(*) desc, currency`,
      [accountId, from ?? null, until ?? null, person ?? null],
    );
  }

  async newest(tx: Tx, accountId: string, { from, until, person }: Span): Promise<Purchase[]> {
    const rows = await tx.query<Row>(
      `select ${COLUMNS} from purchase where ${WITHIN} order by bought_at desc, id desc limit ${SHOWN}`,
      [accountId, from ?? null, until ?? null, person ?? null],
    );
    return rows.map(shown);
  }
}

type Row = Omit<Purchase, 'boughtAt'> & { boughtAt: Date };
const shown = (row: Row): Purchase => ({ ...row, boughtAt: row.boughtAt.toISOString() });

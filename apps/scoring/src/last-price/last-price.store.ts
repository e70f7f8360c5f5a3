import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import type { LastPrice } from './follow-price.ts';

export interface KeptPrice extends LastPrice {
  offerId: string;
  accountId: string;
  /** When it must be gone; null: with the next one. */
  expiresAt: Date | null;
}

/** Last prices of offers whose source forbids a history: one row each, until it expires. */
@Injectable()
export class LastPriceStore {
  async get(tx: Tx, offerIds: readonly string[], now: Date): Promise<Map<string, LastPrice>> {
    const rows = await tx.query<Omit<LastPrice, 'observedAt'> & { offerId: string; observedAt: Date }>(
      `select offer_id as "offerId", observed_at as "observedAt", price_minor as "priceMinor", currency, availability
       from last_price where offer_id = any ($1::uuid[]) and (expires_at is null or expires_at > $2)`,
      [plainArray(offerIds, (id) => id), now],
    );
    return new Map(
      rows.map(({ offerId, observedAt, ...row }) => [
        offerId,
        { ...row, observedAt: observedAt.toISOString() },
      ]),
    );
  }

  async save(tx: Tx, prices: readonly KeptPrice[]): Promise<void> {
    if (prices.length === 0) return;
    await tx.query(
      `insert into last_price
         (offer_id, account_id, observed_at, price_minor, availability, currency, expires_at)
       select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::smallint[], $6::text[],
         $7::timestamptz[])
       on conflict (offer_id) do update set
         observed_at = excluded.observed_at, price_minor = excluded.price_minor,
         availability = excluded.availability, currency = excluded.currency, expires_at = excluded.expires_at`,
      [
        plainArray(prices, ({ offerId }) => offerId),
        plainArray(prices, ({ accountId }) => accountId),
        plainArray(prices, ({ observedAt }) => observedAt),
        plainArray(prices, ({ priceMinor }) => priceMinor),
        plainArray(prices, ({ availability }) => availability),
        plainArray(prices, ({ currency }) => currency),
        prices.map(({ expiresAt }) => expiresAt),
      ],
    );
  }

  /** Answers how many there were. */
  async deleteExpired(tx: Tx, now: Date, limit: number): Promise<number> {
    const rows = await tx.query(
      `delete from last_price where offer_id in (
         select offer_id from last_price where expires_at <= $1 order by expires_at limit $2 for update skip locked
       ) returning 1`,
      [now, limit],
    );
    return rows.length;
  }
}

import { Injectable } from '@nestjs/common';
import type { DayRates } from '@souk/money';
import type { Tx } from '@souk/service';

/** The SQL of the day's exchange rates: one day's at a time, the newest that is known. */
@Injectable()
export class RateStore {
  /** Undefined while none are known. */
  async get(tx: Tx): Promise<DayRates | undefined> {
    const rows = await tx.query<{ currency: string; rate: string; base: string; day: string }>(
      `select currency, per_base::text as rate, base, day::text from exchange_rate where per_base is not null`,
    );
    const [first] = rows;
    if (!first) return undefined;
    const rates = Object.fromEntries(rows.map(({ currency, rate }) => [currency, rate]));
    return { day: first.day, base: first.base, rates };
  }

  async isWanted(tx: Tx): Promise<boolean> {
    const rows = await tx.query('select 1 from exchange_rate where is_wanted limit 1');
    return rows.length > 0;
  }

  /** Replaces the rates by those of a later day; currencies that have none any more are not converted. */
  async save(tx: Tx, { day, base, rates }: DayRates): Promise<void> {
    const all = Object.entries({ ...rates, [base]: '1' }).toSorted(([a], [b]) => a.localeCompare(b));
    await tx.query(
      `insert into exchange_rate (currency, per_base, base, day)
       select currency, per_base, $3, $4 from unnest($1::text[], $2::numeric[]) as n(currency, per_base)
       on conflict (currency) do update set per_base = excluded.per_base, base = excluded.base, day = excluded.day
       where exchange_rate.day is null or exchange_rate.day <= excluded.day`,
      [all.map(([currency]) => currency), all.map(([, rate]) => rate), base, day],
    );
    await tx.query('update exchange_rate set per_base = null where day < $1 and per_base is not null', [day]);
  }
}

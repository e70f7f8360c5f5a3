import type { Tx } from '@souk/service';
import type { DayRate } from './ecb.ts';

/** Takes a file whose turn it is: one process reads it, and again only after `hours`. */
export async function claimRatesFile(tx: Tx, place: string, now: Date, hours: number): Promise<boolean> {
  const rows = await tx.query(
    `insert into exchange_rate_file (place, read_at) values ($1, $2)
     on conflict (place) do update set read_at = excluded.read_at
       where exchange_rate_file.read_at <= $2::timestamptz - make_interval(secs => $3)
     returning place`,
    [place, now, hours * 3_600],
  );
  return rows.length > 0;
}

/** A file that could not be read is tried again after the pause. */
export async function releaseRatesFile(tx: Tx, place: string, readAgainFrom: Date): Promise<void> {
  await tx.query('update exchange_rate_file set read_at = $2 where place = $1', [place, readAgainFrom]);
}

/** Stores rates; one that was corrected replaces the old one. @returns how many are new or other */
export async function storeRates(tx: Tx, rates: readonly DayRate[]): Promise<number> {
  const rows = await tx.query(
    `insert into exchange_rate (day, currency, rate)
     select * from unnest($1::date[], $2::text[], $3::numeric[])
     on conflict (day, currency) do update set rate = excluded.rate where exchange_rate.rate <> excluded.rate
     returning 1`,
    [rates.map(({ day }) => day), rates.map(({ currency }) => currency), rates.map(({ rate }) => rate)],
  );
  return rows.length;
}

/** The rates of the last day with any, not after `day` and at most `withinDays` before it. */
export async function ratesOf(
  tx: Tx,
  day: string,
  withinDays: number,
): Promise<{ day: string; rates: Record<string, string> } | undefined> {
  const rows = await tx.query<{ day: string; currency: string; rate: string }>(
    `select day::text, currency, rate::text from exchange_rate
     where day = (select max(day) from exchange_rate where day <= $1::date and day > $1::date - $2::int)`,
    [day, withinDays],
  );
  const first = rows[0];
  return (
    first && { day: first.day, rates: Object.fromEntries(rows.map(({ currency, rate }) => [currency, rate])) }
  );
}

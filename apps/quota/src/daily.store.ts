import type { Tx } from '@souk/service';
import { DAY_MS, SLOT_MS, type UseSlot } from './daily-use.ts';

const KEPT_MS = DAY_MS + SLOT_MS;
const SLOT = `date_bin(make_interval(secs => ${SLOT_MS / 1_000}), clock_timestamp(), to_timestamp(0))`;
/** Of slots that still count. */
const COUNTS = `slot > clock_timestamp() - make_interval(secs => ${KEPT_MS / 1_000})`;

/** Calls taken from a daily budget, and the slot they are counted in. */
export interface DailyTake {
  permits: number;
  slot: Date;
}

/**
 * Takes as many calls as there are left, at most `most`; nothing when not even `least` are. The upstream is locked
 * until the transaction ends, so that of two at once the second sees what the first took. Slots that count no more go.
 */
export async function takeDaily(
  tx: Tx,
  { upstream, budget, least, most }: { upstream: string; budget: number; least: number; most: number },
): Promise<DailyTake | undefined> {
  await tx.query('select 1 from upstream where upstream = $1 for no key update', [upstream]);
  const [row] = await tx.query<DailyTake>(
    `with room as (
       select least($4::int, $2::int - coalesce(sum(used), 0)::int) as permits
       from daily_slot where upstream = $1 and ${COUNTS}
     ), forgotten as (
       delete from daily_slot where upstream = $1 and not ${COUNTS}
     ), taken as (
       insert into daily_slot as d (upstream, slot, used)
       select $1::text, ${SLOT}, permits from room where permits >= $3::int
       on conflict (upstream, slot) do update set used = d.used + excluded.used
       returning slot
     )
     select slot, permits from taken, room`,
    [upstream, budget, least, most],
  );
  return row;
}

/** Gives back calls that were not made after all. */
export async function giveBackDaily(tx: Tx, upstream: string, { permits, slot }: DailyTake): Promise<void> {
  await tx.query('update daily_slot set used = used - $3 where upstream = $1 and slot = $2', [
    upstream,
    slot,
    permits,
  ]);
}

/** Adds calls that were made without asking a budget; slots that count no more go. */
export async function addUse(tx: Tx, calls: ReadonlyMap<string, number>): Promise<void> {
  await tx.query(
    `with forgotten as (
       delete from daily_slot where upstream = any ($1::text[]) and not ${COUNTS}
     )
     insert into daily_slot as d (upstream, slot, used)
     select u.upstream, ${SLOT}, c.calls
     from unnest($1::text[], $2::int[]) as c (name, calls) join upstream u on u.upstream = c.name
     order by 1
     on conflict (upstream, slot) do update set used = d.used + excluded.used`,
    [[...calls.keys()], [...calls.values()]],
  );
}

/** Slots of one upstream, or of all of them, that still count; older ones are gone for good. */
export async function useSlots(tx: Tx, upstream?: string): Promise<(UseSlot & { upstream: string })[]> {
  return tx.query(
    `select upstream, used, (extract(epoch from slot) * 1000)::bigint as "startMs" from daily_slot
     where ${COUNTS} and ($1::text is null or upstream = $1) order by slot`,
    [upstream ?? null],
  );
}

/** True for the first within a day who finds the budget used up. */
export async function tellExhausted(tx: Tx, upstream: string): Promise<boolean> {
  const rows = await tx.query(
    `update upstream set exhausted_told_at = now()
     where upstream = $1 and coalesce(exhausted_told_at < now() - interval '1 day', true) returning 1`,
    [upstream],
  );
  return rows.length === 1;
}

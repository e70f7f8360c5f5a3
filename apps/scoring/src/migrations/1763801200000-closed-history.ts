import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
// With no tenant set nothing is seen, what is shared included.
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/**
 * Old points move from rows into chunks of bytes. The service itself can still neither change nor delete a price: it
 * hands chunks to `close_history`, which takes them only for as many points with the same fingerprint as go.
 */
export class ClosedHistory1763801200000 implements MigrationInterface {
  name = 'ClosedHistory1763801200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CHUNKS, STORED_POINTS, OFFERS_TO_CLOSE, CLOSE_HISTORY, FORGET_HISTORY]) {
      await runner.query(sql);
    }
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

// A chunk's times and prices stay in its row, the rest moves out of large ones: whoever wants prices reads the rows.
const CHUNKS = `
create table price_chunk (
  account_id uuid not null,
  offer_id uuid not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  low_minor bigint not null,
  high_minor bigint not null,
  fingerprint bigint not null,
  points int not null check (points > 0),
  currency text not null,
  timeline bytea not null,
  detail bytea not null,
  primary key (offer_id, currency, first_at)
);
alter table price_chunk alter column timeline set storage main, alter column detail set storage external;
alter table price_chunk enable row level security;
alter table price_chunk force row level security;
create policy readable on price_chunk for select using (${OWN_OR_SHARED});
create policy inserted on price_chunk for insert with check (${OWN});
create policy deleted on price_chunk for delete using (${OWN});
revoke insert, update, delete on price_chunk from souk_scoring;

alter table offer add column closed_points bigint not null default 0;`;

/** How many points there are of each offer, wherever they are. */
const STORED_POINTS = `
create view stored_points with (security_invoker = true) as
select account_id, offer_id, 1 as points from price_point
union all
select account_id, offer_id, points from price_chunk;
grant select on stored_points to souk_scoring;`;

/**
 * Of the offers after an id those with so many open points, and the last one looked at whatever it has, to go on
 * from. It sees all accounts, and tells nothing but ids: the work itself is done as the tenants.
 */
const OFFERS_TO_CLOSE = `
create policy closed on offer for select to current_user using (true);
create function offers_to_close(after uuid, open_at_least int, looked_at int)
returns table (offer_id uuid, account_id uuid, open_points bigint)
language sql stable security definer set search_path from current as $$
  with slice as materialized (
    select o.offer_id, o.account_id, o.points - o.closed_points as open_points
    from offer o where o.offer_id > after order by o.offer_id limit looked_at
  )
  select * from slice where slice.open_points >= open_at_least
    or slice.offer_id = (select last.offer_id from slice as last order by last.offer_id desc limit 1)
  order by slice.offer_id
$$;
revoke execute on function offers_to_close(uuid, int, int) from public;
grant execute on function offers_to_close(uuid, int, int) to souk_scoring;`;

/** The same sum as fingerprint.ts, of one row of price_point. */
const FINGERPRINT = `
  ((date_part('epoch', p.observed_at) * 1000)::bigint % 100003) *
  (1 + p.price_minor % 100003 + 3 * (coalesce(p.list_price_minor + 1, 0) % 100003)
     + 7 * (p.provenance % 100003) + 11 * p.availability)`;

const CLOSE_HISTORY = `
create function close_history(
  offer_ids uuid[], closed_until timestamptz[],
  replaced_offers uuid[], replaced_currencies text[], replaced_firsts timestamptz[],
  chunk_offers uuid[], chunk_currencies text[], first_ats timestamptz[], last_ats timestamptz[],
  point_counts int[], lows bigint[], highs bigint[], fingerprints bigint[], timelines bytea[], details bytea[]
) returns bigint
language plpgsql security definer set search_path from current as $$
declare
  moved_points bigint; moved_sum numeric;
  replaced_points bigint; replaced_sum numeric;
  written_points bigint; written_sum numeric;
begin
  with moved as (
    delete from price_point p using unnest(offer_ids, closed_until) as part(offer_id, until)
    where p.offer_id = part.offer_id and p.observed_at <= part.until
    returning p.offer_id, ${FINGERPRINT} as fingerprint
  ), counted as (
    select offer_id, count(*) as points, sum(fingerprint) as fingerprint from moved group by offer_id
  ), noted as (
    update offer set closed_points = closed_points + counted.points
    from counted where offer.offer_id = counted.offer_id
  )
  select coalesce(sum(points), 0), coalesce(sum(fingerprint), 0) into moved_points, moved_sum from counted;

  with replaced as (
    delete from price_chunk c
    using unnest(replaced_offers, replaced_currencies, replaced_firsts) as part(offer_id, currency, first_at)
    where c.offer_id = part.offer_id and c.currency = part.currency and c.first_at = part.first_at
    returning c.points, c.fingerprint
  )
  select coalesce(sum(points), 0), coalesce(sum(fingerprint), 0) into replaced_points, replaced_sum from replaced;

  with written as (
    insert into price_chunk (offer_id, account_id, currency, first_at, last_at, points, low_minor, high_minor,
      fingerprint, timeline, detail)
    select chunk.offer_id, offer.account_id, chunk.currency, chunk.first_at, chunk.last_at, chunk.points, chunk.low,
      chunk.high, chunk.fingerprint, chunk.timeline, chunk.detail
    from unnest(chunk_offers, chunk_currencies, first_ats, last_ats, point_counts, lows, highs, fingerprints,
      timelines, details) as chunk(offer_id, currency, first_at, last_at, points, low, high, fingerprint, timeline,
      detail)
    join offer on offer.offer_id = chunk.offer_id
    returning price_chunk.points, price_chunk.fingerprint
  )
  select coalesce(sum(points), 0), coalesce(sum(fingerprint), 0) into written_points, written_sum from written;

  if written_points <> moved_points + replaced_points or written_sum <> moved_sum + replaced_sum then
    raise exception 'chunks of % points would replace % points, or other ones: nothing was closed',
      written_points, moved_points + replaced_points;
  end if;
  return moved_points;
end $$;
revoke execute on function close_history(uuid[], timestamptz[], uuid[], text[], timestamptz[], uuid[], text[],
  timestamptz[], timestamptz[], int[], bigint[], bigint[], bigint[], bytea[], bytea[]) from public;
grant execute on function close_history(uuid[], timestamptz[], uuid[], text[], timestamptz[], uuid[], text[],
  timestamptz[], timestamptz[], int[], bigint[], bigint[], bigint[], bytea[], bytea[]) to souk_scoring;`;

const FORGET_HISTORY = `
create or replace function forget_history(for_account uuid, of_source text, offers_at_most int) returns int
language plpgsql security definer set search_path from current as $$
declare
  ids uuid[];
begin
  select array_agg(offer_id) into ids from (
    select offer_id from offer where account_id = for_account and source = of_source
    order by offer_id limit offers_at_most for update
  ) as slice;
  if ids is null then return 0; end if;
  delete from price_point where account_id = for_account and offer_id = any (ids);
  delete from price_chunk where account_id = for_account and offer_id = any (ids);
  delete from offer where account_id = for_account and offer_id = any (ids);
  return cardinality(ids);
end $$;`;

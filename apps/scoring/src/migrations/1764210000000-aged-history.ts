import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;

/**
 * A source may let its history be kept for so many days. The service itself still cannot change or delete a price: it
 * can only have taken away what is older than an instant, of offers of one source, for the tenants of its transaction.
 */
export class AgedHistory1764210000000 implements MigrationInterface {
  name = 'AgedHistory1764210000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [LIFETIMES, OFFERS, FORGET_AGED_HISTORY]) await runner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** As the message tells them that was collected last; no days: for good. What is deleted does not wait for the next one. */
const LIFETIMES = `
create table history_lifetime (
  account_id uuid not null,
  source text not null,
  days int check (days > 0),
  told_at timestamptz not null,
  looked_through_at timestamptz,
  primary key (account_id, source)
);
alter table history_lifetime enable row level security;
alter table history_lifetime force row level security;
create policy private on history_lifetime using (${OWN}) with check (${OWN});`;

// Only the operator's sources have a policy: their offers are looked through source by source.
const OFFERS = `
alter table offer add column aged_points bigint not null default 0;
create index on offer (source, offer_id) where account_id = '${OPERATOR_ACCOUNT_ID}';`;

/**
 * The newest price of an offer stays, and so do chunks that reach beyond the instant. What was rolled up of these
 * offers is rolled up anew: as many points as before need not be the same ones.
 */
const FORGET_AGED_HISTORY = `
create function forget_aged_history(for_account uuid, of_source text, older_than timestamptz, ids uuid[])
returns bigint
language plpgsql security definer set search_path from current as $$
declare
  forgotten bigint;
begin
  with aged as materialized (
    select offer_id, least(older_than, last_observed_at) as kept_since from offer
    where account_id = for_account and source = of_source and offer_id = any (ids)
    order by offer_id for update
  ), open_gone as (
    delete from price_point p using aged
    where p.offer_id = aged.offer_id and p.account_id = for_account and p.observed_at < aged.kept_since
    returning p.offer_id
  ), closed_gone as (
    delete from price_chunk c using aged
    where c.offer_id = aged.offer_id and c.account_id = for_account and c.last_at < aged.kept_since
    returning c.offer_id, c.points
  ), gone as (
    select offer_id, sum(points) as points, sum(closed) as closed from (
      select offer_id, 1 as points, 0 as closed from open_gone
      union all select offer_id, points, points from closed_gone
    ) as one group by offer_id
  ), counted as (
    update offer set points = offer.points - gone.points, closed_points = offer.closed_points - gone.closed,
      aged_points = offer.aged_points + gone.points
    from gone where offer.offer_id = gone.offer_id
  ), rolled_up as (
    delete from market_offer m using gone where m.offer_id = gone.offer_id
  )
  select coalesce(sum(points), 0) into forgotten from gone;
  return forgotten;
end $$;
revoke execute on function forget_aged_history(uuid, text, timestamptz, uuid[]) from public;
grant execute on function forget_aged_history(uuid, text, timestamptz, uuid[]) to souk_scoring;`;

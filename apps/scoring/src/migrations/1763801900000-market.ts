import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/** Histories rolled up by week, so that a report over many products need not read their prices. */
export class Market1763801900000 implements MigrationInterface {
  name = 'Market1763801900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['market_offer', 'market_weeks', 'market_event']) {
      await runner.query(sharedReadable(table));
    }
    await runner.query(OFFERS_TO_ROLL_UP);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

// What is forgotten of an offer is forgotten here: the owner of the tables sees to it, whatever the tenants.
const TABLES = `
create table market_offer (
  offer_id uuid primary key references offer on delete cascade,
  account_id uuid not null,
  points bigint not null,
  rolled_up_at timestamptz not null
) with (fillfactor = 70);

create table market_weeks (
  account_id uuid not null,
  offer_id uuid not null references offer on delete cascade,
  block smallint not null,
  currency text not null,
  weeks bytea not null,
  primary key (offer_id, currency, block)
);
alter table market_weeks alter column weeks set storage main;

create table market_event (
  account_id uuid not null,
  offer_id uuid not null references offer on delete cascade,
  at timestamptz not null,
  price_minor bigint not null,
  reference_minor bigint not null,
  percent real not null,
  is_low boolean not null,
  currency text not null,
  primary key (offer_id, currency, is_low, at)
);
create index on market_event (currency, is_low, at);`;

const sharedReadable = (table: string): string => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy readable on ${table} for select using (${OWN_OR_SHARED});
create policy inserted on ${table} for insert with check (${OWN});
create policy updated on ${table} for update using (${OWN}) with check (${OWN});
create policy deleted on ${table} for delete using (${OWN});`;

/**
 * Of the offers after an id those with other points than were rolled up and not rolled up lately, and the last one
 * looked at whatever it has, to go on from. It sees all accounts, and tells nothing but ids: the work itself is done as the tenants.
 */
const OFFERS_TO_ROLL_UP = `
create policy rolled_up on market_offer for select to current_user using (true);
create function offers_to_roll_up(after uuid, rolled_up_before timestamptz, looked_at int)
returns table (offer_id uuid, account_id uuid, points bigint, is_due boolean)
language sql stable security definer set search_path from current as $$
  with slice as materialized (
    select o.offer_id, o.account_id, o.points,
      o.points is distinct from m.points and coalesce(m.rolled_up_at < rolled_up_before, true) as is_due
    from offer o left join market_offer m using (offer_id)
    where o.offer_id > after order by o.offer_id limit looked_at
  )
  select * from slice
  where slice.is_due or slice.offer_id = (select last.offer_id from slice as last order by last.offer_id desc limit 1)
  order by slice.offer_id
$$;
revoke execute on function offers_to_roll_up(uuid, timestamptz, int) from public;
grant execute on function offers_to_roll_up(uuid, timestamptz, int) to souk_scoring;`;

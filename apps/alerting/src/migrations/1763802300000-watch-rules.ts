import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Kinds of rows whose thresholds are money, as they were numbered then. */
const MONEY_KINDS = [1, 6, 7, 8, 10, 13, 14, 15, 17, 19];

/** Watches on many listings, trees of conditions, restraint, and what is kept to explain them. */
export class WatchRules1763802300000 implements MigrationInterface {
  name = 'WatchRules1763802300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WATCHES);
    await runner.query(MATCHING);
    await runner.query(FIND_MATCHES);
    await runner.query(MEMORY);
    await runner.query(
      ['alert_pace', 'disarmed_offer', 'watch_event'].map((table) => tenantsOnly(table)).join('\n'),
    );
    await runner.query(tenantsOnly('listing_note', `or account_id = '${OPERATOR_ACCOUNT_ID}'`));
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const WATCHES = `
alter table watch
  -- What it is on, for those that are on many listings; they have neither a source nor a product of their own.
  add column target jsonb,
  alter column source drop not null,
  alter column product drop not null,
  add column name text,
  add column tags text[] not null default '{}',
  add column cooldown_seconds int,
  add column hysteresis_percent double precision,
  add column daily_cap int,
  add column snoozed_until timestamptz,
  add column expires_at timestamptz;
create index watch_tags on watch using gin (tags);

alter table product
  -- Scopes that the listing is in, see watch_scope, and its values of what its variations differ in.
  add column scopes uuid[] not null default '{}',
  add column variant jsonb;
create index product_url on product (url);
create index product_scopes on product using gin (scopes);`;

const MATCHING = `
-- Sources, categories and sets of variations that somebody watches: a row of the match index may have one of these
-- ids, made from the name, instead of a listing's.
create table watch_scope (key uuid primary key);

-- Kinds of rows that there are at all: nobody asks for the others.
create table row_kind (kind smallint primary key);
insert into row_kind select generate_series(1, 5);

-- Units of each currency for one of the base, of one day. Limits are converted to wanted ones.
create table exchange_rate (
  currency text primary key,
  per_base numeric,
  base text,
  day date,
  is_wanted boolean not null default false
);

-- Watches by the words that a title must have, all of them hashed; lead is one of them.
create table watch_words (
  watch_id uuid primary key,
  account_id uuid not null,
  lead bigint not null,
  words bigint[] not null,
  source text
);
create index watch_words_lead on watch_words (lead);`;

/**
 * The watches that a batch of prices may have crossed a threshold of, for all tenants. While nobody watches a scope or
 * in a currency of their own, one join; else also by the scopes of the listing, and with ranges converted to every
 * wanted currency, a little wider than they are, because the rule of the watch decides anyway.
 */
const FIND_MATCHES = `
create function find_matches(places int[], products uuid[], owners uuid[], kinds smallint[], lows bigint[],
  highs bigint[], currencies text[], sources uuid[])
returns table (place int, watch_id uuid, account_id uuid)
language plpgsql stable as $body$
#variable_conflict use_column
begin
  if not exists (select from watch_scope) and not exists (select from exchange_rate where is_wanted) then
    return query
      select distinct p.place, i.watch_id, i.account_id
      from unnest(places, products, owners, kinds, lows, highs, currencies)
        as p(place, product, owner, kind, low, high, currency)
      join match_index i on i.product_id = p.product and i.kind = p.kind
        and i.threshold > p.low and i.threshold <= p.high
      where p.kind in (select kind from row_kind)
        and (i.currency is null or i.currency = p.currency)
        and (i.account_id = p.owner or p.owner = '${OPERATOR_ACCOUNT_ID}');
    return;
  end if;
  return query
    select distinct p.place, i.watch_id, i.account_id
    from unnest(places, products, owners, kinds, lows, highs, currencies, sources)
      as p(place, product, owner, kind, low, high, currency, source)
    cross join lateral (
      select p.product as key
      union all
      select s.key from watch_scope s
      where s.key = p.source
        or s.key = any (coalesce((select known.scopes from product known where known.product_id = p.product), '{}'))
    ) as k
    cross join lateral (
      select p.low, p.high, p.currency
      union all
      select greatest(p.low * (wanted.per_base / own.per_base) * 0.999999 - 1000000, -9e18)::bigint,
        least(p.high * (wanted.per_base / own.per_base) * 1.000001 + 1000000, 9e18)::bigint, wanted.currency
      from exchange_rate own
      join exchange_rate wanted on wanted.is_wanted and wanted.currency <> own.currency and wanted.per_base is not null
      where own.currency = p.currency and own.per_base is not null and p.kind in (${MONEY_KINDS.join(', ')})
    ) as range
    join match_index i on i.product_id = k.key and i.kind = p.kind
      and i.threshold > range.low and i.threshold <= range.high
    where p.kind in (select kind from row_kind)
      and (i.currency = range.currency or (i.currency is null and range.currency = p.currency))
      and (i.account_id = p.owner or p.owner = '${OPERATOR_ACCOUNT_ID}');
end
$body$;`;

const MEMORY = `
-- When a watch that restrains itself spoke last.
create table alert_pace (
  watch_id uuid primary key references watch on delete cascade,
  account_id uuid not null,
  -- Newest first, as many as its daily cap needs, at least one.
  raised_at timestamptz[] not null default '{}'
);

-- Offers of which a watch speaks again only once their price has come to a level.
create table disarmed_offer (
  watch_id uuid not null references watch on delete cascade,
  offer_id uuid not null,
  account_id uuid not null,
  product_id uuid not null,
  currency text not null,
  -- Millionths of the currency's unit.
  level bigint not null,
  rearms_above boolean not null,
  primary key (watch_id, offer_id)
);

-- Crossings that raised no alert, the newest ones of each watch.
create table watch_event (
  watch_id uuid not null references watch on delete cascade,
  account_id uuid not null,
  at timestamptz not null,
  kind text not null,
  product_id uuid not null,
  offer_id uuid not null,
  observed_at timestamptz not null,
  sentence text not null,
  trace_id text not null,
  primary key (watch_id, offer_id, observed_at)
);
create index watch_event_newest on watch_event (watch_id, at desc);

-- Why a listing, or all of a source, has no prices that anybody could be told of: the newest reason of each kind.
create table listing_note (
  -- The listing's id, or the id of the source's scope.
  subject_id uuid not null,
  kind text not null,
  account_id uuid not null,
  at timestamptz not null,
  sentence text not null,
  trace_id text,
  primary key (subject_id, kind)
);`;

/** Row-level security: rows of the transaction's tenants only, also for the table's owner. */
function tenantsOnly(table: string, orReadable = ''): string {
  const own = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
  return `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy tenants on ${table} using (${own}) with check (${own});
${orReadable && `create policy readable on ${table} for select using (${own} ${orReadable});`}`;
}

import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Tables1763600100000 implements MigrationInterface {
  name = 'Tables1763600100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WATCHES);
    await runner.query(ALERTS);
    await runner.query(CHANNELS);
    await runner.query(DELIVERIES);
    await runner.query(
      ['watch', 'alert', 'channel', 'delivery'].map((table) => tenantsOnly(table)).join('\n'),
    );
    await runner.query(tenantsOnly('product', `or account_id = '${OPERATOR_ACCOUNT_ID}'`));
    // An alert is a fact: it is written once.
    await runner.query('revoke update, delete on alert from souk_alerting');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const WATCHES = `
-- What alerts say of a listing; a copy of enrichment's news.
create table product (
  product_id uuid primary key,
  account_id uuid not null,
  source text not null,
  product text not null,
  title text,
  url text,
  image text,
  changed_at timestamptz not null
);

create table watch (
  id uuid primary key,
  account_id uuid not null,
  source text not null,
  product text not null,
  -- The listing it is bound to; null while nobody knows the product.
  product_id uuid,
  -- The listing was named by its id, and stays the one.
  pinned boolean not null,
  conditions jsonb not null,
  channels text[] not null,
  paused boolean not null default false,
  created_at timestamptz not null
);
create index watch_newest on watch (account_id, created_at desc, id desc);

-- Every condition of every watch that is not paused, for all tenants: who is interested in which crossing of
-- which listing. Without private content and without row-level security, so that one join serves a batch.
-- Thresholds: millionths of the currency's unit, basis points, hundredths of a score, or 0.
create table match_index (
  product_id uuid not null,
  kind smallint not null,
  threshold bigint not null,
  watch_id uuid not null,
  account_id uuid not null,
  currency text,
  primary key (product_id, kind, threshold, watch_id) include (account_id, currency)
);
create index match_index_watch on match_index (watch_id);`;

const ALERTS = `
create sequence alert_position;

create table alert (
  id uuid primary key,
  -- Grows in commit order: taken under a lock that is held until commit.
  position bigint not null,
  account_id uuid not null,
  watch_id uuid not null,
  product_id uuid not null,
  offer_id uuid not null,
  source text not null,
  product text not null,
  title text,
  url text,
  image text,
  seller text,
  condition text,
  price_minor bigint not null,
  previous_price_minor bigint,
  currency text not null,
  observed_at timestamptz not null,
  raised_at timestamptz not null,
  score double precision,
  reasons jsonb not null,
  trace_id text not null,
  unique (watch_id, offer_id, observed_at)
);
create unique index alert_position_of_account on alert (account_id, position);`;

const CHANNELS = `
create table channel (
  id uuid primary key,
  account_id uuid not null,
  type text not null check (type in ('inbox', 'webhook', 'telegram')),
  name text,
  state text not null check (state in ('ready', 'waiting-for-link', 'failing')),
  url text,
  -- Signing secret, AES-256-GCM.
  secret bytea,
  chat_id bigint,
  chat_title text,
  created_at timestamptz not null
);
create index channel_of_account on channel (account_id, created_at desc, id desc);

-- One-time codes by their SHA-256: a code comes from a chat, so its tenant is not known before the look-up.
create table telegram_link (
  channel_id uuid primary key,
  account_id uuid not null,
  code_sha256 bytea not null unique,
  expires_at timestamptz not null
);

-- A chat belongs to one channel, so that its pace is the channel's.
create table telegram_chat (
  chat_id bigint primary key,
  channel_id uuid not null unique,
  account_id uuid not null
);

-- Which process asks Telegram for updates, and the last one it handled.
create table telegram_poller (
  only_row boolean primary key default true check (only_row),
  holder uuid,
  held_until timestamptz not null,
  last_update_id bigint not null default -1
);
insert into telegram_poller (held_until) values ('epoch');`;

const DELIVERIES = `
create table delivery (
  id uuid primary key,
  alert_id uuid not null,
  account_id uuid not null,
  channel_id uuid not null,
  state text not null default 'waiting'
    check (state in ('waiting', 'sending', 'delivered', 'failed', 'cancelled')),
  -- Begun attempts; those of them that were told to wait; those of them whose outcome is unknown.
  attempts int not null default 0,
  throttled int not null default 0,
  unknown int not null default 0,
  reason text,
  traceparent text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index delivery_of_alert on delivery (alert_id);

-- What is left to do, for all tenants, without private content: a worker does not know whose turn it is before.
-- A claim moves due_at to the end of its lease, so that a crash offers the delivery again.
create table delivery_queue (
  delivery_id uuid primary key,
  lane text not null check (lane in ('webhook', 'telegram')),
  channel_id uuid not null,
  account_id uuid not null,
  due_at timestamptz not null
);
create index delivery_queue_turn on delivery_queue (lane, channel_id, due_at);
create index delivery_queue_due on delivery_queue (due_at);

-- When a channel, or the Telegram bot as a whole, may be used again.
create table pace (
  paced_id uuid primary key,
  free_at timestamptz not null
);
create index pace_free on pace (free_at);
-- The bot as a whole.
insert into pace (paced_id, free_at) values ('00000000-0000-0000-0000-000000000000', 'epoch');`;

/** Row-level security: rows of the transaction's tenants only, also for the table's owner. */
function tenantsOnly(table: string, orReadable = ''): string {
  // The sub-select makes the setting an InitPlan, read once and not for every row.
  const own = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
  return `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy tenants on ${table} using (${own}) with check (${own});
${orReadable && `create policy readable on ${table} for select using (${own} ${orReadable});`}`;
}

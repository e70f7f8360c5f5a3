import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How channels want to be spoken to; topics, carousels and answers of Telegram. */
export class Telegram1763802600000 implements MigrationInterface {
  name = 'Telegram1763802600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PREFERENCE);
    await runner.query(CHATS);
    await runner.query(['preference', 'telegram_carousel'].map((table) => tenantsOnly(table)).join('\n'));
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const PREFERENCE = `
-- Times of day are those of the time zone; quiet hours may go past midnight.
create table preference (
  channel_id uuid primary key,
  account_id uuid not null,
  language text not null default 'en',
  currency text,
  time_zone text not null default 'UTC',
  quiet_from time,
  quiet_to time,
  digest text not null default 'off' check (digest in ('off', 'daily', 'weekly')),
  digest_at time not null default '09:00',
  alerts_per_day int,
  minimum_score int,
  -- Insights that are switched off.
  muted_insights text[] not null default '{}',
  check ((quiet_from is null) = (quiet_to is null))
);`;

const CHATS = `
-- The topic of a group that messages go to.
alter table telegram_chat add column thread_id bigint;

-- Products that a message leafs through.
create table telegram_carousel (
  id uuid primary key,
  account_id uuid not null,
  product_ids uuid[] not null,
  created_at timestamptz not null
);
create index telegram_carousel_age on telegram_carousel (created_at);

-- Answers to what people wrote, and those that were given: an update that is worked on twice answers once. Without
-- row-level security: strangers get answers too.
create table telegram_answer (
  id uuid primary key,
  -- The update that it answers, and which of its answers it is.
  update_id bigint not null,
  place int not null,
  chat_id bigint not null,
  -- The chat's row among the paces.
  pace_id uuid not null,
  account_id uuid,
  -- Null once it is over.
  body jsonb,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed')),
  attempts int not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null
);
create index telegram_answer_open on telegram_answer (chat_id, created_at, update_id, place)
  where state in ('waiting', 'sending');
create index telegram_answer_due on telegram_answer (due_at) where state in ('waiting', 'sending');
create index telegram_answer_age on telegram_answer (created_at);
create index telegram_answer_update on telegram_answer (update_id);`;

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;

const tenantsOnly = (table: string): string => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy tenants on ${table} using (${OWN}) with check (${OWN});`;

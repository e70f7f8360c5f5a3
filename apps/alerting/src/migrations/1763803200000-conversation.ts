import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What chats were about last, and what people bought. */
export class Conversation1763803200000 implements MigrationInterface {
  name = 'Conversation1763803200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['conversation', 'purchase']) await runner.query(tenantsOnly(table));
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const TABLES = `
-- What was said last in a chat; forgotten a day later.
create table conversation (
  account_id uuid not null,
  chat text not null,
  memory jsonb not null,
  expires_at timestamptz not null,
  primary key (account_id, chat)
);

create table purchase (
  id uuid primary key,
  account_id uuid not null,
  product_id uuid not null,
  source text not null,
  product text not null,
  title text,
  alert_id uuid,
  person text,
  paid_minor bigint not null,
  currency text not null,
  usual_price_minor bigint,
  bought_at timestamptz not null,
  unique (account_id, alert_id)
);
create index purchase_newest on purchase (account_id, bought_at desc, id desc);`;

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
const tenantsOnly = (table: string): string => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy tenants on ${table} using (${OWN}) with check (${OWN});`;

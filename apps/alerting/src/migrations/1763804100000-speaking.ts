import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When channels are spoken to: what is held, kept back, told together, and told first. */
export class Speaking1763804100000 implements MigrationInterface {
  name = 'Speaking1763804100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DELIVERIES);
    await runner.query(LINKS);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const DELIVERIES = `
alter table delivery drop constraint delivery_state_check;
alter table delivery add constraint delivery_state_check
  check (state in ('waiting', 'sending', 'delivered', 'failed', 'cancelled', 'withheld', 'merged'));
-- What it tells of; null for those from before.
alter table delivery add column product_id uuid;
-- From 0; 1000 is a confirmed price error.
alter table delivery add column urgency smallint not null default 0;
-- It waited for the end of quiet hours: the price is looked at again before it is told.
alter table delivery add column held_until timestamptz;
-- Why it is not told in this channel, and what told it instead.
alter table delivery add column withheld_as text
  check (withheld_as in ('minimum-score', 'daily-limit', 'gone', 'told'));
alter table delivery add column merged_into uuid;
create index delivery_waiting on delivery (channel_id, product_id) where state = 'waiting';
create index delivery_merged on delivery (merged_into) where merged_into is not null;
create index delivery_told on delivery (channel_id, finished_at) where state = 'delivered';
create index delivery_withheld on delivery (channel_id, finished_at) where state = 'withheld';`;

const LINKS = `
-- Listings of the same item, as enrichment tells them; both ways. It says which listings are one item and nothing of
-- any account, and is read with products of the transaction's tenants only.
create table product_link (
  product_id uuid primary key,
  linked_ids uuid[] not null,
  linked_at timestamptz not null
);`;

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Prices that very many watches wait for: told in slices, and brought to channels beside what others wait for. */
export class Crowds1763804700000 implements MigrationInterface {
  name = 'Crowds1763804700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CROWDS);
    await runner.query(QUEUE);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const CROWDS = `
-- A price whose watches are told in slices, for all tenants; later prices of its listing wait behind it.
create table crowd (
  id bigint generated always as identity primary key,
  product_id uuid not null,
  -- The message with this price alone.
  payload text not null,
  created_at timestamptz not null,
  -- When its last slice was told: crowds take turns.
  touched_at timestamptz not null,
  is_gathered boolean not null default false,
  after_account_id uuid,
  after_watch_id uuid
);
create index crowd_of_product on crowd (product_id, id);

-- Its watches, as they were when its turn came.
create table crowd_watch (
  crowd_id bigint not null references crowd on delete cascade,
  account_id uuid not null,
  watch_id uuid not null,
  primary key (crowd_id, account_id, watch_id)
);`;

const QUEUE = `
-- Whether very many are told of the same price: these take turns with all others.
alter table delivery_queue add column is_crowd boolean not null default false;
create index delivery_queue_ring on delivery_queue (lane, is_crowd, channel_id, due_at);
create index delivery_queue_channel on delivery_queue (channel_id);
drop index delivery_queue_turn;`;

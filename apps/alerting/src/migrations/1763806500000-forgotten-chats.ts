import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose chats have something to forget, and when: what silent accounts said is found without knowing whose it is. */
export class ForgottenChats1763806500000 implements MigrationInterface {
  name = 'ForgottenChats1763806500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const TABLES = `
create index conversation_expired on conversation (account_id, expires_at);

-- One row for each account with a conversation, for all tenants, without private content.
create table conversation_turn (
  account_id uuid primary key,
  -- Nothing of it expires earlier.
  due_at timestamptz not null
);
create index conversation_turn_due on conversation_turn (due_at);

-- The owner sees all rows for this statement only.
alter table conversation no force row level security;
insert into conversation_turn (account_id, due_at)
select account_id, min(expires_at) from conversation group by account_id;
alter table conversation force row level security;`;

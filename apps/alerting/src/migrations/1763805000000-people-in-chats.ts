import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a chat remembers is remembered of each of its people. */
export class PeopleInChats1763805000000 implements MigrationInterface {
  name = 'PeopleInChats1763805000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PEOPLE);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const PEOPLE = `
-- Who spoke; '' is the chat itself: what alerts showed there.
alter table conversation add column person text not null default '';
alter table conversation drop constraint conversation_pkey;
alter table conversation add primary key (account_id, chat, person);

-- Tags that are none, from when any text was taken; the owner sees all rows for this statement only.
alter table preference no force row level security;
update preference set language = 'en' where language !~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$';
alter table preference force row level security;`;

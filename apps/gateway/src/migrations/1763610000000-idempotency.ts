import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Commands that carry an Idempotency-Key, and their answers. */
export class Idempotency1763610000000 implements MigrationInterface {
  name = 'Idempotency1763610000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(PURGE);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const TABLE = `
create table idempotency (
  account_id uuid not null,
  key_hash bytea not null,
  -- Method and path: the same key may name commands of different routes.
  route text not null,
  -- Who works on it; someone else may take over once locked_until has passed.
  owner uuid not null,
  state text not null check (state in ('running', 'done')),
  locked_until timestamptz not null,
  body_sha256 bytea,
  status int,
  -- Sealed with a key made from the caller's API key.
  response bytea,
  created_at timestamptz not null default clock_timestamp(),
  primary key (account_id, key_hash, route),
  check (state = 'running' or (body_sha256 is not null and status is not null and response is not null))
);
create index on idempotency (created_at);

alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy tenant on idempotency
  using (account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[]))
  with check (account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[]));
-- The owner, and so the function below, sees what is past its time, of every tenant, and nothing else.
create policy purge on idempotency to current_user using (created_at < clock_timestamp() - interval '24 hours');`;

const PURGE = `
create function purge_idempotency(batch int) returns int
language plpgsql security definer set search_path from current as $$
declare
  purged int;
begin
  delete from idempotency where ctid = any (array(
    select ctid from idempotency where created_at < clock_timestamp() - interval '24 hours'
    order by created_at limit batch for update skip locked
  ));
  get diagnostics purged = row_count;
  return purged;
end $$;`;

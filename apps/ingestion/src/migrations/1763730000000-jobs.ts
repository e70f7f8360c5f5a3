import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bulk look-ups: a job, its slices (each with a hold of credits of its own) and its lines. */
export class Jobs1763730000000 implements MigrationInterface {
  name = 'Jobs1763730000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(JOB);
    await runner.query(SLICE);
    await runner.query(ITEM);
    for (const table of ['job', 'job_slice', 'job_item']) await runner.query(tenant(table));
    await runner.query(DUE);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const tenant = (table: string): string => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy tenant on ${table}
  using (account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[]));
`;

const JOB = `
create table job (
  account_id uuid not null,
  id uuid not null,
  priority text not null,
  lines integer not null,
  items integer not null check (items > 0),
  is_running boolean not null default false,
  created_at timestamptz not null,
  cancelled_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz not null,
  primary key (account_id, id)
);
create index on job (account_id, created_at desc, id desc);
`;

/** \`closing\`: what is to be captured from the hold, decided once, so that asking again asks for the same. */
const SLICE = `
create table job_slice (
  account_id uuid not null,
  job_id uuid not null,
  number integer not null,
  items integer not null,
  found integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  captured integer not null default 0,
  written_off integer not null default 0,
  hold_id uuid not null,
  hold_until timestamptz,
  closing integer,
  settled_at timestamptz,
  primary key (account_id, job_id, number),
  foreign key (account_id, job_id) references job on delete cascade,
  check (found + failed + cancelled <= items),
  check (captured + written_off <= found)
);
`;

/** \`slice\` is null of a line that was rejected. A result is deleted at \`ends_at\`, as its source demands. */
const ITEM = `
create table job_item (
  account_id uuid not null,
  job_id uuid not null,
  line integer not null,
  slice integer,
  source text,
  product text not null,
  is_fnsku boolean not null default false,
  state text not null check (state in ('rejected', 'pending', 'found', 'failed', 'cancelled')),
  attempts integer not null default 0,
  next_try_at timestamptz,
  reason text,
  detail text,
  observations jsonb,
  attribution text,
  fetched_at timestamptz,
  ends_at timestamptz,
  primary key (account_id, job_id, line),
  foreign key (account_id, job_id) references job on delete cascade,
  check ((slice is null) = (state = 'rejected'))
);
create index on job_item (account_id, job_id, slice, line) where state = 'pending';
create index on job_item (account_id, job_id, ends_at) where ends_at is not null;
`;

/** What is to be done and when: looked for before the tenant is known, and nothing private. */
const DUE = `
create table job_due (
  account_id uuid not null,
  job_id uuid not null,
  slice integer not null,
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  claim_id uuid,
  claimed_until timestamptz,
  primary key (account_id, job_id, slice)
);
create index on job_due (due_at);
create table job_upkeep (
  account_id uuid not null,
  job_id uuid not null,
  due_at timestamptz not null,
  primary key (account_id, job_id)
);
create index on job_upkeep (due_at);
create table hold_release (
  account_id uuid not null,
  hold_id uuid not null,
  due_at timestamptz not null default now(),
  primary key (account_id, hold_id)
);
create index on hold_release (due_at);
`;

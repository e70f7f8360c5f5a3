import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, keys, the ledger with its holds, and what was used. */
export class Ledger1763700000000 implements MigrationInterface {
  name = 'Ledger1763700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ACCOUNTS);
    await runner.query(LEDGER);
    await runner.query(HOLDS);
    await runner.query(USAGE);
    await runner.query(RIGHTS);
    await runner.query(AUDIT);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const ACCOUNTS = `
create table account (
  account_id uuid primary key,
  name text not null,
  unmetered boolean not null,
  created_at timestamptz(3) not null
);
create index on account (created_at desc, account_id desc);

create table api_key (
  account_id uuid not null references account,
  id uuid not null,
  name text not null,
  prefix text not null,
  scopes text[] not null,
  -- Named in the settings; revoked at the first boot that does not name it any more.
  bootstrap boolean not null default false,
  created_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  primary key (account_id, id)
);
create index on api_key (account_id, created_at desc, id desc);

-- Asked for on every request before its tenant is known: no row-level security, and nothing to read but the hash.
create table key_hash (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  key_id uuid not null,
  account_id uuid not null,
  scopes text[] not null,
  unmetered boolean not null,
  revoked_at timestamptz(3),
  foreign key (account_id, key_id) references api_key
);
create unique index on key_hash (account_id, key_id);`;

/** Amounts are what flows into a book: \`receivable\` and \`issued\` are negative, the five books sum to zero. */
const LEDGER = `
create table balance (
  account_id uuid primary key references account,
  available bigint not null default 0 check (available >= 0),
  held bigint not null default 0 check (held >= 0),
  receivable bigint not null default 0 check (receivable <= 0),
  used bigint not null default 0 check (used >= 0)
) with (fillfactor = 50);

create table entry (
  account_id uuid not null references account,
  id bigint generated always as identity,
  transaction_id uuid not null,
  kind text not null check (kind in ('grant', 'reserve', 'capture', 'release', 'expire', 'charge')),
  book text not null check (book in ('available', 'held', 'receivable', 'used', 'issued')),
  amount bigint not null check (amount <> 0),
  reason text not null,
  created_at timestamptz(3) not null,
  primary key (account_id, id),
  unique (account_id, transaction_id, kind, book)
);

create function entry_balances() returns trigger
language plpgsql set search_path from current as $$
declare
  total bigint;
begin
  -- Entries out of sight (of another tenant) make no sum: that is a refusal, not a pass.
  select sum(amount) into total from entry
    where account_id = new.account_id and transaction_id = new.transaction_id;
  if total is distinct from 0 then
    raise exception 'the entries of transaction % sum to %, not to 0', new.transaction_id, total
      using errcode = 'check_violation';
  end if;
  return null;
end $$;

create constraint trigger entry_balances after insert on entry
  deferrable initially deferred for each row execute function entry_balances();`;

const HOLDS = `
create table hold (
  account_id uuid not null references account,
  id uuid not null,
  requested bigint not null,
  at_most boolean not null,
  amount bigint not null check (amount > 0),
  captured bigint not null default 0 check (captured between 0 and amount),
  final_capture bigint,
  funded_by text not null check (funded_by in ('available', 'receivable')),
  state text not null check (state in ('open', 'captured', 'released', 'expired')),
  reason text not null,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  closed_at timestamptz(3),
  primary key (account_id, id),
  check ((state = 'open') = (closed_at is null)),
  check (state <> 'open' or captured < amount)
) with (fillfactor = 70);

create function hold_ended() returns trigger language plpgsql as $$
begin
  raise exception 'hold % has ended as % and stays so', old.id, old.state using errcode = 'check_violation';
end $$;
create trigger hold_ends_once before update on hold
  for each row when (old.state <> 'open') execute function hold_ended();

-- Open holds of all accounts by their end, for the sweeper, which has no tenant: no row-level security.
create table hold_due (
  account_id uuid not null,
  hold_id uuid not null,
  expires_at timestamptz(3) not null,
  primary key (account_id, hold_id)
);
create index on hold_due (expires_at);`;

const USAGE = `
-- One row for each use that was told, so that it is charged once; what it paid with, and in which transaction.
create table usage (
  account_id uuid not null references account,
  id uuid not null,
  key_id uuid,
  operation text not null,
  count bigint not null,
  credits bigint not null,
  hold_id uuid,
  captured bigint not null,
  charged bigint not null,
  owed bigint not null,
  transaction_id uuid,
  subjects text[] not null,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3) not null,
  primary key (account_id, id),
  check (captured + charged + owed = credits)
);

create table usage_daily (
  account_id uuid not null references account,
  day date not null,
  operation text not null,
  count bigint not null,
  credits bigint not null,
  primary key (account_id, day, operation)
) with (fillfactor = 50);`;

/** Every tenant's table is closed; the operator reads the list of accounts. What is written down stays. */
const RIGHTS = `
do $$
declare
  name text;
begin
  foreach name in array array['account', 'api_key', 'balance', 'entry', 'hold', 'usage', 'usage_daily'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant on %I
      using (account_id = any ((select nullif(current_setting(''souk.tenants'', true), ''''))::uuid[]))', name);
  end loop;
end $$;
create policy operator on account for select using (
  '00000000-0000-7000-8000-000000000001'
    = any ((select nullif(current_setting('souk.tenants', true), ''))::uuid[]));
revoke update, delete on entry, usage from souk_billing;
revoke delete on account, api_key, key_hash, balance, hold, usage_daily from souk_billing;`;

/** What is wrong with the ledger: no row when all is well. Filter by account_id to audit one account cheaply. */
const AUDIT = `
create view ledger_audit with (security_invoker = true) as
select b.account_id, 'balance' as wrong,
  format('balance says %s, %s, %s, %s, entries %s, %s, %s, %s', b.available, b.held, b.receivable, b.used,
    e.available, e.held, e.receivable, e.used) as detail
from balance b
cross join lateral (
  select coalesce(sum(amount) filter (where book = 'available'), 0) as available,
    coalesce(sum(amount) filter (where book = 'held'), 0) as held,
    coalesce(sum(amount) filter (where book = 'receivable'), 0) as receivable,
    coalesce(sum(amount) filter (where book = 'used'), 0) as used,
    coalesce(sum(amount), 0) as total
  from entry where entry.account_id = b.account_id
) e
where (b.available, b.held, b.receivable, b.used) <> (e.available, e.held, e.receivable, e.used) or e.total <> 0
union all
select b.account_id, 'held', format('balance says %s, open holds %s', b.held, h.left_in_holds)
from balance b
cross join lateral (
  select coalesce(sum(amount - captured), 0) as left_in_holds
  from hold where hold.account_id = b.account_id and state = 'open'
) h
where b.held <> h.left_in_holds
union all
select b.account_id, 'used', format('balance says %s, uses and closing captures %s', b.used, u.used)
from balance b
cross join lateral (
  select (select coalesce(sum(credits), 0) from usage where usage.account_id = b.account_id)
    + (select coalesce(sum(final_capture), 0) from hold where hold.account_id = b.account_id) as used
) u
where b.used <> u.used;`;

import type { Migration } from '@souk/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { KeptPayloads1764200000000 } from './kept-payloads.ts';
import { OutboxCompression1764000000000 } from './outbox-compression.ts';
import { OutboxRetention1764100000000 } from './outbox-retention.ts';

/** Hours that one partition of the outbox and the inbox spans. */
const SPAN = '6 hours';

/**
 * The bus's tables and functions, created in the schema of every service. The functions that need an owner's
 * rights (to create and drop partitions) are security definers; everything else runs with the service's own.
 */
export class Bus1763600000000 implements MigrationInterface {
  name = 'Bus1763600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(PARTITIONS);
    await runner.query(APPEND);
    await runner.query(RECEIVE);
    await runner.query(HEARTBEAT);
    await runner.query(`select bus_maintain(interval '72 hours', 0)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const TABLES = `
create table bus_outbox (
  part smallint not null,
  position bigint not null,
  id uuid not null,
  subject text not null,
  payload text not null,
  created_at timestamptz not null default clock_timestamp()
) partition by range (created_at);
create index on bus_outbox (part, position);
create table bus_outbox_default partition of bus_outbox default;
create sequence bus_outbox_position;

-- How far each partition of the outbox was published.
create table bus_cursor (
  part smallint primary key,
  position bigint not null default 0,
  -- Grows when everything is to be published again; whoever knows an older number may not move the cursor.
  resets int not null default 0
);

-- What this service knows of its own stream; a stream that went backwards lost messages.
create table bus_stream (
  stream text primary key,
  created_at text not null,
  last_sequence bigint not null
);

create table bus_inbox (
  consumer text not null,
  message_id uuid not null,
  message_time timestamptz not null,
  primary key (consumer, message_id, message_time)
) partition by range (message_time);
create table bus_inbox_default partition of bus_inbox default;

create table bus_replica (
  replica_id uuid primary key,
  instance text not null,
  seen_at timestamptz not null
);

-- Which replica reads which partition of a consumer. The epoch fences: it grows with every change of hands.
create table bus_lease (
  consumer text not null,
  part smallint not null,
  replica_id uuid,
  epoch bigint not null default 0,
  primary key (consumer, part)
);

-- Messages that failed alone, and those behind them that concern the same things.
create table bus_parked (
  position bigint generated always as identity primary key,
  consumer text not null,
  part smallint not null,
  message_id uuid not null,
  keys text[] not null,
  payload text not null,
  attempts int not null,
  next_attempt_at timestamptz not null,
  last_error text,
  parked_at timestamptz not null default clock_timestamp(),
  unique (consumer, message_id)
);

create table bus_dead_letter (
  consumer text not null,
  message_id uuid not null,
  part smallint not null,
  event_type text not null,
  account_id uuid,
  reason text not null,
  attempts int not null,
  trace_id text,
  payload text not null,
  keys text[] not null,
  failed_at timestamptz not null default clock_timestamp(),
  replayed_at timestamptz,
  primary key (consumer, message_id)
);
create index on bus_dead_letter (failed_at desc, message_id);`;

/**
 * Creates the partitions of the next day and drops those past their time. An outbox partition goes early when the
 * outbox takes more than the budget, oldest first, but never one that holds unpublished events.
 */
const PARTITIONS = `
create function bus_maintain(retention interval, outbox_budget_bytes bigint) returns int
language plpgsql security definer set search_path from current as $$
declare
  span constant interval := interval '${SPAN}';
  start timestamptz;
  name text;
  dropped int := 0;
  partition record;
  remaining bigint;
begin
  perform pg_advisory_xact_lock(hashtext(current_schema()), -1);
  for slot in 0..4 loop
    start := date_bin(span, clock_timestamp(), timestamptz '2020-01-01 00:00:00+00') + slot * span;
    foreach name in array array['bus_outbox', 'bus_inbox'] loop
      begin
        execute format('create table if not exists %I partition of %I for values from (%L) to (%L)',
          name || '_' || to_char(start at time zone 'utc', 'YYYYMMDDHH24'), name, start, start + span);
      exception when check_violation then
        null; -- rows for this span already wait in the default partition
      end;
    end loop;
  end loop;
  select coalesce(sum(pg_total_relation_size(inhrelid)), 0) into remaining from pg_inherits
    where inhparent = 'bus_outbox'::regclass;
  for partition in
    select parent, child, upper from (
      select p.relname as parent, c.relname as child,
        (regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$TO \\('([^']+)'\\)$re$))[1]::timestamptz as upper
      from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
      where i.inhparent in ('bus_outbox'::regclass, 'bus_inbox'::regclass)
    ) bounds where upper is not null order by upper
  loop
    if partition.upper < clock_timestamp() - retention
      or (partition.parent = 'bus_outbox' and outbox_budget_bytes > 0 and remaining > outbox_budget_bytes
          and partition.upper < clock_timestamp())
    then
      if partition.parent = 'bus_outbox' and bus_has_unpublished(partition.child) then
        continue;
      end if;
      if partition.parent = 'bus_outbox' then
        remaining := remaining - pg_total_relation_size(partition.child::regclass);
      end if;
      execute format('drop table %I', partition.child);
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end $$;

create function bus_has_unpublished(child text) returns boolean
language plpgsql set search_path from current as $$
declare
  found_one boolean;
begin
  execute format('select exists (select 1 from %I o left join bus_cursor c using (part)
    where o.position > coalesce(c.position, 0))', child) into found_one;
  return found_one;
end $$;`;

/**
 * Writes events into the outbox, last thing before commit. The lock of a partition is held until commit, so that
 * positions of one partition become visible in their order: a reader that asks for what is beyond its cursor
 * skips nothing. Unlike a snapshot's xmin, which spans the whole cluster, it ties no other service.
 * Payloads come in one text, parted by the record separator (U+001E), which JSON holds only as an escape: quoting
 * them as array elements cost more than all else on the way to the outbox.
 */
const APPEND = `
create function bus_append(parts int[], ids uuid[], subjects text[], payloads text) returns void
language plpgsql set search_path from current as $$
declare
  wanted int;
begin
  for wanted in select distinct p from unnest(parts) as p order by p loop
    perform pg_advisory_xact_lock(hashtext(current_schema()), wanted);
  end loop;
  insert into bus_outbox (part, position, id, subject, payload)
  select part, nextval('bus_outbox_position'), id, subject, payload
  from (
    select * from unnest(parts, ids, subjects, string_to_array(payloads, chr(30)))
      with ordinality as o(part, id, subject, payload, place)
    order by place
  ) as ordered;
end $$;`;

/**
 * Begins the handling of a batch: makes sure that this replica still holds the partitions (and keeps them until
 * commit), records the messages in the inbox, and answers which are new and which keys are parked.
 */
const RECEIVE = `
create function bus_receive(
  for_consumer text, replica uuid, parts int[], epochs bigint[], ids uuid[], times timestamptz[],
  out fresh uuid[], out parked_keys text[]
) language plpgsql set search_path from current as $$
declare
  held int;
begin
  select count(*) into held from (
    select 1 from bus_lease l join unnest(parts, epochs) as mine(part, epoch)
      on l.part = mine.part and l.epoch = mine.epoch
    where l.consumer = for_consumer and l.replica_id = replica
    for share of l
  ) as leases;
  if held <> cardinality(parts) then
    raise exception 'another replica reads these partitions now' using errcode = 'SKF01';
  end if;
  with inserted as (
    insert into bus_inbox (consumer, message_id, message_time)
    select for_consumer, m.id, m.at from unnest(ids, times) as m(id, at)
    on conflict do nothing returning message_id
  )
  select coalesce(array_agg(message_id), '{}') into fresh from inserted;
  select coalesce(array_agg(distinct key), '{}') into parked_keys
  from (select unnest(keys) as key from bus_parked where consumer = for_consumer) as k;
end $$;`;

/**
 * Says that a replica lives, takes over what nobody holds up to a fair share, and answers what it holds.
 * A replica restarted under the same instance name replaces its predecessor at once.
 */
const HEARTBEAT = `
create function bus_heartbeat(replica uuid, instance_name text, consumers text[], partitions int, patience interval)
returns table (consumer text, part int, epoch bigint, fair_share int)
language plpgsql set search_path from current as $$
#variable_conflict use_column
declare
  share int;
  wanted text;
  mine int;
begin
  perform pg_advisory_xact_lock(hashtext(current_schema()), -2);
  delete from bus_replica where (instance = instance_name and replica_id <> replica)
    or seen_at < clock_timestamp() - patience;
  insert into bus_replica (replica_id, instance, seen_at) values (replica, instance_name, clock_timestamp())
    on conflict (replica_id) do update set seen_at = excluded.seen_at;
  select ceil(partitions::numeric / count(*)) into share from bus_replica;
  insert into bus_lease (consumer, part)
    select c, p from unnest(consumers) as c, generate_series(0, partitions - 1) as p on conflict do nothing;
  foreach wanted in array consumers loop
    select count(*) into mine from bus_lease l where l.consumer = wanted and l.replica_id = replica;
    if mine < share then
      update bus_lease l set replica_id = replica, epoch = l.epoch + 1
      from (
        select f.part from bus_lease f
        where f.consumer = wanted and f.part < partitions
          and (f.replica_id is null or not exists (select 1 from bus_replica r where r.replica_id = f.replica_id))
        order by f.part limit share - mine for update skip locked
      ) as free
      where l.consumer = wanted and l.part = free.part;
    end if;
  end loop;
  return query select l.consumer, l.part::int, l.epoch, share from bus_lease l
    where l.replica_id = replica and l.consumer = any (consumers);
end $$;`;

/** First migrations of every service. */
export const busMigrations: readonly Migration[] = [
  Bus1763600000000,
  OutboxCompression1764000000000,
  OutboxRetention1764100000000,
  KeptPayloads1764200000000,
];

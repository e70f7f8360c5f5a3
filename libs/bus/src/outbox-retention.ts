import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hours that one partition of the outbox and the inbox spans: rows outlive their retention by as much at most. */
export const OUTBOX_SPAN_HOURS = 6;

/**
 * The outbox, which holds prices, may be kept for a shorter time than the inbox, which holds ids alone: an inbox
 * must remember for as long as the broker delivers, but some sources let nobody keep their prices that long.
 */
export class OutboxRetention1764100000000 implements MigrationInterface {
  name = 'OutboxRetention1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MAINTAIN);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** As before, but for the two retentions. Services of the version before still call the one with one of them. */
const MAINTAIN = `
create function bus_maintain(outbox_retention interval, inbox_retention interval, outbox_budget_bytes bigint) returns int
language plpgsql security definer set search_path from current as $$
declare
  span constant interval := interval '${OUTBOX_SPAN_HOURS} hours';
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
    if partition.upper < clock_timestamp() -
      (case when partition.parent = 'bus_outbox' then outbox_retention else inbox_retention end)
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
end $$;`;

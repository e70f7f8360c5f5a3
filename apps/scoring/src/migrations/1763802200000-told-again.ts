import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Prices that wait remember who told them again; and they are forgotten with the history of a source that may have none.
 * @see 1763801200000-closed-history.ts for what `forget_history` was
 */
export class ToldAgain1763802200000 implements MigrationInterface {
  name = 'ToldAgain1763802200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table held_price add column retold jsonb not null default '[]';

create or replace function forget_history(for_account uuid, of_source text, offers_at_most int) returns int
language plpgsql security definer set search_path from current as $$
declare
  ids uuid[];
begin
  delete from held_price where account_id = for_account and message ->> 'source' = of_source;
  select array_agg(offer_id) into ids from (
    select offer_id from offer where account_id = for_account and source = of_source
    order by offer_id limit offers_at_most for update
  ) as slice;
  if ids is null then return 0; end if;
  delete from price_point where account_id = for_account and offer_id = any (ids);
  delete from price_chunk where account_id = for_account and offer_id = any (ids);
  delete from offer where account_id = for_account and offer_id = any (ids);
  return cardinality(ids);
end $$;`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

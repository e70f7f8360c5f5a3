import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A source may forbid later what it allowed before. The service itself still cannot change or delete a price: it can
 * only have the history of a whole source forgotten, for the tenants of its transaction.
 */
export class ForgetHistory1763740300000 implements MigrationInterface {
  name = 'ForgetHistory1763740300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create function forget_history(for_account uuid, of_source text, offers_at_most int) returns int
language plpgsql security definer set search_path from current as $$
declare
  ids uuid[];
begin
  select array_agg(offer_id) into ids from (
    select offer_id from offer where account_id = for_account and source = of_source
    order by offer_id limit offers_at_most for update
  ) as slice;
  if ids is null then return 0; end if;
  delete from price_point where account_id = for_account and offer_id = any (ids);
  delete from offer where account_id = for_account and offer_id = any (ids);
  return cardinality(ids);
end $$;
revoke execute on function forget_history(uuid, text, int) from public;
grant execute on function forget_history(uuid, text, int) to souk_scoring;`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

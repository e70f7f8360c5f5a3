import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Search by some of the words of a title, best first. */
export class RankedTitles1763803300000 implements MigrationInterface {
  name = 'RankedTitles1763803300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RANK);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/**
 * Applies the tenants itself, as `search_titles` does. Of very common words only some thousand titles are weighed: a
 * rank has no index, and nobody reads on for so long.
 */
const RANK = `
create function rank_titles(owner uuid, words text, row_limit int)
returns setof uuid language sql stable security definer set search_path from current as $$
  with wanted as (
    select string_agg('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''', ' | ')::tsquery as query
    from unnest(tsvector_to_array(to_tsvector('simple', words))) as lexeme
  ),
  having_some as (
    select p.product_id, p.title, p.created_at from product p
    where p.account_id = owner
      and (owner = '${OPERATOR_ACCOUNT_ID}'
        or owner = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[]))
      and to_tsvector('simple', p.title) @@ (select query from wanted)
    limit 5000
  )
  select product_id from having_some
  order by ts_rank(to_tsvector('simple', title), (select query from wanted)) desc, created_at desc, product_id
  limit row_limit
$$;`;

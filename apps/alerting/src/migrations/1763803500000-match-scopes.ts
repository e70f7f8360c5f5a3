import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Scopes and currencies are found once for each price, not for each thing that it asks. */
export class MatchScopes1763803500000 implements MigrationInterface {
  name = 'MatchScopes1763803500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FIND_MATCHES);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** Kinds of rows whose thresholds are money, as they were numbered then. */
const MONEY_KINDS = [1, 6, 7, 8, 10, 13, 14, 15, 17, 19].join(', ');

/**
 * The watches that a batch of prices may have crossed a threshold of, for all tenants. While nobody watches a scope or
 * in a currency of their own, one join; else also by the scopes of the listing, and with ranges converted to every
 * wanted currency, a little wider than they are, because the rule of the watch decides anyway. The index is looked up
 * for each of them: it is never read as a whole, whatever the planner makes of so few rows.
 */
const FIND_MATCHES = `
create or replace function find_matches(places int[], products uuid[], owners uuid[], kinds smallint[], lows bigint[],
  highs bigint[], currencies text[], sources uuid[])
returns table (place int, watch_id uuid, account_id uuid)
language plpgsql stable
set enable_hashjoin = off
set enable_mergejoin = off
as $body$
#variable_conflict use_column
begin
  if not exists (select from watch_scope) and not exists (select from exchange_rate where is_wanted) then
    return query
      select distinct p.place, i.watch_id, i.account_id
      from unnest(places, products, owners, kinds, lows, highs, currencies)
        as p(place, product, owner, kind, low, high, currency)
      join match_index i on i.product_id = p.product and i.kind = p.kind
        and i.threshold > p.low and i.threshold <= p.high
      where p.kind = any ((select array_agg(kind) from row_kind)::smallint[])
        and (i.currency is null or i.currency = p.currency)
        and (i.account_id = p.owner or p.owner = '${OPERATOR_ACCOUNT_ID}');
    return;
  end if;
  return query
    with p as materialized (
      select * from unnest(places, products, owners, kinds, lows, highs, currencies, sources)
        as p(place, product, owner, kind, low, high, currency, source)
      where p.kind = any ((select array_agg(kind) from row_kind)::smallint[])
    ), priced as materialized (
      select distinct p.place, p.product, p.source from p
    ), keys as materialized (
      select place, product as key from priced
      union
      select priced.place, s.key from priced
      left join product known on known.product_id = priced.product
      cross join lateral unnest(array_append(known.scopes, priced.source)) as scope(key)
      join watch_scope s on s.key = scope.key
    ), ranges as materialized (
      select p.place, p.owner, p.kind, p.low, p.high, p.currency, true as is_own from p
      union all
      select p.place, p.owner, p.kind,
        greatest(p.low * factor.value * 0.999999 - 1000000, -9e18)::bigint,
        least(p.high * factor.value * 1.000001 + 1000000, 9e18)::bigint, wanted.currency, false
      from p
      join exchange_rate own on own.currency = p.currency and own.per_base is not null
      join exchange_rate wanted on wanted.is_wanted and wanted.currency <> own.currency and wanted.per_base is not null
      cross join lateral (select (wanted.per_base / own.per_base)::double precision as value) as factor
      where p.kind in (${MONEY_KINDS})
    )
    select distinct r.place, i.watch_id, i.account_id
    from ranges r
    join keys k on k.place = r.place
    join match_index i on i.product_id = k.key and i.kind = r.kind
      and i.threshold > r.low and i.threshold <= r.high
    where (i.currency = r.currency or (i.currency is null and r.is_own))
      and (i.account_id = r.owner or r.owner = '${OPERATOR_ACCOUNT_ID}');
end
$body$;`;

import type { MeasuredProduct } from './product.ts';

/** A price a day, for nearly three years. */
export const POINTS_PER_OFFER = 1_000;
export const FILLED_UNTIL = Date.UTC(2026, 0, 1);
const OFFERS_AT_ONCE = 200;
const CATEGORIES = 20;

/**
 * Offers with daily prices in scoring's own tables: a price that rises by a few percent a year, sales of ten days at
 * times of their own, a list price for every third, each in one of twenty categories.
 */
export async function fillMarket(
  sql: MeasuredProduct['sql'],
  accountId: string,
  offers: number,
): Promise<void> {
  const until = new Date(FILLED_UNTIL).toISOString();
  for (let from = 0; from < offers; from += OFFERS_AT_ONCE) {
    await sql(FILL, [accountId, from, Math.min(offers, from + OFFERS_AT_ONCE) - 1, until]);
  }
  await sql('analyze scoring.price_point');
  // Before it has an offer nobody rolls up its prices.
  await sql(OFFERS, [accountId, offers, until]);
  await sql('analyze scoring.offer, scoring.product_facts');
}

const ID = `('0198b000-0000-7000-8000-' || lpad(to_hex(product), 12, '0'))::uuid`;
const FILL = `
with point as materialized (
  select ${ID} as offer_id, product, day,
    $4::timestamptz - (${POINTS_PER_OFFER} - day) * interval '24 hours' as observed_at,
    ((1000 + product * 7919 % 90000) * (1 + day * 0.0001)
      * case when (day + product * 37) % (60 + product % 90) < 10 then 0.6 + product % 30 / 100.0 else 1 end)::bigint
      as price_minor
  from generate_series($2::int, $3::int) as product, generate_series(0, ${POINTS_PER_OFFER - 1}) as day
)
insert into scoring.price_point (account_id, offer_id, observed_at, price_minor, provenance, list_price_minor,
  availability, currency)
select $1::uuid, offer_id, observed_at, price_minor, 1, case when product % 3 = 0 then 1500 + product * 7919 % 90000 end, 1, 'EUR'
from point`;

const OFFERS = `
with facts as (
  insert into scoring.product_facts (product_id, account_id, changed_at, source, product, title, brand, brand_key,
    category, category_keys)
  select ${ID}, $1, now(), 'market', product, 'Product ' || product, 'Brand', 'brand',
    array['All', 'Category ' || product % ${CATEGORIES}], array['all', 'category ' || product % ${CATEGORIES}]
  from generate_series(0, $2::int - 1) as product
)
insert into scoring.offer (offer_id, account_id, product_id, points, last_observed_at, last_price_minor,
  last_availability, last_currency, source, product)
select ${ID}, $1, ${ID}, ${POINTS_PER_OFFER}, $3::timestamptz - interval '24 hours', 1000, 1, 'EUR', 'market', product
from generate_series(0, $2::int - 1) as product`;

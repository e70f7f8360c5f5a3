/** What plain SQL has to say to tell the same from rows. */

export const PLAIN_HISTORY = `
select observed_at, price_minor, list_price_minor, availability, currency, provenance
from plain.price_point where offer_id = $1 order by observed_at`;

/** Lowest and last price, and the tenth percentile of all observations. */
export const PLAIN_LOWS = `
select offer_id, min(price_minor) as low, percentile_disc(0.1) within group (order by price_minor) as p10,
  (array_agg(price_minor order by observed_at desc))[1] as last
from plain.price_point where offer_id = any ($1::uuid[]) group by offer_id`;

/**
 * The statistics of an answer: for each window up to the newest observation the number of observations, lowest and
 * highest price, and quantiles weighted by how long each price was in force.
 */
export const PLAIN_STATISTICS = `
with point as (
  select offer_id, observed_at, price_minor, max(observed_at) over (partition by offer_id) as newest_at,
    lead(observed_at) over (partition by offer_id order by observed_at) as next_at
  from plain.price_point where offer_id = any ($1::uuid[])
), in_window as (
  select offer_id, name, price_minor, observed_at >= newest_at - length as is_observed_in,
    extract(epoch from coalesce(next_at, newest_at) - greatest(observed_at, newest_at - length)) * 1000 as weight
  from point cross join (values
    ('30d', interval '720 hours'), ('90d', interval '2160 hours'), ('365d', interval '8760 hours'),
    ('all', interval '876000 hours')
  ) as part(name, length)
  where next_at is null or next_at > newest_at - length
), summed as (
  select *, sum(weight) over (partition by offer_id, name) as total,
    sum(weight) over (partition by offer_id, name order by price_minor) as up_to
  from in_window
)
select offer_id, name, count(*) filter (where is_observed_in)::int as observations, min(price_minor)::float8 as low,
  max(price_minor)::float8 as high,
  min(price_minor) filter (where weight > 0 and up_to * 100 >= total * 10)::float8 as p10,
  min(price_minor) filter (where weight > 0 and up_to * 100 >= total * 25)::float8 as p25,
  min(price_minor) filter (where weight > 0 and up_to * 100 >= total * 50)::float8 as median,
  min(price_minor) filter (where weight > 0 and up_to * 100 >= total * 75)::float8 as p75,
  min(price_minor) filter (where weight > 0 and up_to * 100 >= total * 90)::float8 as p90
from summed group by offer_id, name`;

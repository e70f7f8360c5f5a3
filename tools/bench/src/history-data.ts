import { newId } from '@souk/contracts';
import type { MeasuredProduct } from './product.ts';
import { until } from './until.ts';

type Sql = MeasuredProduct['sql'];

/** Observations of a product at first, one every six hours; all but the newest few of them get closed. */
const OLD_ROUNDS = 440;
/** Each product has another number of later observations below this, as in operation: too few to be closed. */
const LATER_ROUNDS = 55;
const POINTS_PER_PRODUCT = OLD_ROUNDS + Math.floor(LATER_ROUNDS / 2);
const ROUND_MS = 6 * 3_600_000;
/** After so many rounds offers are told of their new points, and may be closed. */
const ROUNDS_AT_ONCE = 110;
/** Products of one fetch share its time and number. */
const PRODUCTS_PER_FETCH = 20;
/** More open points than this are closed (the service's own default), and so many stay open at least. */
const OPEN_POINTS = 64;
const OPEN_KEPT = 8;
const CLOSED_WITHIN_MS = 30 * 60_000;

export interface HistoryData {
  accountId: string;
  products: number;
  points: number;
  closedPoints: number;
  /** Product by place, from 0. */
  offerIdOf(place: number): string;
}

/**
 * The same points in `plain.price_point`, of scoring's own layout, and in scoring itself, which closes them. They
 * come round by round, as prices do: fetched in messages of 20 at uneven moments, a price holding for some rounds,
 * some with a list price, sometimes sold out.
 */
export async function fillBoth(sql: Sql, wantedPoints: number): Promise<HistoryData> {
  const accountId = newId();
  const products = Math.ceil(wantedPoints / POINTS_PER_PRODUCT / PRODUCTS_PER_FETCH) * PRODUCTS_PER_FETCH;
  await sql('create schema plain');
  await sql('create table plain.price_point (like scoring.price_point including all)');
  await sql(OFFERS, [accountId, products, timeOf(0)]);
  for (let round = 0; round < OLD_ROUNDS; round += 1) {
    await sql(ROUND, [accountId, products, round, timeOf(round), 0]);
    if ((round + 1) % ROUNDS_AT_ONCE > 0) continue;
    await sql(TOLD, [accountId, timeOf(round + 1), ROUNDS_AT_ONCE]);
    await untilClosed(sql, products);
    // In operation closings of an offer are weeks apart, and the server finds the time for it between them.
    await sql('vacuum scoring.price_chunk');
  }
  for (let later = 1; later < LATER_ROUNDS; later += 1) {
    const round = OLD_ROUNDS + later - 1;
    await sql(ROUND, [accountId, products, round, timeOf(round), later]);
  }
  await sql(TOLD_LATER, [accountId, timeOf(OLD_ROUNDS + LATER_ROUNDS)]);
  for (const table of ['plain.price_point', 'scoring.price_point', 'scoring.price_chunk', 'scoring.offer'])
    await sql(`vacuum analyze ${table}`);
  const [row] = await sql<{ points: string; closed: string }>(
    `select count(*) as points, (select sum(points) from scoring.price_chunk) as closed from plain.price_point`,
  );
  return {
    accountId,
    products,
    points: Number(row!.points),
    closedPoints: Number(row!.closed),
    offerIdOf: (place) => `${ID_PREFIX}${place.toString(16).padStart(12, '0')}`,
  };
}

const ID_PREFIX = '0198a000-0000-7000-8000-';
const OFFER_ID = `('${ID_PREFIX}' || lpad(to_hex(product), 12, '0'))::uuid`;
const timeOf = (round: number): string => new Date(Date.UTC(2025, 0, 1) + round * ROUND_MS).toISOString();

const OFFERS = `
insert into scoring.offer (offer_id, account_id, product_id, points, last_observed_at, last_price_minor,
  last_availability, last_currency, source, product)
select ${OFFER_ID}, $1, ${OFFER_ID}, 0, $3::timestamptz, 0, 1, 'EUR', 'history', product
from generate_series(0, $2::int - 1) as product`;

/**
 * One statement for a round, so that both layouts get the same rows in the same order: of the products whose number
 * of later observations is at least the last parameter.
 */
const ROUND = `
with point as materialized (
  select $1::uuid as account_id, ${OFFER_ID} as offer_id,
    date_trunc('milliseconds', $4::timestamptz
      + product / ${PRODUCTS_PER_FETCH} * (interval '6 hours' / ($2::int / ${PRODUCTS_PER_FETCH} + 1))
      + abs(hashint8($3::bigint * 1000003 + product / ${PRODUCTS_PER_FETCH})::bigint) % 20000 * interval '1 ms'
    ) as observed_at,
    5000 + abs(hashint8(product::bigint * 7919 + ($3::int + product) / (5 + product % 7))::bigint) % 5000 as price_minor,
    $3::bigint * ($2::int / ${PRODUCTS_PER_FETCH}) + product / ${PRODUCTS_PER_FETCH}
      + abs(hashint8($3::bigint * 31 + product / ${PRODUCTS_PER_FETCH})::bigint) % 50 as provenance,
    case when product % 10 < 7 then 10000 + ($3::int + product) / 200 % 5 * 500 end::bigint as list_price_minor,
    (case when abs(hashint8(product::bigint * 17 + $3::int / 6)::bigint) % 40 = 0 then 4 else 1 end)::smallint as availability,
    'EUR' as currency
  from generate_series(0, $2::int - 1) as product where product % ${LATER_ROUNDS} >= $5::int
), plain as (
  insert into plain.price_point (account_id, offer_id, observed_at, price_minor, provenance, list_price_minor,
    availability, currency) select * from point
)
insert into scoring.price_point (account_id, offer_id, observed_at, price_minor, provenance, list_price_minor,
  availability, currency) select * from point`;

const TOLD = `update scoring.offer set points = points + $3::int, last_observed_at = $2 where account_id = $1`;
const TOLD_LATER = `
update scoring.offer set points = points + product::int % ${LATER_ROUNDS}, last_observed_at = $2
where account_id = $1`;

function untilClosed(sql: Sql, products: number): Promise<void> {
  const open = async (): Promise<number> => {
    const [row] = await sql<{ open: string }>(
      `select count(*) as open from scoring.offer where points - closed_points >= ${OPEN_POINTS}`,
    );
    return Number(row!.open);
  };
  return until(`the old points of ${products} products are closed`, async () => (await open()) === 0, {
    everyMs: 1_000,
    deadlineMs: CLOSED_WITHIN_MS,
  });
}

/** How many points of a product are open at least and at most. */
export const OPEN_RANGE = { least: OPEN_KEPT, most: OPEN_POINTS - 1 };

import { untilClosed } from './closed-history.ts';
import type { MeasuredProduct } from './product.ts';

/** A price stays for so many observations: shops change prices less often than they are asked. */
const OBSERVATIONS_PER_PRICE = 8;
const PRODUCTS_AT_ONCE = 500;

/**
 * Gives each offer of a source so many points, one an hour, before those it has, in scoring's own tables, and waits
 * until they are closed as any history is: posting them would take the better part of an hour.
 */
export async function fillHistory(product: MeasuredProduct, source: string, points: number): Promise<void> {
  const { sql } = product;
  const [origin] = await sql<{ provenance: string }>(
    `insert into scoring.provenance (provenance, account_id, fetch_id, collected_at, origin, trace_id)
     select nextval('scoring.provenance_number'), account_id, gen_random_uuid(), now(), 'imported', repeat('0', 32)
     from scoring.offer where source = $1 limit 1 returning provenance`,
    [source],
  );
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const filled = await sql<{ offer_id: string }>(
      `with chosen as (
         select * from scoring.offer where source = $1 and offer_id > $2 order by offer_id limit ${PRODUCTS_AT_ONCE}
       ), filled as (
         insert into scoring.price_point
           (account_id, offer_id, observed_at, price_minor, provenance, availability, currency)
         select account_id, offer_id, timestamptz '2025-01-01' + hour * interval '1 hour',
           5000 + (hour / ${OBSERVATIONS_PER_PRICE} * 7919) % 5000, $3, last_availability, last_currency
         from chosen, generate_series(1, $4) as hour
       ), counted as (
         update scoring.offer o set points = o.points + $4 from chosen where o.offer_id = chosen.offer_id
       )
       select offer_id from chosen order by offer_id`,
      [source, after, origin?.provenance, points],
    );
    if (filled.length === 0) break;
    after = filled.at(-1)!.offer_id;
  }
  await untilClosed(product);
}

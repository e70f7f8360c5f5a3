import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { untilClosed } from './closed-history.ts';
import { POINTS_PER_OFFER } from './market-data.ts';
import type { MeasuredProduct } from './product.ts';

export const DEAL_OBSERVATIONS = POINTS_PER_OFFER;

/** Product by place, from 0, as `fillMarket` makes them. */
export const dealProductId = (place: number): string =>
  `0198b000-0000-7000-8000-${place.toString(16).padStart(12, '0')}`;

/** Tells where the filled prices came from, and waits until the running service has closed them. */
export async function closeDealHistories(product: MeasuredProduct): Promise<void> {
  await product.sql(
    `insert into scoring.provenance (provenance, account_id, fetch_id, collected_at, origin, trace_id)
     values (1, $1, gen_random_uuid(), now(), 'imported', repeat('0', 32)) on conflict do nothing`,
    [OPERATOR_ACCOUNT_ID],
  );
  await untilClosed(product);
}

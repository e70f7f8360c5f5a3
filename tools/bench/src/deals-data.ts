import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { POINTS_PER_OFFER } from './market-data.ts';
import type { MeasuredProduct } from './product.ts';
import { until } from './until.ts';

export const DEAL_OBSERVATIONS = POINTS_PER_OFFER;
/** Offers with fewer open points are left alone by the closer, by its own default. */
const OPEN_POINTS = 64;
const CLOSED_WITHIN_MS = 10 * 60_000;

/** Product by place, from 0, as `fillMarket` makes them. */
export const dealProductId = (place: number): string =>
  `0198b000-0000-7000-8000-${place.toString(16).padStart(12, '0')}`;

/** Tells where the filled prices came from, and waits until the running service has closed them. */
export async function closeDealHistories({ sql }: MeasuredProduct): Promise<void> {
  await sql(
    `insert into scoring.provenance (provenance, account_id, fetch_id, collected_at, origin, trace_id)
     values (1, $1, gen_random_uuid(), now(), 'imported', repeat('0', 32)) on conflict do nothing`,
    [OPERATOR_ACCOUNT_ID],
  );
  const isClosed = async (): Promise<boolean> => {
    const [row] = await sql<{ open: string }>(
      'select count(*) as open from scoring.offer where points - closed_points >= $1',
      [OPEN_POINTS],
    );
    return Number(row!.open) === 0;
  };
  await until('the prices of all products are closed', isClosed, {
    everyMs: 500,
    deadlineMs: CLOSED_WITHIN_MS,
  });
  for (const table of ['price_point', 'price_chunk', 'offer', 'provenance'])
    await sql(`vacuum analyze scoring.${table}`);
}

import type { MeasuredProduct } from './product.ts';
import { until } from './until.ts';

/** Offers with fewer open points are left alone by the closer, by its own default. */
const OPEN_POINTS = 64;
const CLOSED_WITHIN_MS = 10 * 60_000;

/** Waits until the running service has closed what there is to close, and gives the room of it back. */
export async function untilClosed({ sql }: MeasuredProduct): Promise<void> {
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

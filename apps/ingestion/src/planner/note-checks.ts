import type { LookedUpProduct } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { applyIntervals, checkedProducts, saveChecks } from './planner.store.ts';
import { checkedOnce } from './volatility.ts';

const HOUR_MS = 3_600_000;

/**
 * Learns from look-ups how often each product's price moves, and plans the next look-up of all of them by what the
 * budget allows. Runs in the transaction that notes the look-ups, after it.
 */
export async function noteChecks(tx: Tx, looked: readonly LookedUpProduct[], now: Date): Promise<void> {
  const answered = new Map(
    looked.filter(({ problem }) => problem === null).map((one) => [one.productId, lowestPrice(one)]),
  );
  const known = await checkedProducts(tx, [...answered.keys()]);
  const checked = known.map((product) => {
    const { checkedAt, priceMinor: before } = product;
    const after = answered.get(product.productId) ?? null;
    const sinceLastHours = checkedAt ? Math.max(0, now.getTime() - checkedAt.getTime()) / HOUR_MS : 0;
    const history = checkedOnce(product, { sinceLastHours, before, after });
    return { productId: product.productId, ...history, priceMinor: after, checkedAt: now };
  });
  if (checked.length > 0) await saveChecks(tx, checked);
  await applyIntervals(
    tx,
    looked.map(({ productId }) => productId),
  );
}

const lowestPrice = ({ observations }: LookedUpProduct): number | null =>
  observations.length === 0 ? null : Math.min(...observations.map(({ priceMinor }) => priceMinor));

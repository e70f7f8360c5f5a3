import { type Batch, Subscribe } from '@souk/bus';
import { type DataOf, OPERATOR_ACCOUNT_ID, productIdOf, WatchChanged } from '@souk/contracts';
import { Controller } from '@nestjs/common';
import { replaceTracked, type TrackedWatch } from './tracked.store.ts';

@Controller()
export class TrackingHandlers {
  /** Keeps which products are watched, and by how many watches. Only the latest state of a watch counts. */
  @Subscribe(WatchChanged)
  async track({ messages, tx }: Batch<typeof WatchChanged>): Promise<void> {
    const latest = new Map<string, TrackedWatch>();
    for (const { accountId, data } of messages) {
      latest.set(data.watchId, { accountId, watchId: data.watchId, products: trackedProducts(data) });
    }
    await replaceTracked(tx, [...latest.values()]);
  }
}

/** A watch on a product that nobody has seen yet tracks the listing that Souk itself would fetch. */
function trackedProducts({
  change,
  source,
  product,
  productIds,
  products,
}: DataOf<typeof WatchChanged>): TrackedWatch['products'] {
  if (change === 'deleted') return [];
  if (products) return [...new Map(products.map((one) => [one.productId, one])).values()];
  const ids = productIds.length > 0 ? productIds : [productIdOf(OPERATOR_ACCOUNT_ID, source, product)];
  return [...new Set(ids)].map((productId) => ({ productId, source, product }));
}

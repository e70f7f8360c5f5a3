import { newId, OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import type { MeasuredProduct } from './product.ts';
import { HIGHEST_THRESHOLD } from './workload.ts';

const AT_ONCE = 5_000;
/** All but a product's first threshold lie below the price of an alert, so that it crosses one. */
const SECOND_THRESHOLD = 39.4;
const THRESHOLD_STEP = 0.3;
const PRICE_BELOW = 1;
const MICROS = 1_000_000;

/**
 * Spreads watches over products, from the `made`-th to the `count`-th, with thresholds that go down. They are written
 * into alerting's tables as making them by the API would: that takes minutes. Their alerts go to `channel`.
 */
export async function watchAll(
  { sql }: MeasuredProduct,
  source: string,
  products: readonly string[],
  count: number,
  { made = 0, channel = 'inbox' }: { made?: number; channel?: string } = {},
): Promise<void> {
  for (let from = made; from < count; from += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => {
      const product = products[(from + index) % products.length]!;
      const level = Math.floor((from + index) / products.length);
      const below = level === 0 ? HIGHEST_THRESHOLD : SECOND_THRESHOLD - level * THRESHOLD_STEP;
      return {
        id: newId(),
        product,
        productId: productIdOf(OPERATOR_ACCOUNT_ID, source, product),
        below: Math.max(below, 0.01).toFixed(2),
      };
    });
    const values = [
      rows.map(({ id }) => id),
      rows.map(({ product }) => product),
      rows.map(({ productId }) => productId),
      rows.map(({ below }) => below),
      channel,
    ];
    await sql(
      `with given as (select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::numeric[]) as g(id, product, product_id, below)),
       made as (insert into alerting.watch (id, account_id, source, product, product_id, pinned, conditions, channels, created_at)
         select id, '${OPERATOR_ACCOUNT_ID}', '${source}', product, product_id, false,
           jsonb_build_object('priceBelow', below::text), array[$5], now() from given)
       insert into alerting.match_index (product_id, kind, threshold, watch_id, account_id)
         select product_id, ${PRICE_BELOW}, (below * ${MICROS})::bigint, id, '${OPERATOR_ACCOUNT_ID}' from given`,
      values,
    );
  }
  await sql('analyze alerting.watch, alerting.match_index');
}

import { newId, OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import type { MeasuredProduct } from './product.ts';
import { HIGHEST_THRESHOLD } from './workload.ts';

const AT_ONCE = 5_000;
const PRICE_BELOW = 1;
const MICROS = 1_000_000;

/**
 * Spreads watches over products, thresholds going down from the highest, one unit apart, so that an alert's price
 * crosses one. They are written into alerting's tables as making them by the API would: that takes minutes.
 */
export async function watchAll(
  { sql }: MeasuredProduct,
  source: string,
  products: readonly string[],
  count: number,
): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => {
      const product = products[(from + index) % products.length]!;
      const below = HIGHEST_THRESHOLD - Math.floor((from + index) / products.length);
      return { id: newId(), product, productId: productIdOf(OPERATOR_ACCOUNT_ID, source, product), below };
    });
    const values = [
      rows.map(({ id }) => id),
      rows.map(({ product }) => product),
      rows.map(({ productId }) => productId),
      rows.map(({ below }) => below),
    ];
    await sql(
      `with given as (select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::numeric[]) as g(id, product, product_id, below)),
       made as (insert into alerting.watch (id, account_id, source, product, product_id, pinned, conditions, channels, created_at)
         select id, '${OPERATOR_ACCOUNT_ID}', '${source}', product, product_id, false,
           jsonb_build_object('priceBelow', below::text), '{inbox}', now() from given)
       insert into alerting.match_index (product_id, kind, threshold, watch_id, account_id)
         select product_id, ${PRICE_BELOW}, (below * ${MICROS})::bigint, id, '${OPERATOR_ACCOUNT_ID}' from given`,
      values,
    );
  }
  await sql('analyze alerting.watch, alerting.match_index');
}

import { z } from 'zod';
import { ProductCode, SourceName } from './ids.ts';
import { query } from './query.ts';

/** How often a product can be looked up with the budget there is. */
export const Freshness = z.object({
  /** Null: nobody looks this product up; its prices are posted. */
  intervalMs: z.number().positive().nullable(),
  /** For people: `checked about every 12 min`. */
  sentence: z.string(),
});
export type Freshness = z.infer<typeof Freshness>;

export const PlanFreshness = query('ingestion.plan-freshness', {
  summary: 'How fresh the budget of its source can keep a product, with one more watch on it.',
  request: z.object({
    products: z
      .array(z.object({ source: SourceName, product: ProductCode }))
      .min(1)
      .max(100),
  }),
  /** In the order of the request. */
  response: z.object({ products: z.array(Freshness) }),
});

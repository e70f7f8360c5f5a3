import { z } from 'zod';
import { Time } from '../http/shapes.ts';
import { ProductView } from '../products/product.schemas.ts';

export const VariationsQuery = z.strictObject({
  page: z.coerce.number().int().min(1).max(10).default(1).meta({ description: 'Counts from 1.' }),
});
export type VariationsQuery = z.infer<typeof VariationsQuery>;

export const VariationList = z
  .object({
    items: z.array(ProductView).meta({ description: 'What sets each apart is in `facts.variant`.' }),
    total: z.int().nullable().meta({ description: 'In all, where the source says so.' }),
    fetchedAt: Time,
    next: z.null(),
  })
  .meta({ id: 'VariationList' });
export type VariationList = z.infer<typeof VariationList>;

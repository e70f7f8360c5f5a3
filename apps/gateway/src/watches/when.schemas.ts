import { z } from 'zod';

/** As it is shown: what was given, with its amounts as text. */
const shownGroup = z.object({
  priceBelow: z.string().optional(),
  priceAbove: z.string().optional(),
  inStockBelow: z.string().optional(),
  dropPercent: z.number().optional(),
  dropAmount: z.string().optional(),
  priceRisePercent: z.number().optional(),
  priceRiseAmount: z.string().optional(),
  allTimeLow: z.literal(true).optional(),
  lowOfDays: z.number().optional(),
  backInStock: z.literal(true).optional(),
  scoreAtLeast: z.number().optional(),
  realDiscountAtLeast: z.number().optional(),
  currency: z.string().optional(),
  landed: z.literal(true).optional(),
  against: z.string().optional(),
  seller: z.array(z.string()).optional(),
  condition: z.array(z.string()).optional(),
});
const shownBranches = <Branch extends z.ZodType>(branch: Branch) => ({
  all: z.array(branch).optional(),
  any: z.array(branch).optional(),
});
const ShownInnermost = shownGroup.meta({ id: 'ShownWhenInnermost' });
const ShownInner = shownGroup.extend(shownBranches(ShownInnermost)).meta({ id: 'ShownWhenInner' });
export const WhenView = shownGroup.extend(shownBranches(ShownInner)).meta({ id: 'ShownWhen' });

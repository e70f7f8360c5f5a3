import {
  CONDITION_KINDS,
  Condition,
  conditionTreeProblem,
  type ConditionTree,
  countConditions,
  MAX_CONDITIONS,
} from '@souk/contracts';
import { z } from 'zod';

const A_DECIMAL = 'must be a decimal such as "9.99"';

/** As clients write it; alerting gets it as text, exactly as it was given. */
const decimal = (description: string) =>
  z
    .union([z.string().regex(/^\d{1,15}(\.\d{1,6})?$/, A_DECIMAL), z.number().nonnegative(A_DECIMAL)], {
      error: A_DECIMAL,
    })
    .transform(String)
    .optional()
    .meta({ description, example: '9.99' });

const oneOrMore = <Item extends z.ZodType>(item: Item, most: number) =>
  z
    .union([item, z.array(item).min(1).max(most)])
    .transform((value): z.output<Item>[] => (Array.isArray(value) ? value : [value]))
    .optional();

const group = {
  priceBelow: decimal('Fires when the price falls below this amount.'),
  priceAbove: decimal('Fires when the price rises above this amount.'),
  inStockBelow: decimal('Fires when it can be bought for less than this.'),
  dropPercent: z.number().gt(0).max(100).optional().meta({
    description: 'Fires when (reference - price) x 100 >= dropPercent x reference; see `against`.',
    example: 30,
  }),
  dropAmount: decimal('Fires when the price is lower than the reference by this amount.'),
  priceRisePercent: z
    .number()
    .gt(0)
    .max(100_000)
    .optional()
    .meta({ description: 'Fires when the price is higher than the reference by so many percent.' }),
  priceRiseAmount: decimal('Fires when the price is higher than the reference by this amount.'),
  allTimeLow: z
    .literal(true)
    .optional()
    .meta({ description: 'Fires when the price is lower than ever before.' }),
  lowOfDays: z
    .union([z.literal(7), z.literal(30), z.literal(90), z.literal(180), z.literal(365)], {
      error: 'use 7, 30, 90, 180 or 365',
    })
    .optional()
    .meta({ description: 'Fires when the price is lower than in so many days before.' }),
  backInStock: z.literal(true).optional().meta({ description: 'Fires when it can be bought again.' }),
  scoreAtLeast: z.number().min(1).max(100).optional().meta({
    description:
      'Fires when the deal score rises to this at a price more than 2 % below the usual one, where that is known.',
  }),
  realDiscountAtLeast: z
    .number()
    .gt(0)
    .max(100)
    .optional()
    .meta({ description: 'Fires when the discount against the lowest price of 30 days rises to this.' }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'use a three-letter ISO 4217 code such as USD')
    .optional()
    .meta({
      description:
        "Of the amounts; offers in another currency are converted by the day's rate. Without it the offer's own.",
    }),
  landed: z
    .literal(true)
    .optional()
    .meta({ description: 'Prices are meant with shipping, where it is known.' }),
  against: z
    .union([z.enum(['last', 'usual']), z.string().regex(/^\d{1,15}(\.\d{1,6})?$/)], {
      error: 'must be last, usual or a decimal such as "49.99"',
    })
    .optional()
    .meta({
      description: 'What drops and rises are measured against: last (unless given), usual, or a price.',
    }),
  seller: oneOrMore(z.string().min(1).max(200), 20).meta({ description: 'Only offers of these sellers.' }),
  condition: oneOrMore(Condition, 5).meta({ description: 'Only offers in these states.' }),
};

const checkGroup = (context: z.core.ParsePayload<ConditionTree>): void => {
  const problem = conditionTreeProblem(context.value);
  if (problem !== null) context.issues.push({ code: 'custom', message: problem, input: context.value });
};
const branches = <Branch extends z.ZodType>(branch: Branch) => ({
  all: z.array(branch).min(1).max(20).optional().meta({ description: 'All of these must hold.' }),
  any: z.array(branch).min(1).max(20).optional().meta({ description: 'Any of these suffices.' }),
});

const Innermost = z
  .strictObject(group)
  .check(checkGroup)
  .meta({ id: 'WhenInnermost', description: `Any of: ${CONDITION_KINDS.join(', ')}.` });
const Inner = z
  .strictObject({ ...group, ...branches(Innermost) })
  .check(checkGroup)
  .meta({ id: 'WhenInner', description: 'Conditions, of which any suffices, or all, or any.' });

export const WhenInput = z
  .strictObject({ ...group, ...branches(Inner) })
  .check(checkGroup)
  .refine((when) => countConditions(when) <= MAX_CONDITIONS, {
    message: `at most ${MAX_CONDITIONS} conditions`,
  })
  .meta({
    id: 'When',
    description:
      'Any of several conditions raises the alert; `all` and `any` join them, at most three deep. Currency, landed, ' +
      'against, seller and condition concern the group that they stand in and its branches.',
  });

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

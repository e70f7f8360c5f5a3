import { z } from 'zod';
import {
  CONDITION_KINDS,
  conditionTreeProblem,
  type ConditionTree,
  countConditions,
  MAX_CONDITIONS,
} from './conditions.ts';
import { Condition, ProductCode, SourceName } from './ids.ts';
import { InstantInput } from './input.ts';

/*
 * Watches as people write them: in requests, and line by line in files. One form for both, so that both are held to
 * the same and told the same.
 */

const A_DECIMAL = 'must be a decimal such as "9.99"';

/** A text or a number; alerting gets it as text, exactly as it was given. */
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

/** Conditions of which any makes the group true, and what narrows all of them. */
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

export const ChannelsInput = z.array(z.string().min(1).max(64)).min(1).max(20);
export const TagInput = z.string().trim().min(1).max(40);
const Named = z.strictObject({ source: SourceName, product: ProductCode });
const Attributes = z
  .record(z.string().min(1).max(100), z.string().min(1).max(200))
  .refine((attributes) => Object.keys(attributes).length <= 10, 'at most ten attributes')
  .default({});

/** What a watch may be on; a new one names exactly one of them. */
const subject = {
  product: Named.optional().meta({
    description: 'May still be unknown; the watch binds to it once its first price comes.',
  }),
  productId: z.uuid().toLowerCase().optional(),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2_048)
    .optional()
    .meta({ description: 'A link to the product in its shop.' }),
  variantsOf: z
    .union([
      z.strictObject({ source: SourceName, product: ProductCode, attributes: Attributes }),
      z.strictObject({ productId: z.uuid().toLowerCase(), attributes: Attributes }),
    ])
    .optional()
    .meta({
      description: 'Variations of a product that have these attributes, whatever else they are.',
      example: { source: 'shop', product: 'shirt', attributes: { size: 'M' } },
    }),
  query: z
    .strictObject({ text: z.string().trim().min(2).max(200), source: SourceName.optional() })
    .optional()
    .meta({ description: 'Products whose titles have all these words, also new ones.' }),
  category: z
    .strictObject({ name: z.string().trim().min(1).max(200), source: SourceName.optional() })
    .optional()
    .meta({ description: 'Products of a category, at any level, also new ones.' }),
  source: SourceName.optional().meta({ description: 'Every product of a source.' }),
} as const;
const SUBJECTS = Object.keys(subject) as (keyof typeof subject)[];

/** Null takes a setting back. */
export const watchSettingsInput = {
  name: z.string().trim().min(1).max(100).nullable().optional(),
  tags: z.array(TagInput).max(20).optional(),
  cooldownSeconds: z
    .int()
    .min(1)
    .max(31_536_000)
    .nullable()
    .optional()
    .meta({ description: 'No other alert of the watch for so long.' }),
  hysteresisPercent: z.number().gt(0).max(100).nullable().optional().meta({
    description: 'The next alert of an offer comes only once its price has moved away by so many percent.',
  }),
  dailyCap: z
    .int()
    .min(1)
    .max(1_000)
    .nullable()
    .optional()
    .meta({ description: 'Alerts within any 24 hours at most.' }),
  snoozedUntil: InstantInput.nullable().optional(),
  expiresAt: InstantInput.nullable().optional(),
} as const;

/** A new watch, but for its channels: who takes it says what those are unless they are given. */
export const newWatchInput = {
  ...subject,
  ...watchSettingsInput,
  when: WhenInput,
  paused: z.boolean().optional(),
} as const;

/** What a watch is on is said in one way. */
export const checkSubject = (
  context: z.core.ParsePayload<{ [name in keyof typeof subject]?: unknown }>,
): void => {
  if (SUBJECTS.filter((name) => context.value[name] !== undefined).length === 1) return;
  const message = `give one of ${SUBJECTS.join(', ')}`;
  context.issues.push({ code: 'custom', message, path: ['product'], input: context.value });
};

import { z } from 'zod';
import { Condition, Currency } from './ids.ts';

/** What a watch can wait for. */
export const CONDITION_KINDS = [
  'priceBelow',
  'dropPercent',
  'allTimeLow',
  'backInStock',
  'scoreAtLeast',
  'priceAbove',
  'inStockBelow',
  'dropAmount',
  'priceRisePercent',
  'priceRiseAmount',
  'lowOfDays',
  'realDiscountAtLeast',
] as const;
export const ConditionKind = z.enum(CONDITION_KINDS);
export type ConditionKind = z.infer<typeof ConditionKind>;

export const MAX_CONDITIONS = 20;
const MAX_BRANCHES = 20;

/** A decimal amount as it was written: "14.99". */
const Decimal = z.string().min(1).max(32);

/** Conditions of which any makes the group true, and what narrows all of them. */
const group = {
  /** The price falls below this. */
  priceBelow: Decimal.optional(),
  /** The price rises above this. */
  priceAbove: Decimal.optional(),
  /** It can be bought, and for less than this. */
  inStockBelow: Decimal.optional(),
  /** (reference - price) x 100 >= dropPercent x reference; see `against`. */
  dropPercent: z.number().gt(0).max(100).optional(),
  /** The price is lower than the reference by this amount. */
  dropAmount: Decimal.optional(),
  /** (price - reference) x 100 >= priceRisePercent x reference. */
  priceRisePercent: z.number().gt(0).max(100_000).optional(),
  /** The price is higher than the reference by this amount. */
  priceRiseAmount: Decimal.optional(),
  /** The price is lower than every earlier one. */
  allTimeLow: z.literal(true).optional(),
  /** The price is lower than every one of so many days before. */
  lowOfDays: z.union([z.literal(7), z.literal(30), z.literal(90), z.literal(180), z.literal(365)]).optional(),
  /** An offer that was out of stock can be bought again. */
  backInStock: z.literal(true).optional(),
  /** The deal score rises to this or above. */
  scoreAtLeast: z.number().min(1).max(100).optional(),
  /** The discount against the lowest price of the 30 days before rises to so many percent. */
  realDiscountAtLeast: z.number().gt(0).max(100).optional(),

  /** Of the amounts of this group; other offers are converted by the day's rate. Without it the offer's own. */
  currency: Currency.optional(),
  /** Amounts of prices mean price and shipping together, where shipping is known. */
  landed: z.literal(true).optional(),
  /** What drops and rises are measured against: `last` (unless given), `usual`, or a price that you chose. */
  against: z.union([z.enum(['last', 'usual']), Decimal]).optional(),
  /** Only offers of one of these sellers, whatever their case. */
  seller: z.array(z.string().min(1).max(200)).min(1).max(20).optional(),
  /** Only offers in one of these states. */
  condition: z.array(Condition).min(1).max(5).optional(),
};

/** A tree of conditions, of any depth; as a message or a client may have it, it is at most three deep. */
export interface ConditionTree extends z.infer<z.ZodObject<typeof group>> {
  all?: ConditionTree[] | undefined;
  any?: ConditionTree[] | undefined;
}

/** How many conditions there are in a tree. */
export const countConditions = (tree: ConditionTree): number =>
  CONDITION_KINDS.filter((kind) => tree[kind] !== undefined).length +
  [...(tree.all ?? []), ...(tree.any ?? [])].reduce((sum, branch) => sum + countConditions(branch), 0);

/** A group has conditions of its own or branches, not both and not neither. */
export function conditionTreeProblem(tree: ConditionTree): string | null {
  const own = CONDITION_KINDS.filter((kind) => tree[kind] !== undefined);
  const ways = [own.length > 0, tree.all !== undefined, tree.any !== undefined].filter(Boolean).length;
  if (ways === 0) return `name at least one of ${CONDITION_KINDS.join(', ')}, or all or any`;
  if (ways > 1) return 'give conditions, or all, or any: put conditions into the branches';
  return null;
}

const checkGroup = (context: z.core.ParsePayload<ConditionTree>): void => {
  const problem = conditionTreeProblem(context.value);
  if (problem !== null) context.issues.push({ code: 'custom', message: problem, input: context.value });
};
const branches = <Branch extends z.ZodType>(branch: Branch) => ({
  all: z.array(branch).min(1).max(MAX_BRANCHES).optional(),
  any: z.array(branch).min(1).max(MAX_BRANCHES).optional(),
});

const Innermost = z.strictObject(group).check(checkGroup);
const Inner = z.strictObject({ ...group, ...branches(Innermost) }).check(checkGroup);

/**
 * When a watch speaks. Several conditions in one group: any of them. `all` and `any` join groups, at most three
 * deep. Currency, landed, against, seller and condition concern the group that they stand in and its branches.
 */
export const WatchConditions = z
  .strictObject({ ...group, ...branches(Inner) })
  .check(checkGroup)
  .refine((when) => countConditions(when) <= MAX_CONDITIONS, {
    message: `at most ${MAX_CONDITIONS} conditions`,
  });
export type WatchConditions = z.infer<typeof WatchConditions>;

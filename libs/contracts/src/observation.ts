import { z } from 'zod';
import { Availability, Condition, Currency, Instant, MinorAmount, ProductCode, SourceName } from './ids.ts';

const text = (max: number) => z.string().min(1, 'must not be empty').max(max, `at most ${max} characters`);

/** Facts about the product that travel with a price, unchanged from the poster to the catalogue. */
export const ProductFacts = z.object({
  title: text(500).optional(),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2_048)
    .optional(),
  brand: text(200).optional(),
  category: z.array(text(200)).max(20).optional(),
  /** The maker's own part number; with the brand it names an item. */
  mpn: text(100).optional(),
  gtin: z
    .string()
    .regex(/^(\d{8}|\d{12,14})$/, 'must have 8, 12, 13 or 14 digits')
    .optional(),
  image: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2_048)
    .optional(),
  rating: z.number().min(0).max(5).optional(),
  reviewCount: z.int().nonnegative().optional(),
  salesRank: z.int().positive().optional(),
  variantOf: text(200).optional(),
  variant: z.record(text(100), text(200)).optional(),
  attributes: z.record(text(100), z.union([text(500), z.number(), z.boolean()])).optional(),
  coupon: text(200).optional(),
  unitQuantity: text(100).optional(),
  shop: z.object({ name: text(200), city: text(200).optional(), tier: text(100).optional() }).optional(),
});
export type ProductFacts = z.infer<typeof ProductFacts>;

/** A decimal amount as posted: a string, or a number that is read exactly as it was written. */
const PostedAmount = z.union([z.string().min(1).max(32), z.number()], {
  error: 'must be a decimal string such as "14.99"',
});

/** One line of POST /v1/observations. */
export const PostedObservation = ProductFacts.extend({
  /** Also 11 digits: a UPC that a spreadsheet took for a number, without its leading zero. */
  gtin: z
    .string()
    .regex(/^(\d{8}|\d{11,14})$/, 'must have 8, 12, 13 or 14 digits')
    .optional(),
  source: SourceName,
  product: ProductCode,
  price: PostedAmount,
  currency: Currency,
  listPrice: PostedAmount.optional(),
  memberPrice: PostedAmount.optional(),
  shipping: PostedAmount.optional(),
  availability: Availability.optional(),
  observedAt: z.iso.datetime({
    offset: true,
    error: 'must be an ISO 8601 time such as 2026-06-01T00:00:00Z',
  }),
  seller: text(200).optional(),
  condition: Condition.optional(),
});
export type PostedObservation = z.infer<typeof PostedObservation>;

/** A hundred years: longer ages lead to times that no calendar has. */
const MAX_LIFETIME_DAYS = 36_500;
const DAY_MS = 86_400_000;

/** What may be done with the prices of a source; it travels with every message that carries them. */
export const SourcePolicy = z.object({
  /** May prices be kept beyond the latest one? */
  mayStoreHistory: z.boolean(),
  /** Prices are deleted so long after they were fetched; null: they may stay. */
  cacheLifetimeMs: z.int().positive().nullable(),
  /** Prices older than that are deleted from a history that is allowed; null or absent: they stay. */
  historyLifetimeDays: z.int().positive().max(MAX_LIFETIME_DAYS).nullable().optional(),
  /** May people be alerted to its prices? */
  mayAlert: z.boolean(),
  /** To be shown beside its prices. */
  attribution: text(300).nullable(),
  /** Does a price far outside of its history wait for another reading? Unless told: where it was fetched. */
  confirm: z.boolean().optional(),
  /** Does it pass on what it saw at an earlier look of its own? With the time of that, the same again is no other reading. */
  secondHand: z.boolean().optional(),
});
export type SourcePolicy = z.infer<typeof SourcePolicy>;

/** How long prices of a source may be kept, as its history or beside it; null: for good. */
export function lifetimeMsOf({
  mayStoreHistory,
  cacheLifetimeMs,
  historyLifetimeDays,
}: SourcePolicy): number | null {
  if (!mayStoreHistory) return cacheLifetimeMs;
  return historyLifetimeDays ? historyLifetimeDays * DAY_MS : null;
}

/** Where the prices of a message came from, kept once per message. */
export const Provenance = {
  /** Name and version of the reading: `amazon-creators/1`. Absent for posted prices. */
  adapterVersion: z.string().max(100).optional(),
  /** Absent: prices may be kept and alerted to without limit, as those that an account posts itself. */
  policy: SourcePolicy.optional(),
} as const;

/** A price as collected: form checked, amounts exact in minor units, time normalised to UTC. */
export const CollectedObservation = ProductFacts.extend({
  product: ProductCode,
  priceMinor: MinorAmount,
  currency: Currency,
  listPriceMinor: MinorAmount.optional(),
  memberPriceMinor: MinorAmount.optional(),
  shippingMinor: MinorAmount.optional(),
  availability: Availability.optional(),
  observedAt: Instant,
  seller: text(200).optional(),
  condition: Condition.optional(),
});
export type CollectedObservation = z.infer<typeof CollectedObservation>;

/** The price part of an observation, tied to a listing and an offer of it. */
export const AcceptedOffer = z.object({
  productId: z.uuid(),
  offerId: z.uuid(),
  product: ProductCode,
  priceMinor: MinorAmount,
  currency: Currency,
  listPriceMinor: MinorAmount.optional(),
  shippingMinor: MinorAmount.optional(),
  availability: Availability.optional(),
  observedAt: Instant,
  seller: z.string().optional(),
  condition: Condition.optional(),
});
export type AcceptedOffer = z.infer<typeof AcceptedOffer>;

/** An observation that was set apart, with the reason and what is needed to find it again. */
export const QuarantinedObservation = z.object({
  product: z.string(),
  productId: z.uuid().optional(),
  offerId: z.uuid().optional(),
  observedAt: z.string().optional(),
  reason: z.enum(['malformed', 'identifier', 'future', 'conflict', 'implausible']),
  field: z.string().optional(),
  detail: z.string(),
});
export type QuarantinedObservation = z.infer<typeof QuarantinedObservation>;

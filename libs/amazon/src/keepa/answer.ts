import { z } from 'zod';

/** A product as Keepa sends it; only what is read here, the rest stays in the raw item. */
export const KeepaProduct = z.object({
  asin: z.string().min(1),
  domainId: z.int(),
  title: z.string().nullish(),
  brand: z.string().nullish(),
  manufacturer: z.string().nullish(),
  parentAsin: z.string().nullish(),
  eanList: z.array(z.string()).nullish(),
  upcList: z.array(z.string()).nullish(),
  imagesCSV: z.string().nullish(),
  images: z.array(z.object({ l: z.string().optional(), m: z.string().optional() })).nullish(),
  categoryTree: z.array(z.object({ name: z.string() })).nullish(),
  /** Keepa minutes of the last look at Amazon. */
  lastUpdate: z.int().nullish(),
  csv: z.array(z.array(z.number()).nullable()).nullish(),
  stats: z
    .object({
      current: z.array(z.number()).nullish(),
      buyBoxPrice: z.number().nullish(),
      buyBoxShipping: z.number().nullish(),
    })
    .nullish(),
});
export type KeepaProduct = z.infer<typeof KeepaProduct>;

/** Every answer tells the state of the account's bucket of tokens; saved ones often lack it. */
export const KeepaEnvelope = z.object({
  timestamp: z.number().optional(),
  tokensLeft: z.number().optional(),
  refillIn: z.number().optional(),
  refillRate: z.number().optional(),
  tokensConsumed: z.number().optional(),
  error: z.object({ type: z.string().optional(), message: z.string().optional() }).nullish(),
  products: z.array(z.unknown()).nullish(),
});
export type KeepaEnvelope = z.infer<typeof KeepaEnvelope>;

/**
 * How long until the bucket holds `tokens` again; 0 when it does already, undefined when the answer does not say.
 * It fills by `refillRate` tokens a minute, the next time in `refillIn` ms, and may be far below zero.
 */
export function tokenWaitMs(envelope: KeepaEnvelope, tokens = 1): number | undefined {
  const { tokensLeft, refillIn, refillRate } = envelope;
  if (tokensLeft === undefined) return refillIn;
  const lacking = tokens - tokensLeft;
  if (lacking <= 0) return 0;
  if (refillIn === undefined || refillRate === undefined || refillRate <= 0) return refillIn;
  return refillIn + (Math.ceil(lacking / refillRate) - 1) * 60_000;
}

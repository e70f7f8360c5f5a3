import { v5 as uuidV5, v7 as uuidV7 } from 'uuid';
import { z } from 'zod';

/** The operator's own account: sources that Souk fetches belong to it and are readable by every account. */
export const OPERATOR_ACCOUNT_ID = '00000000-0000-7000-8000-000000000001';

const PRODUCT_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a01';
const COMMAND_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a02';

/** Time-ordered id (RFC 9562 UUID version 7). */
export const newId = (): string => uuidV7();

/**
 * The id of a listing, for ever: a name-based UUID (RFC 9562 version 5) of (owner, source, product).
 * Every service can tell it without asking.
 */
export const productIdOf = (accountId: string, source: string, product: string): string =>
  uuidV5(`${accountId}\n${source}\n${product}`, PRODUCT_NAMESPACE);

/** The id of an offer of a listing: one seller and one condition; both may be empty. */
export const offerIdOf = (
  productId: string,
  seller: string | undefined,
  condition: string | undefined,
): string =>
  seller === undefined && condition === undefined
    ? productId
    : uuidV5(`${seller ?? ''}\n${condition ?? ''}`, productId);

/** The id of what a command makes, so that the same command repeated with its Idempotency-Key makes it once. */
export const commandIdOf = (accountId: string, idempotencyKey: string): string =>
  uuidV5(`${accountId}\n${idempotencyKey}`, COMMAND_NAMESPACE);

/** Partition of a UUID: 32 of its bits modulo the number of partitions. */
export const partitionOf = (id: string, partitions: number): number =>
  // The last eight digits are random (or hash) bits in versions 4, 5 and 7 alike; the first are a clock in version 7.
  Number.parseInt(id.slice(-8), 16) % partitions;

export const AccountId = z.uuid();
export const ProductId = z.uuid();

/** A shop or feed: `steam`, `amazon-in`. Lower-case so that one shop has one name. */
export const SourceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'use 1 to 64 of a-z, 0-9, dot, dash and underscore, in lower case');

/** The shop's own code of the product: an ASIN, a Steam app id, a SKU. */
export const ProductCode = z.string().min(1, 'must not be empty').max(200, 'at most 200 characters');

/** ISO 4217 code. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'use a three-letter ISO 4217 code such as USD');

/** An amount in minor units (cents) as an exact integer. */
export const MinorAmount = z.int().nonnegative();

/** Instant in UTC, ISO 8601 with milliseconds, as JavaScript's toISOString writes it. */
export const Instant = z.iso.datetime({ precision: 3 });

export const Mode = z.enum(['live', 'backfill']);
export type Mode = z.infer<typeof Mode>;

export const Availability = z.enum(['in_stock', 'limited', 'preorder', 'out_of_stock', 'unknown']);
export type Availability = z.infer<typeof Availability>;

export const Condition = z.enum(['new', 'refurbished', 'used', 'open_box', 'collectible']);

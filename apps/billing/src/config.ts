import { Scope } from '@souk/contracts';
import { BaseConfig } from '@souk/service';
import { z } from 'zod';

/** A key of the operator that exists from the first boot; only its hash is told. */
export const BootstrapKey = z.strictObject({
  name: z.string().min(1).max(100),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a key in lower-case hex'),
  scopes: z.array(Scope).min(1),
  unmetered: z.boolean().default(false),
});
export type BootstrapKey = z.infer<typeof BootstrapKey>;

const MAX_BOOTSTRAP_KEYS = 50;

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be JSON: an array of {name, sha256, scopes, unmetered}',
    });
    return z.NEVER;
  }
});

export const BillingConfig = BaseConfig.extend({
  SOUK_BOOTSTRAP_KEYS: json
    .pipe(
      z
        .array(BootstrapKey)
        .max(MAX_BOOTSTRAP_KEYS)
        .refine((keys) => new Set(keys.map((key) => key.sha256)).size === keys.length, 'names one key twice'),
    )
    .default([]),
  /** How often holds past their time are looked for. */
  SOUK_BILLING_SWEEP_INTERVAL_MS: z.coerce.number().int().min(20).max(60_000).default(1_000),
});
export type BillingConfig = z.infer<typeof BillingConfig>;

/** Injection token of the settings. */
export const BILLING_CONFIG = Symbol('billing config');

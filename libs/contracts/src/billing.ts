import { z } from 'zod';
import { event } from './event.ts';
import { AccountId, Instant } from './ids.ts';
import { query } from './query.ts';
import { Scope } from './scopes.ts';

export const Account = z.object({
  id: AccountId,
  name: z.string(),
  /** Metered, and never refused for lack of credit. */
  unmetered: z.boolean(),
  createdAt: Instant,
});
export type Account = z.infer<typeof Account>;

export const AccountChanged = event('billing.account-changed.v1', {
  summary: 'An account was made or changed.',
  data: z.object({ account: Account, change: z.enum(['created', 'updated']) }),
  orderKeys: (data) => [data.account.id],
});

export const KeyChanged = event('billing.key-changed.v1', {
  summary: 'An API key was made or revoked; processes that cached it forget it.',
  data: z.object({ keyId: z.uuid(), sha256: z.string(), change: z.enum(['created', 'revoked']) }),
  orderKeys: (data) => [data.keyId],
});

export const CreditsChanged = event('billing.credits-changed.v1', {
  summary: 'Credits of an account were granted, or ran out.',
  data: z.object({ accountId: AccountId, available: z.int(), change: z.enum(['granted', 'exhausted']) }),
  orderKeys: (data) => [data.accountId],
});

export const Credits = z.object({
  accountId: AccountId,
  unmetered: z.boolean(),
  available: z.int(),
  /** Set aside by leases and jobs. */
  held: z.int(),
  /** Owed for alerts that were delivered without credit, and by unmetered accounts for all they used. */
  receivable: z.int(),
  used: z.int(),
});
export type Credits = z.infer<typeof Credits>;

export const ApiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  /** First characters, to tell keys apart; useless without the rest. */
  prefix: z.string(),
  scopes: z.array(Scope),
  createdAt: Instant,
  revokedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const CreateAccount = query('billing.create-account', {
  summary: 'Make an account and, if asked, give it first credits.',
  request: z.object({
    accountId: AccountId,
    name: z.string().min(1).max(200),
    credits: z.int().min(0).max(1_000_000_000).default(0),
    unmetered: z.boolean().default(false),
  }),
  response: z.object({ account: Account, credits: Credits }),
});

export const ListAccounts = query('billing.list-accounts', {
  summary: 'All accounts, for the operator, newest first.',
  request: z.object({ limit: z.int().min(1).max(200), cursor: z.string().max(500).optional() }),
  response: z.object({ accounts: z.array(Account), next: z.string().nullable() }),
});

export const GrantCredits = query('billing.grant-credits', {
  summary: 'Give credits to an account; the same grant id grants once.',
  request: z.object({
    accountId: AccountId,
    grantId: z.uuid(),
    credits: z.int().min(1).max(1_000_000_000),
    reason: z.string().min(1).max(200),
  }),
  response: z.object({ credits: Credits }),
});

export const CreateKey = query('billing.create-key', {
  summary: 'Make an API key; only its hash is kept.',
  request: z.object({
    accountId: AccountId,
    keyId: z.uuid(),
    name: z.string().min(1).max(100),
    scopes: z.array(Scope).min(1),
    prefix: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  response: z.object({ key: ApiKey }),
});

export const ListKeys = query('billing.list-keys', {
  summary: 'Keys of an account, newest first, revoked ones too.',
  request: z.object({
    accountId: AccountId,
    limit: z.int().min(1).max(200),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({ keys: z.array(ApiKey), next: z.string().nullable() }),
});

export const RevokeKey = query('billing.revoke-key', {
  summary: 'Revoke a key of an account; every process knows within 5 s.',
  request: z.object({ accountId: AccountId, keyId: z.uuid() }),
  response: z.object({ key: ApiKey }),
});

export const FindKey = query('billing.find-key', {
  summary: 'Whose key has this hash; null when there is none or it was revoked.',
  deadlineMs: 2_000,
  request: z.object({ sha256: z.string() }),
  response: z.object({
    key: z
      .object({ keyId: z.uuid(), accountId: AccountId, scopes: z.array(Scope), unmetered: z.boolean() })
      .nullable(),
  }),
});

export const GetCredits = query('billing.get-credits', {
  summary: 'Balance of an account.',
  request: z.object({ accountId: AccountId }),
  response: z.object({ credits: Credits }),
});

export const LedgerEntry = z.object({
  id: z.string(),
  transactionId: z.uuid(),
  kind: z.enum(['grant', 'reserve', 'capture', 'release', 'expire', 'charge']),
  /** Which side of the account moved. */
  book: z.enum(['available', 'held', 'receivable', 'used']),
  /** Positive or negative credits; the entries of a transaction sum to zero over all books. */
  amount: z.int(),
  reason: z.string(),
  createdAt: Instant,
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const ListEntries = query('billing.list-entries', {
  summary: 'Ledger entries of an account, newest first.',
  request: z.object({
    accountId: AccountId,
    limit: z.int().min(1).max(200),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({ entries: z.array(LedgerEntry), next: z.string().nullable() }),
});

/** A hold: credits set aside until captured, released or expired; ends in exactly one of the three. */
export const Hold = z.object({
  id: z.uuid(),
  accountId: AccountId,
  amount: z.int().positive(),
  captured: z.int().nonnegative(),
  state: z.enum(['open', 'captured', 'released', 'expired']),
  expiresAt: Instant,
});
export type Hold = z.infer<typeof Hold>;

export const ReserveCredits = query('billing.reserve-credits', {
  summary:
    'Set credits aside; refused with payment-required when there are too few. `atMost` takes what there is.',
  request: z.object({
    accountId: AccountId,
    holdId: z.uuid(),
    amount: z.int().min(1).max(1_000_000_000),
    atMost: z.boolean().default(false),
    expiresInMs: z.int().min(1_000).max(86_400_000),
    reason: z.string().max(200),
  }),
  response: z.object({ hold: Hold }),
});

export const CaptureCredits = query('billing.capture-credits', {
  summary: 'Spend a hold in part or whole and give back the rest.',
  request: z.object({ accountId: AccountId, holdId: z.uuid(), amount: z.int().min(0) }),
  response: z.object({ hold: Hold }),
});

export const ReleaseCredits = query('billing.release-credits', {
  summary: 'Give a hold back.',
  request: z.object({ accountId: AccountId, holdId: z.uuid() }),
  response: z.object({ hold: Hold }),
});

/** What things cost, in credits. */
export const TARIFF = {
  /** One product, history or deal read. */
  read: 1,
  /** One alert handed over to a channel other than the inbox. */
  alertDelivered: 1,
  /** Posting observations is free: they are what Souk lives on. */
  observationPosted: 0,
} as const;

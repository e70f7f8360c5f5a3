import { z } from 'zod';
import { event } from './event.ts';
import { AccountId, Instant } from './ids.ts';

/** What was used in one interval, grouped by key, operation and lease; `usageId` makes it idempotent. */
const Usage = z.object({
  usageId: z.uuid(),
  keyId: z.uuid(),
  operation: z.string().max(64),
  count: z.int().positive(),
  credits: z.int().nonnegative(),
  /** The hold that the credits are captured from; absent for free operations and unmetered accounts. */
  holdId: z.uuid().optional(),
  /** Products looked at, at most 100 of them: what people look for is worth knowing later. */
  subjects: z.array(z.string()).max(100).default([]),
  from: Instant,
  to: Instant,
});

/** Uses that one message tells of at most. */
export const MAX_USES_PER_MESSAGE = 100;

export const UsageRecorded = event('gateway.usage-recorded.v1', {
  summary:
    'What an account looked up, searched or posted within an interval, and the lease that pays for it.',
  data: Usage.extend({
    accountId: AccountId,
    /** Further uses of the same account that were told together; each counts as if it came alone. */
    more: z
      .array(Usage)
      .max(MAX_USES_PER_MESSAGE - 1)
      .optional(),
  }),
  orderKeys: (data) => [data.accountId],
});

import { z } from 'zod';
import { event } from './event.ts';
import { AccountId, Instant } from './ids.ts';

/** What was used in one interval, grouped; `usageId` makes it idempotent. */
export const UsageRecorded = event('gateway.usage-recorded.v1', {
  summary:
    'What an account looked up, searched or posted within an interval, and the lease that pays for it.',
  data: z.object({
    usageId: z.uuid(),
    accountId: AccountId,
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
  }),
  orderKeys: (data) => [data.accountId],
});

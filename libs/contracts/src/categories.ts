import { z } from 'zod';
import { AccountId, Instant, SourceName } from './ids.ts';
import { query } from './query.ts';
import { Priority } from './quota.ts';

export const ListCategories = query('ingestion.list-categories', {
  summary: "Ask a source for categories by its own ids: Amazon's browse nodes.",
  deadlineMs: 25_000,
  request: z.object({
    accountId: AccountId,
    source: SourceName,
    ids: z.array(z.string().min(1).max(100)).min(1).max(50),
    priority: Priority.default('user'),
  }),
  response: z.object({
    categories: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        /** Names from the root down to this one. */
        path: z.array(z.string()),
      }),
    ),
    /** Asked for and not known to the source. */
    missing: z.array(z.string()),
    fetchedAt: Instant,
  }),
});

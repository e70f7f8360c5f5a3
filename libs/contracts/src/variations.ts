import { z } from 'zod';
import { AccountId, ProductCode, SourceName } from './ids.ts';
import { SearchSource } from './ingestion.ts';
import { query } from './query.ts';
import { Priority } from './quota.ts';

export const ListVariations = query('ingestion.list-variations', {
  summary:
    'Ask a source for the sizes, colours and other variations of a product; stored like any other price.',
  deadlineMs: 25_000,
  request: z.object({
    accountId: AccountId,
    source: SourceName,
    product: ProductCode,
    page: z.int().min(1).max(10).default(1),
    priority: Priority.default('user'),
  }),
  response: SearchSource.response.extend({ fetchId: z.uuid().nullable() }),
});

import { FeedLayout, FeedMapping } from '@souk/feed';
import { z } from 'zod';
import type { SourceAdapter } from '../adapter.ts';

const Address = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(2_048);

/** How a feed is written and read; without its place also what a preview takes. */
export const FeedReading = z.strictObject({ ...FeedLayout.shape, ...FeedMapping.shape });

export const FeedConfig = z
  .strictObject({
    url: Address.optional(),
    /** A file on the machine that ingestion runs on; only settings can name one. */
    path: z.string().min(1).max(1_000).optional(),
    /** Sent to the address that is given, not to where it redirects. */
    headers: z.record(z.string().max(100), z.string().max(4_000)).default({}),
    ...FeedReading.shape,
  })
  .refine(({ url, path }) => (url === undefined) !== (path === undefined), 'needs either url or path');
export type FeedConfig = z.infer<typeof FeedConfig>;

/** Files of products: CSV, TSV, NDJSON and JSON, read row by row with a mapping of their columns. */
export const feedAdapter: SourceAdapter<FeedConfig> = {
  version: 'feed/1',
  config: FeedConfig,
  policy: () => ({ mayStoreHistory: true, cacheLifetimeMs: null, mayAlert: true, attribution: null }),
  defaultBudget: () => ({ ratePerSecond: 1, burst: 5 }),
  feed: ({ url, path, headers, ...reading }) => ({
    place: url === undefined ? { path: path! } : { url: new URL(url), headers },
    // The same settings hold what both schemas know of; each takes its own.
    layout: z.object(FeedLayout.shape).parse(reading),
    mapping: z.object(FeedMapping.shape).parse(reading),
  }),
};

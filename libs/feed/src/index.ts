export { FeedProblem } from './feed-problem.ts';
export { type FeedColumn, type FeedField, FeedLayout, FeedMapping } from './feed-settings.ts';
export { type FeedPreview, PREVIEW_ROWS, previewFeed } from './preview-feed.ts';
export type { ProposedMapping } from './propose-mapping.ts';
export { type FoundLayout, openFeed, readFeed } from './read-feed.ts';
export type { FeedItem } from './read-row.ts';

import { type FeedItem, FeedProblem, openFeed, readFeed } from '@souk/feed';
import { type FeedPlan, type SourceItem, UnexpectedAnswer } from '../adapter.ts';
import type { FeedFile } from './feed-files.ts';

/** Rows that are held, read and published together. */
const ROWS_PER_PAGE = 500;

export interface FeedPage {
  items: SourceItem[];
  /** Where the next page begins; null after the last. */
  next: string | null;
}

/** A feed in pages, each read when it is asked for. Throws UnexpectedAnswer where the file is not what it should be. */
export async function* feedPages(file: FeedFile, plan: FeedPlan, maxBytes: number): AsyncGenerator<FeedPage> {
  try {
    const feed = await openFeed(file.bytes, plan.layout, { maxBytes });
    const rows = readFeed(feed, plan.mapping, { now: file.fetchedAt, baseUrl: file.baseUrl });
    let items: SourceItem[] = [];
    for await (const row of rows) {
      if (items.length === ROWS_PER_PAGE) {
        yield { items, next: `line ${row.line}` };
        items = [];
      }
      items.push(itemOf(row));
    }
    yield { items, next: null };
  } catch (error) {
    if (error instanceof FeedProblem) throw new UnexpectedAnswer(`the feed was not read: ${error.message}`);
    throw error;
  }
}

const itemOf = ({ line, raw, posted, problem }: FeedItem): SourceItem => ({
  raw: { line, ...raw },
  posted,
  line,
  ...(problem && { problem }),
});

import type { z } from 'zod';

/** One page of a source's answer: its items in the form of a posted observation, as far as they go. */
export interface SourcePage {
  items: SourceItem[];
  /** Where to go on; null after the last page. */
  next: string | null;
}

export interface SourceItem {
  /** The item as the source wrote it, to look at when it cannot be read. */
  raw: unknown;
  /** Fields of a posted observation, without `source`; amounts as they were written. */
  posted: Record<string, unknown>;
}

/** The answer is not what this source has always sent: better no prices than wrong ones. */
export class UnexpectedPage extends Error {
  override name = 'UnexpectedPage';
}

/** What makes one shop different from another; everything else is done once for all of them. */
export interface SourceAdapter<Config extends z.ZodType = z.ZodType> {
  readonly config: Config;
  /** Address of the page at `cursor`, or of the first one. */
  pageUrl(config: z.output<Config>, cursor: string | null): URL;
  /** Reads the text of a page; throws UnexpectedPage. */
  readPage(config: z.output<Config>, body: string): SourcePage;
}

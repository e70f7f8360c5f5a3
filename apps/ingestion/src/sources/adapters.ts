import type { SourceAdapter } from './adapter.ts';
import { amazonAdapter } from './amazon/amazon.adapter.ts';
import { feedAdapter } from './feed/feed.adapter.ts';
import { keepaAdapter } from './keepa/keepa.adapter.ts';
import { pageAdapter } from './page/page.adapter.ts';
import { sandboxAdapter } from './sandbox/sandbox.adapter.ts';
import { tokopediaAdapter } from './tokopedia/tokopedia.adapter.ts';

/** Every kind of source there is: a new one is a folder beside this file and a line here. */
export const ADAPTERS: Readonly<Record<string, SourceAdapter>> = {
  amazon: amazonAdapter,
  feed: feedAdapter,
  keepa: keepaAdapter,
  page: pageAdapter,
  sandbox: sandboxAdapter,
  tokopedia: tokopediaAdapter,
};

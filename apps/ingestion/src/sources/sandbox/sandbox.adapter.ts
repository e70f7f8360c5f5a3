import { z } from 'zod';
import { isRecord, keepDigits } from '../../json-text.ts';
import { type SourceAdapter, type SourcePage, UnexpectedPage } from '../adapter.ts';

const ITEMS_PER_PAGE = 50;

const Config = z.object({ baseUrl: z.url() });
const Page = z.object({ items: z.array(z.unknown()).max(200), next: z.string().max(2_000).nullable() });

/** The simulated shop of tools/sandbox: its items look like posted observations, with `id` for the product. */
export const sandboxAdapter: SourceAdapter<typeof Config> = {
  config: Config,
  pageUrl({ baseUrl }, cursor) {
    const url = new URL(cursor ?? `/products?page=1&perPage=${ITEMS_PER_PAGE}`, baseUrl);
    if (url.origin !== new URL(baseUrl).origin)
      throw new UnexpectedPage('the next page is at another address');
    return url;
  },
  readPage(_config, body): SourcePage {
    const page = Page.safeParse(parsed(body));
    if (!page.success) throw new UnexpectedPage(`the page has another shape: ${z.prettifyError(page.error)}`);
    return {
      items: page.data.items.map((raw) => ({ raw, posted: isRecord(raw) ? postedOf(raw) : {} })),
      next: page.data.next,
    };
  },
};

function parsed(body: string): unknown {
  try {
    return JSON.parse(body, keepDigits);
  } catch {
    throw new UnexpectedPage('the page is not JSON');
  }
}

const postedOf = ({ id, ...facts }: Record<string, unknown>): Record<string, unknown> => ({
  ...facts,
  product: id,
});

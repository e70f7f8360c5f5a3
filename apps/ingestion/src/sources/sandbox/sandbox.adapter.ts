import { z } from 'zod';
import { isRecord, keepDigits } from '../../json-text.ts';
import { type SourceAdapter, UnexpectedAnswer } from '../adapter.ts';
import { expectSuccess } from '../expect-success.ts';

const ITEMS_PER_PAGE = 50;

const Config = z.object({ baseUrl: z.url() });
type Config = z.infer<typeof Config>;
const Page = z.object({ items: z.array(z.unknown()).max(200), next: z.string().max(2_000).nullable() });

/** The simulated shop of tools/sandbox: its items look like posted observations, with `id` for the product. */
export const sandboxAdapter: SourceAdapter<Config> = {
  version: 'sandbox/1',
  config: Config,
  policy: () => ({ mayStoreHistory: true, cacheLifetimeMs: null, mayAlert: true, attribution: null }),
  defaultBudget: () => ({ ratePerSecond: 20, burst: 20 }),
  catalogue: {
    request({ baseUrl }, cursor) {
      const url = new URL(cursor ?? `/products?page=1&perPage=${ITEMS_PER_PAGE}`, baseUrl);
      if (url.origin !== new URL(baseUrl).origin)
        throw new UnexpectedAnswer('the next page is at another address');
      return { operation: 'products', method: 'GET', url };
    },
    read(_config, answer) {
      expectSuccess(answer);
      const page = Page.safeParse(parsed(answer.body));
      if (!page.success)
        throw new UnexpectedAnswer(`the page has another shape: ${z.prettifyError(page.error)}`);
      return { items: page.data.items.map(itemOf), next: page.data.next };
    },
  },
};

const itemOf = (raw: unknown) => ({ raw, posted: isRecord(raw) ? postedOf(raw) : {} });

function parsed(body: string): unknown {
  try {
    return JSON.parse(body, keepDigits);
  } catch {
    throw new UnexpectedAnswer('the page is not JSON');
  }
}

const postedOf = ({ id, ...facts }: Record<string, unknown>): Record<string, unknown> => ({
  ...facts,
  product: id,
});

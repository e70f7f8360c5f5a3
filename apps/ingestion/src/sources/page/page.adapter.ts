import { isCurrency } from '@souk/money';
import { selectorFields, selectorProblem } from '@souk/product-page';
import { z } from 'zod';
import type { SourceAdapter } from '../adapter.ts';
import { readProductPage } from './page.answer.ts';

/** Larger than any product page, as it comes and decompressed. */
const MAX_BYTES = 8_000_000;

const Address = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(2_048);

const Selector = z
  .string()
  .min(1)
  .max(500)
  .check(({ value, issues }) => {
    const problem = selectorProblem(value);
    if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: value });
  });

export const PageConfig = z.object({
  /** Addresses by product code, for codes that are no addresses themselves. */
  products: z.record(z.string().min(1).max(200), Address).default({}),
  /** Where on the page a field stands, for shops that do not say it in a notation made for it. */
  selectors: z.partialRecord(z.enum(selectorFields), Selector).optional(),
  /** Of prices that name none. */
  defaultCurrency: z.string().refine(isCurrency, 'is no ISO 4217 code').optional(),
  /** How the shop writes decimals, where its prices alone leave that open ("1.299"). */
  decimalSeparator: z.enum(['.', ',']).optional(),
});
export type PageConfig = z.infer<typeof PageConfig>;

/** Any shop's product pages, one by one: a product is given by its address. */
export const pageAdapter: SourceAdapter<PageConfig> = {
  version: 'page/1',
  config: PageConfig,
  policy: () => ({ mayStoreHistory: true, cacheLifetimeMs: null, mayAlert: true, attribution: null }),
  // All hosts together; each of them has a pause between calls besides.
  defaultBudget: () => ({ ratePerSecond: 1, burst: 5 }),
  checkProduct(config, product) {
    if (addressOf(config, product) !== undefined) return null;
    return 'is neither an http or https address nor a code under `products` of the source';
  },
  lookup: {
    maxProducts: 1,
    request(config, [product = '']) {
      const url = addressOf(config, product);
      if (url === undefined) throw new TypeError(`no address for ${product}: checkProduct comes first`);
      return {
        operation: 'page',
        method: 'GET',
        url,
        userSupplied: true,
        conditional: true,
        maxBytes: MAX_BYTES,
      };
    },
    read: (config, [product = ''], answer) => readProductPage(config, product, answer),
  },
};

function addressOf({ products }: PageConfig, product: string): URL | undefined {
  const address = Object.hasOwn(products, product) ? products[product]! : product;
  if (!/^https?:/u.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  url.hash = '';
  return url.username === '' && url.password === '' ? url : undefined;
}

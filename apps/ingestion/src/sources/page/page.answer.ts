import { type PageProduct, PageTooComplex, type ProductFacts, readPage } from '@souk/product-page';
import type { LookupResult, MissingProduct, SourceAnswer } from '../adapter.ts';
import { expectSuccess } from '../expect-success.ts';
import type { PageConfig } from './page.adapter.ts';

/** What a shop's page tells of its product, or why it gives no price. Throws RefusedBySource. */
export function readProductPage(config: PageConfig, product: string, answer: SourceAnswer): LookupResult {
  const missing = (reason: MissingProduct['reason'], detail: string): LookupResult => ({
    items: [],
    missing: [{ product, reason, detail }],
  });
  if (answer.status === 404 || answer.status === 410) {
    return missing('not-found', `the page is gone (status ${answer.status}): give the product's new address`);
  }
  expectSuccess(answer);
  const type = answer.headers.get('content-type') ?? 'text/html';
  if (!/html|xml|text\/plain/iu.test(type))
    return missing('failed', `the address is no web page: it sent ${type}`);
  try {
    const page = readPage(answer.body, answer.url.href, {
      selectors: config.selectors,
      defaultCurrency: config.defaultCurrency,
      decimalSeparator: config.decimalSeparator,
    });
    const currency = page.facts.currency ?? config.defaultCurrency;
    const problem = problemOf(page, currency, answer.body);
    if (problem) return missing(problem.reason, problem.detail);
    const posted = postedOf(product, { ...page.facts, currency }, answer);
    return { items: [{ raw: { url: page.url, facts: page.facts, from: page.from }, posted }], missing: [] };
  } catch (error) {
    if (!(error instanceof PageTooComplex)) throw error;
    return missing('failed', `the page cannot be read: ${error.message}`);
  }
}

/** Pages that shops show instead of a product's, to whom they take for a machine. */
const barrier =
  /captcha|are you (?:a )?human|unusual traffic|access denied|robot check|verify you are|enable javascript and cookies/iu;

function problemOf(
  { facts, disagreements, problems, readings }: PageProduct,
  currency: string | undefined,
  body: string,
): Pick<MissingProduct, 'reason' | 'detail'> | undefined {
  const notes = problems.length > 0 ? ` (${problems.join('; ').slice(0, 300)})` : '';
  const failed = (detail: string) => ({ reason: 'failed' as const, detail: `${detail}${notes}` });
  if (disagreements.length > 0)
    return failed(`the page contradicts itself: ${disagreements.map(inWords).join('; ')}`);
  // Shops write 0 where nothing is for sale: that is no bargain.
  const isPriced =
    facts.price !== undefined && !(facts.availability === 'out_of_stock' && Number(facts.price) === 0);
  if (isPriced && currency !== undefined) return undefined;
  if (isPriced) return failed('the price names no currency: set `defaultCurrency` of the source');
  if (facts.availability === 'out_of_stock')
    return { reason: 'no-offer', detail: 'the page says it is out of stock, and no price' };
  if (readings.length === 0 && barrier.test(body.slice(0, 50_000))) {
    return {
      reason: 'not-accessible',
      detail: 'the shop shows a page that keeps machines out, not the product',
    };
  }
  if (readings.length === 0)
    return failed('the page describes no product in a form that can be read: set `selectors` of the source');
  return failed('the page describes a product and no price: set `selectors.price` of the source');
}

function inWords({ field, values }: PageProduct['disagreements'][number]): string {
  return `${field} is ${values.map(({ notation, value }) => `${value.slice(0, 40)} (${notation})`).join(', ')}`;
}

function postedOf(
  product: string,
  facts: ProductFacts,
  { url, fetchedAt }: SourceAnswer,
): Record<string, unknown> {
  const text = (value: string | undefined, max: number): string | undefined => value?.slice(0, max);
  const address = (value: string | undefined): string | undefined =>
    value !== undefined && value.length <= 2_048 ? value : undefined;
  const posted: Record<string, unknown> = {
    product,
    price: facts.price,
    currency: facts.currency,
    listPrice: facts.listPrice,
    availability: facts.availability,
    condition: facts.condition,
    seller: text(facts.seller, 200),
    title: text(facts.title, 500),
    brand: text(facts.brand, 200),
    gtin: facts.gtin,
    mpn: text(facts.mpn, 100),
    category: facts.category?.slice(0, 20).map((name) => name.slice(0, 200)),
    image: address(facts.image),
    url: address(url.href),
    rating: facts.rating,
    reviewCount: facts.reviewCount,
    observedAt: fetchedAt.toISOString(),
  };
  return Object.fromEntries(Object.entries(posted).filter(([, value]) => value !== undefined));
}

import { type CatalogueAnswer, type CatalogueItem, marketplaceAt, readCatalogueAnswer } from '@souk/amazon';
import {
  type LookupResult,
  type MissingProduct,
  type SourceAnswer,
  type SourceItem,
  UnexpectedAnswer,
} from '../adapter.ts';
import { type AmazonConfig, marketplaceOf } from './amazon.config.ts';
import { expectAmazonSuccess, saysNothingFound } from './amazon.errors.ts';

const nothing: CatalogueAnswer = {
  items: [],
  strangers: [],
  nodes: [],
  total: 0,
  errors: [{ code: 'NoResults', message: 'Amazon knows nothing of the kind' }],
};

/** The answer of any operation. Throws RefusedBySource, or UnexpectedAnswer when the interface seems to have changed. */
export function amazonAnswer(answer: SourceAnswer): CatalogueAnswer {
  if (saysNothingFound(answer)) return nothing;
  expectAmazonSuccess(answer);
  const read = parsed(answer.body);
  if (!read)
    throw new UnexpectedAnswer('the answer of the Creators API has neither a result nor an error in it');
  const { items, strangers } = read;
  const unreadable = items.filter(({ none }) => none?.isUnreadable);
  // One item alone may be odd without anything having changed; canaries find out.
  if (items.length + strangers.length > 1 && unreadable.length === items.length)
    throw new UnexpectedAnswer(
      `none of ${items.length + strangers.length} items is understood: the first ${unreadable[0]?.none?.why ?? 'has no ASIN'}`,
    );
  if (items.length === 0 && strangers.length === 1) throw new UnexpectedAnswer('the item has no ASIN');
  return read;
}

/** What the answer says of each product that was asked for; its order means nothing. */
export function lookedUp(
  config: AmazonConfig,
  products: readonly string[],
  answer: SourceAnswer,
): LookupResult {
  const read = amazonAnswer(answer);
  const byAsin = new Map(read.items.map((item) => [item.asin, item]));
  const result: LookupResult = { items: [], missing: [] };
  for (const product of products) {
    const item = byAsin.get(product);
    const problem = item ? problemOf(config, item) : unanswered(product, read);
    if (problem) result.missing.push({ product, ...problem });
    else result.items.push(...itemsOf(item!, answer));
  }
  return result;
}

/** The items of a search or of variations; those without a price are left out, those not understood go along. */
export function found(
  config: AmazonConfig,
  answer: SourceAnswer,
): { items: SourceItem[]; total: number | null } {
  const read = amazonAnswer(answer);
  const items = read.items.flatMap((item) => {
    const problem = problemOf(config, item);
    if (!problem) return itemsOf(item, answer);
    return problem.reason === 'failed' ? [{ raw: item.raw, posted: { product: item.asin } }] : [];
  });
  return { items: [...items, ...read.strangers.map((raw) => ({ raw, posted: {} }))], total: read.total };
}

const itemsOf = ({ raw, observations }: CatalogueItem, { fetchedAt }: SourceAnswer): SourceItem[] =>
  observations.map((observation) => ({
    raw,
    posted: { ...observation, observedAt: fetchedAt.toISOString() },
  }));

type Problem = Omit<MissingProduct, 'product'>;

function problemOf(config: AmazonConfig, { url, none, observations }: CatalogueItem): Problem | undefined {
  const { host, currency } = marketplaceOf(config);
  const place = url === undefined ? undefined : marketplaceAt(url);
  if (place && place.host !== host)
    return { reason: 'failed', detail: `the answer is of ${place.host}, not of ${host}` };
  if (none) return { reason: none.isUnreadable ? 'failed' : 'no-offer', detail: none.why };
  const foreign = observations.find((observation) => observation.currency !== currency);
  return (
    foreign && {
      reason: 'failed',
      detail: `is priced in ${foreign.currency}, but ${host} sells in ${currency}`,
    }
  );
}

/** Errors name their product in words only. */
function unanswered(product: string, { errors }: CatalogueAnswer): Problem {
  const error = errors.find(({ message }) => message.includes(product));
  if (error?.code === 'ItemNotAccessible') return { reason: 'not-accessible', detail: error.message };
  if (error) return { reason: 'not-found', detail: error.message || error.code };
  const other = errors[0] ?? { code: '', message: 'Amazon neither sent it nor said why' };
  const isUnknown = /NoResults|NotFound/.test(other.code);
  return { reason: isUnknown ? 'not-found' : 'failed', detail: other.message || other.code };
}

function parsed(body: string): CatalogueAnswer | undefined {
  try {
    return readCatalogueAnswer(body);
  } catch {
    throw new UnexpectedAnswer('the answer of the Creators API is not JSON');
  }
}

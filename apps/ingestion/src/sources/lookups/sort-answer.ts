import type { CollectedObservation, LookUpProblem } from '@souk/contracts';
import { type LookupResult, UnexpectedAnswer } from '../adapter.ts';
import type { FetchedItems } from '../fetched-prices.ts';

/** What the answer says of one product: its offers, or why there are none. */
export interface ProductAnswer {
  observations: CollectedObservation[];
  problem: LookUpProblem | null;
}

/**
 * Keeps what was asked for. An answer that holds nothing of it, neither a price nor a reason, is no empty shop but
 * a reader that has stopped to understand its source.
 */
export function onlyAskedFor(
  asked: readonly string[],
  { items, missing, pauseMs }: LookupResult,
): LookupResult {
  const wanted = new Set(asked);
  const ofAsked = {
    items: items.filter(({ posted }) => typeof posted.product === 'string' && wanted.has(posted.product)),
    missing: missing.filter(({ product }) => wanted.has(product)),
    pauseMs,
  };
  if (ofAsked.items.length + ofAsked.missing.length === 0)
    throw new UnexpectedAnswer(`the answer tells nothing of the ${asked.length} products asked for`);
  return ofAsked;
}

/** Sorts an answer by the products asked for; a product that is not mentioned has failed, it is not gone. */
export function sortAnswer(
  asked: readonly string[],
  { missing }: LookupResult,
  { lines, unreadable }: Pick<FetchedItems, 'lines' | 'unreadable'>,
): Map<string, ProductAnswer> {
  return new Map(
    asked.map((product): [string, ProductAnswer] => {
      const observations = lines
        .filter(({ observation }) => observation.product === product)
        .map(({ observation }) => observation);
      if (observations.length > 0) return [product, { observations, problem: null }];
      return [product, { observations: [], problem: problemOf(product, missing, unreadable) }];
    }),
  );
}

const MAX_DETAIL_CHARACTERS = 600;

function problemOf(
  product: string,
  missing: LookupResult['missing'],
  unreadable: FetchedItems['unreadable'],
): LookUpProblem {
  const declared = missing.find((one) => one.product === product);
  if (declared) {
    const reason = declared.reason === 'failed' ? 'source-failed' : declared.reason;
    return { reason, detail: declared.detail.slice(0, MAX_DETAIL_CHARACTERS) };
  }
  const item = unreadable.find((one) => one.product === product);
  if (item)
    return { reason: 'unreadable', detail: `${item.field} ${item.problem}`.slice(0, MAX_DETAIL_CHARACTERS) };
  return { reason: 'source-failed', detail: 'the answer does not mention it' };
}

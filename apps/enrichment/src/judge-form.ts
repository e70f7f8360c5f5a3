import type { CollectedObservation, QuarantinedObservation } from '@souk/contracts';
import { isCurrency } from '@souk/money';
import { isAsin, isGtin, looksLikeAsin } from './check-digits.ts';

/** How far a shop's clock may run ahead of ours: 10 minutes. */
const CLOCK_SKEW_MS = 600_000;
/** No shop on the net is older, and Postgres knows no year 0. */
const EARLIEST = '1970-01-01T00:00:00.000Z';

/** What is wrong with one observation; nothing when it may pass. */
type FormProblem = Pick<QuarantinedObservation, 'reason' | 'field' | 'detail'>;

/** Judges the observations of one message by their form alone; the history is scoring's to judge by. */
export type FormJudge = (observation: CollectedObservation) => FormProblem | undefined;

/** A judge for the observations of one message: what depends on the message only is worked out once. */
export function formJudge(message: {
  source: string;
  collectedAt: string;
  adapterVersion?: string | undefined;
}): FormJudge {
  const isAmazon = hasAsins(message);
  const latest = new Date(Date.parse(message.collectedAt) + CLOCK_SKEW_MS).toISOString();

  return (observation) => {
    const { product, seller, observedAt, currency, gtin } = observation;
    // Instants are written with the same length and in UTC, so that their texts compare as the times do.
    if (observedAt > latest) {
      return problem(
        'future',
        'observedAt',
        `${observedAt} is more than 10 minutes after ${message.collectedAt}`,
      );
    }
    if (observedAt < EARLIEST)
      return problem('malformed', 'observedAt', `${observedAt} is before ${EARLIEST}`);
    if (!isStorable(product)) return problem('malformed', 'product', UNSTORABLE);
    if (seller !== undefined && !isStorable(seller)) return problem('malformed', 'seller', UNSTORABLE);
    if (!isCurrency(currency)) return problem('malformed', 'currency', `${currency} is no ISO 4217 currency`);
    if (gtin !== undefined && !isGtin(gtin)) {
      return problem('identifier', 'gtin', `${gtin} has a wrong check digit`);
    }
    if (isAmazon && looksLikeAsin(product) && !isAsin(product)) {
      return problem(
        'identifier',
        'product',
        `${product} is no ASIN: one begins with B and is in upper case, or is an ISBN-10 with its check digit`,
      );
    }
    return undefined;
  };
}

const AMAZON_ADAPTERS = /^(?:amazon|keepa|paapi)\b/;
const AMAZON_NAME = /^(?:amazon|keepa)-[a-z]{2,3}$/;

/** Fetched prices say who read them; of posted ones only the name of their source is known. */
const hasAsins = ({
  source,
  adapterVersion,
}: {
  source: string;
  adapterVersion?: string | undefined;
}): boolean =>
  adapterVersion === undefined ? AMAZON_NAME.test(source) : AMAZON_ADAPTERS.test(adapterVersion);

const UNSTORABLE = 'has a NUL character or half a surrogate pair, which no database keeps';

/** Text that Postgres keeps as it is: no NUL and no unpaired surrogates. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The nearest text that can be stored, cut to a length: what was set apart must be readable, not exact. */
export const storable = (text: string, maxLength: number): string =>
  text.slice(0, maxLength).replaceAll('\0', '').toWellFormed();

/** An item of a fetched answer that could not be read, as it is set apart. */
export function unreadable(item: {
  product: string;
  field: string;
  problem: string;
  raw: string;
}): QuarantinedObservation {
  const raw = storable(item.raw, 500);
  return {
    product: storable(item.product, 200),
    reason: 'malformed',
    field: storable(item.field, 200),
    detail: `${storable(item.problem, 500)}${raw ? `; it read ${raw}` : ''}`,
  };
}

const problem = (reason: FormProblem['reason'], field: string, detail: string): FormProblem => ({
  reason,
  field,
  detail: storable(detail, 500),
});

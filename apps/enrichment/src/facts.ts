import { isDeepStrictEqual } from 'node:util';
import { type CollectedObservation, ProductFacts } from '@souk/contracts';

/** More than this is no description of a product; keeps events and answers below the bus's payload limit. */
export const FACTS_MAX_LENGTH = 32_768;

const FACT_NAMES = Object.keys(ProductFacts.shape) as (keyof ProductFacts)[];

/** What an observation tells of its listing besides the price, and the same as text, to recognise it again. */
export interface ToldFacts {
  facts: ProductFacts;
  /** JSON with the names in the contract's order: the same facts give the same text. */
  text: string;
}

/** The facts that an observation carries; fields that it leaves out are absent. */
export function factsOf(observation: CollectedObservation): ToldFacts {
  const facts: Record<string, unknown> = {};
  for (const name of FACT_NAMES) {
    const value = observation[name];
    if (value !== undefined) facts[name] = value;
  }
  return { facts, text: JSON.stringify(facts) };
}

// JSON.stringify writes these escapes for a NUL and for unpaired surrogates only; an even run of backslashes
// before them is a text about escapes, not one.
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** What is wrong with facts that cannot be kept: too large, or a character that jsonb refuses. */
export function factsProblem(told: ToldFacts): { field: string; detail: string } | undefined {
  if (told.text.length > FACTS_MAX_LENGTH) {
    return {
      field: largestOf(told.facts),
      detail: `the facts about the product take ${told.text.length} characters: at most ${FACTS_MAX_LENGTH}`,
    };
  }
  if (told.text.includes('\\u') && UNSTORABLE_ESCAPE.test(told.text)) {
    const field = FACT_NAMES.find((name) => UNSTORABLE_ESCAPE.test(JSON.stringify(told.facts[name]) ?? ''));
    return {
      field: field ?? 'title',
      detail: 'has a NUL character or half a surrogate pair, which no database keeps',
    };
  }
  return undefined;
}

function largestOf(facts: ProductFacts): string {
  const sizes = FACT_NAMES.map((name) => ({ name, size: JSON.stringify(facts[name])?.length ?? 0 }));
  return sizes.reduce((largest, entry) => (entry.size > largest.size ? entry : largest)).name;
}

/** What is known of a listing, and when its newest observation was made. */
export interface KnownFacts {
  facts: ProductFacts;
  /** ISO 8601 instant of the newest observation of the listing. */
  newestAt: string;
}

/**
 * What is known after one more observation. A newer one overwrites what it tells; an older one only fills gaps.
 * A field that is left out erases nothing. `changed` is true for a listing that was unknown.
 */
export function learn(
  known: KnownFacts | undefined,
  told: ProductFacts,
  observedAt: string,
): { known: KnownFacts; changed: boolean } {
  if (!known) return { known: { facts: told, newestAt: observedAt }, changed: true };
  const isOlder = observedAt < known.newestAt;
  const facts = isOlder ? { ...told, ...known.facts } : { ...known.facts, ...told };
  const changed = !isDeepStrictEqual(facts, known.facts);
  return {
    known: { facts: changed ? facts : known.facts, newestAt: isOlder ? known.newestAt : observedAt },
    changed,
  };
}

import type { Alternative } from '@souk/contracts';

/** Alternatives that are shown. */
const SHOWN = 5;
/** Titles that have less in common are about something else. */
const LIKENESS_NEEDED = 0.2;
/** As many products are another kind of thing. */
const PRICE_UP_TO = 2;

/** A listing of the same category or brand, with its present price. */
export type Candidate = Omit<Alternative, 'likeness' | 'why'>;

/**
 * Of similar listings those that are as like by their titles (words in common, Jaccard) and no dearer than twice the
 * price, the best deals first; without a score the cheaper ones.
 */
export function alternativesTo(
  product: { title: string | null; priceMinor: number },
  candidates: readonly Candidate[],
): Alternative[] {
  const words = wordsOf(product.title);
  return candidates
    .map((candidate) => ({
      ...candidate,
      likeness: likeness(words, wordsOf(candidate.title)),
    }))
    .filter(
      ({ likeness: like, priceMinor }) =>
        like >= LIKENESS_NEEDED && priceMinor <= product.priceMinor * PRICE_UP_TO,
    )
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.priceMinor - b.priceMinor)
    .slice(0, SHOWN)
    .map((one) => ({
      ...one,
      why: `Of the same ${one.by}, ${Math.round(one.likeness * 100)} % of the words of both titles are the same.`,
    }));
}

const wordsOf = (title: string | null): Set<string> =>
  new Set(
    (title ?? '')
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  );

/** Words in common of all words of both, 0 to 1. */
function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const all = new Set([...one, ...other]).size;
  return all === 0 ? 0 : Math.round(([...one].filter((word) => other.has(word)).length / all) * 100) / 100;
}

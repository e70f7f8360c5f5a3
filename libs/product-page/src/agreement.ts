import { sameAmount } from './amount.ts';
import type { Notation, PageAvailability, ProductFacts, Reading } from './reading.ts';

/** Two or more notations of a page that say different things of the same product. */
export interface Disagreement {
  field: 'price' | 'currency' | 'availability';
  /** What each of them says. */
  values: { notation: Notation; value: string }[];
}

const isToBeHad = (availability: PageAvailability): string => {
  if (availability === 'in_stock' || availability === 'limited') return 'available';
  return availability;
};

/** Where the readings of a page contradict each other about what a price depends on. */
export function disagreements(readings: readonly Reading[]): Disagreement[] {
  const found: Disagreement[] = [];
  compare('price', ({ price }) => price, samePrice);
  compare(
    'currency',
    ({ currency }) => currency,
    (left, right) => left.currency === right.currency,
  );
  compare(
    'availability',
    ({ availability }) => (availability === 'unknown' ? undefined : availability),
    (left, right) => isToBeHad(left.availability!) === isToBeHad(right.availability!),
  );
  return found;

  function compare(
    field: Disagreement['field'],
    valueOf: (facts: ProductFacts) => string | undefined,
    isSame: (left: ProductFacts, right: ProductFacts) => boolean,
  ): void {
    const stated = readings.filter(({ facts }) => valueOf(facts) !== undefined);
    const [first, ...others] = stated;
    if (first === undefined || others.every(({ facts }) => isSame(first.facts, facts))) return;
    found.push({
      field,
      values: stated.map(({ notation, facts }) => ({ notation, value: valueOf(facts)! })),
    });
  }
}

/** One notation may name the whole range and another only an end of it. */
function samePrice(left: ProductFacts, right: ProductFacts): boolean {
  const ends = ({ price, highPrice }: ProductFacts): string[] => [
    price!,
    ...(highPrice === undefined ? [] : [highPrice]),
  ];
  return ends(left).some((each) => ends(right).some((other) => sameAmount(each, other)));
}

import type { Evidence } from '../evidence.ts';
import { type Expected, pointKey } from '../model.ts';
import { compare } from './compare.ts';
import type { Finding } from './finding.ts';

/** Every observation that was acknowledged is one stored price point, and nothing else is stored. */
export const checkPoints = ({ points }: Evidence, expected: Expected): Finding =>
  compare(
    'price points',
    expected.points,
    points,
    ({ product, observedAt }) => pointKey(product, observedAt),
    ({ priceMinor }, wanted) =>
      priceMinor === wanted.priceMinor
        ? undefined
        : `${priceMinor} is stored, ${wanted.priceMinor} came first`,
  );

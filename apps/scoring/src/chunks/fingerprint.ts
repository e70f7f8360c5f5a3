import type { PointColumns } from './point-columns.ts';

const MODULUS = 100_003;

/**
 * A sum over points that binds each one's values to its time. The database works out the same of the rows that it
 * deletes (`close_history`), so that no point is lost or changed on its way into a chunk.
 */
export function fingerprintOf(points: PointColumns): number {
  let sum = 0;
  for (let index = 0; index < points.atMs.length; index += 1) {
    const list = points.listPriceMinor[index]!;
    sum +=
      (points.atMs[index]! % MODULUS) *
      (1 +
        (points.priceMinor[index]! % MODULUS) +
        3 * (Number.isNaN(list) ? 0 : (list + 1) % MODULUS) +
        7 * (points.provenance[index]! % MODULUS) +
        11 * points.availability[index]!);
  }
  return sum;
}

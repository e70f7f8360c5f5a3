import { Tally, type Finding } from './finding.ts';

interface Wanted {
  /** Its request was repeated after an unknown outcome. */
  wasRepeated: boolean;
  /** It may be there or not. */
  isOptional: boolean;
}

/**
 * Compares what there is with what must be, key by key: each wanted one once, no other.
 * @param problemOf what is wrong with one that is there and wanted
 */
export function compare<W extends Wanted, F>(
  what: string,
  wanted: ReadonlyMap<string, W>,
  found: readonly F[],
  keyOf: (item: F) => string,
  problemOf: (item: F, wanted: W) => string | undefined,
): Finding {
  const certain = [...wanted.values()].filter(({ isOptional }) => !isOptional).length;
  const tally = new Tally(what, certain);
  const byKey = Map.groupBy(found, keyOf);
  for (const [key, one] of wanted) {
    const copies = byKey.get(key) ?? [];
    if (copies.length === 0 && !one.isOptional) tally.lost(key);
    if (copies.length > 1) tally.duplicated(`${key}, ${copies.length} times`, copies.length - 1);
    const problem = copies.map((copy) => problemOf(copy, one)).find((text) => text !== undefined);
    if (problem !== undefined) tally.unexpected(`${key}: ${problem}`);
    else if (copies.length === 1 && one.wasRepeated) tally.recovered();
  }
  for (const key of byKey.keys()) if (!wanted.has(key)) tally.unexpected(key);
  return tally.finding;
}

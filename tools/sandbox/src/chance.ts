/** A global is slow to look up where the code runs in a context of its own, as under jest. */
const { imul } = Math;

/**
 * Deterministic chance: the same seed and place give the same number in [0, 1), in every process and for ever.
 * FNV-1a over the text, then a finaliser (MurmurHash3's) so that neighbouring places look unrelated.
 */
export function chance(seed: string, ...place: readonly (string | number)[]): number {
  const text = `${seed}|${place.join('|')}`;
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** A whole number from `low` to `high`, both included. */
export function chanceBetween(
  low: number,
  high: number,
  seed: string,
  ...place: readonly (string | number)[]
): number {
  return low + Math.floor(chance(seed, ...place) * (high - low + 1));
}

/** Oldest and middle age in whole seconds; null of nothing. */
export function agesOf(agesMs: readonly number[]): {
  medianAgeSeconds: number | null;
  oldestSeconds: number | null;
} {
  const sorted = agesMs.toSorted((a, b) => a - b);
  const seconds = (ms: number | undefined): number | null =>
    ms === undefined ? null : Math.round(ms / 1_000);
  return { medianAgeSeconds: seconds(sorted[sorted.length >> 1]), oldestSeconds: seconds(sorted.at(-1)) };
}

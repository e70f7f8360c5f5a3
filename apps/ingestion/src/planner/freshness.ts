import type { Freshness } from '@souk/contracts';

const UNITS = [
  { ms: 86_400_000, name: 'days' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1_000, name: 's' },
] as const;

/** Nobody looks the product up; what is known of it comes from elsewhere. */
export const NOT_CHECKED: Freshness = {
  intervalMs: null,
  sentence: 'not looked up: as fresh as it is posted',
};

/** The source can have no such product, whatever its budget. */
export const neverChecked = (source: string, problem: string): Freshness => ({
  intervalMs: null,
  sentence: `cannot be looked up at ${source}: the product ${problem}`,
});

export function freshnessOf(intervalMs: number): Freshness {
  const unit = UNITS.find(({ ms }) => intervalMs >= 2 * ms) ?? UNITS.at(-1)!;
  const count = Math.max(1, Math.round(intervalMs / unit.ms));
  return { intervalMs: Math.round(intervalMs), sentence: `checked about every ${count} ${unit.name}` };
}

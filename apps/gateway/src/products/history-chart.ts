import type { PriceChart } from '@souk/chart';
import type { PriceChartData } from '@souk/contracts';

/** What scoring tells, as libs/chart takes it. */
export function chartOf(data: PriceChartData | null, title: string | null, width: number): PriceChart {
  const shape = { kind: 'price', width, height: 500, ...(title !== null && { title }) } as const;
  if (!data) return { ...shape, currency: 'XXX', points: [] };
  const { points, gaps, to, lowest, usual, currency } = data;
  return {
    ...shape,
    currency,
    points: points.map(({ at, ...point }) => ({ atMs: Date.parse(at), ...point })),
    gaps: gaps.map((gap) => ({ fromMs: Date.parse(gap.from), toMs: Date.parse(gap.to) })),
    toMs: Date.parse(to),
    lowest: { priceMinor: lowest.priceMinor, atMs: Date.parse(lowest.observedAt) },
    ...(usual && { usual }),
  };
}

import * as fc from 'fast-check';
import { DAY_MS } from './deal-measures.ts';
import { priceStatistics, STATISTICS_WINDOWS } from './price-statistics.ts';
import { PriceTimeline } from './price-timeline.ts';

const HOUR_MS = 3_600_000;

const timelineOf = (points: readonly { atMs: number; priceMinor: number }[]): PriceTimeline => {
  const timeline = new PriceTimeline();
  for (const { atMs, priceMinor } of points) timeline.append(atMs, { priceMinor, availability: 1 });
  return timeline;
};

const counts = { '30d': 1, '90d': 2, '365d': 3, all: 4 };

const points = fc
  .uniqueArray(
    fc.record({ hour: fc.integer({ min: 0, max: 500 * 24 }), priceMinor: fc.integer({ min: 1, max: 50 }) }),
    { selector: (point) => point.hour, minLength: 2, maxLength: 60 },
  )
  .map((all) =>
    all
      .map(({ hour, priceMinor }) => ({ atMs: hour * HOUR_MS, priceMinor }))
      .toSorted((a, b) => a.atMs - b.atMs),
  );

/** The price at every full hour, as somebody looking at the shop every hour would have written it down. */
function hourly(
  all: readonly { atMs: number; priceMinor: number }[],
  fromMs: number,
  toMs: number,
): number[] {
  const samples: number[] = [];
  for (let at = Math.max(fromMs, all[0]!.atMs); at < toMs; at += HOUR_MS) {
    samples.push(all.findLast((point) => point.atMs <= at)!.priceMinor);
  }
  return samples.toSorted((a, b) => a - b);
}

describe('price statistics', () => {
  it('equal those of a price written down every hour', () => {
    fc.assert(
      fc.property(points, (all) => {
        const nowMs = all.at(-1)!.atMs;
        const statistics = priceStatistics(timelineOf(all), counts);
        STATISTICS_WINDOWS.forEach(({ window, days }, index) => {
          const samples = hourly(all, nowMs - days * DAY_MS, nowMs);
          const quantile = (percent: number) => samples[Math.ceil((percent * samples.length) / 100) - 1]!;
          const newest = all.at(-1)!.priceMinor;
          expect(statistics[index]).toEqual({
            window,
            observations: counts[window],
            lowMinor: Math.min(newest, samples[0]!),
            highMinor: Math.max(newest, samples.at(-1)!),
            medianMinor: quantile(50),
            p10Minor: quantile(10),
            p25Minor: quantile(25),
            p75Minor: quantile(75),
            p90Minor: quantile(90),
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  it('of a single observation are that price throughout', () => {
    for (const one of priceStatistics(timelineOf([{ atMs: 5, priceMinor: 700 }]), counts)) {
      const { window: _window, observations: _observations, ...prices } = one;
      expect(new Set(Object.values(prices))).toEqual(new Set([700]));
    }
  });

  it('count a price that was in force when the window began from there on', () => {
    const all = [
      { atMs: 0, priceMinor: 1000 },
      { atMs: 99 * DAY_MS, priceMinor: 500 },
      { atMs: 100 * DAY_MS, priceMinor: 400 },
    ];
    const [month] = priceStatistics(timelineOf(all), counts);
    expect(month).toMatchObject({ lowMinor: 400, highMinor: 1000, medianMinor: 1000, p10Minor: 1000 });
  });
});

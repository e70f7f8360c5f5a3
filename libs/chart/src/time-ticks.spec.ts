import { roundStep, timeTicks } from './time-ticks.ts';

const daysOf = (ticks: number[]): string[] => ticks.map((atMs) => new Date(atMs).toISOString().slice(0, 10));

describe('round times', () => {
  it('are first days of months over a year', () => {
    const ticks = timeTicks(Date.UTC(2025, 0, 10), Date.UTC(2026, 0, 10), 5, 'UTC');
    expect(daysOf(ticks)).toEqual(['2025-04-01', '2025-07-01', '2025-10-01', '2026-01-01']);
  });

  it('are midnights of the reader, also where clocks are put forward between them', () => {
    const ticks = timeTicks(Date.UTC(2026, 2, 27), Date.UTC(2026, 3, 1), 6, 'Europe/Berlin');
    expect(ticks.map((atMs) => new Date(atMs).toISOString())).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
      '2026-03-31T22:00:00.000Z',
    ]);
  });

  it('are full days over a week, years over decades, and never more than wanted', () => {
    expect(timeTicks(Date.UTC(2025, 0, 1), Date.UTC(2025, 0, 8), 8, 'UTC')).toHaveLength(8);
    expect(daysOf(timeTicks(Date.UTC(1990, 5, 1), Date.UTC(2025, 0, 8), 8, 'UTC'))[0]).toBe('1995-01-01');
    for (let days = 1; days < 20_000; days = Math.ceil(days * 1.3)) {
      const ticks = timeTicks(0, days * 86_400_000, 6, 'UTC');
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks.length).toBeGreaterThan(0);
    }
  });
});

it.each([
  [100, 4, 25],
  [37, 4, 10],
  [0.9, 4, 0.25],
])('a step for %d in %d parts is %d', (range, parts, step) =>
  expect(roundStep(range, parts)).toBeCloseTo(step),
);

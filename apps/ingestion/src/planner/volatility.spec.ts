import { freshnessOf } from './freshness.ts';
import { changesPerHour, checkedOnce, type CheckHistory, usualMove } from './volatility.ts';

const nothing: CheckHistory = { checks: 0, changes: 0, watchedHours: 0, moved: 0 };

describe('how often a price changes', () => {
  it('is a guess at first, and learned from checks', () => {
    expect(changesPerHour(nothing)).toBeCloseTo(1 / 48);
    const seen = (changes: number) => changesPerHour({ checks: 100, changes, watchedHours: 100, moved: 0 });
    expect(seen(0)).toBeLessThan(0.02);
    expect(seen(50)).toBeGreaterThan(0.4);
  });

  it('is more than what far-apart checks can see', () => {
    const { checks, changes } = { checks: 100, changes: 90 };
    expect(changesPerHour({ checks, changes, watchedHours: 1_000, moved: 0 })).toBeGreaterThan(0.2);
  });

  it('forgets what is long ago', () => {
    let history: CheckHistory = { checks: 200, changes: 200, watchedHours: 200, moved: 2 };
    for (let check = 0; check < 1_000; check += 1)
      history = checkedOnce(history, { sinceLastHours: 1, before: 100, after: 100 });
    expect(changesPerHour(history)).toBeLessThan(0.05);
    expect(history.checks).toBeLessThanOrEqual(200);
  });
});

describe('a check', () => {
  it.each([
    ['the first', null, 100, nothing],
    ['the same price', 100, 100, { checks: 1, changes: 0, watchedHours: 2, moved: 0 }],
    ['a lower price', 100, 80, { checks: 1, changes: 1, watchedHours: 2, moved: 0.2 }],
    ['a price ten times as high', 100, 1_000, { checks: 1, changes: 1, watchedHours: 2, moved: 1 }],
    ['no offer any more', 100, null, { checks: 1, changes: 1, watchedHours: 2, moved: 0 }],
  ])('notes %s', (_what, before, after, history) => {
    expect(checkedOnce(nothing, { sinceLastHours: 2, before, after })).toEqual(history);
  });

  it('that found large changes makes the next one worth more', () => {
    const large = { checks: 10, changes: 10, watchedHours: 10, moved: 5 };
    expect(usualMove(large)).toBeGreaterThan(usualMove(nothing) * 5);
  });
});

describe('freshness in words', () => {
  it.each([
    [500, 'checked about every 1 s'],
    [90_000, 'checked about every 90 s'],
    [12 * 60_000, 'checked about every 12 min'],
    [5 * 3_600_000, 'checked about every 5 h'],
    [50 * 86_400_000, 'checked about every 50 days'],
  ])('of %d ms', (intervalMs, sentence) => {
    expect(freshnessOf(intervalMs)).toEqual({ intervalMs, sentence });
  });
});

import { DAY_MS } from '@souk/scoring/judging';
import * as fc from 'fast-check';
import { alertsOf, thresholdFor } from './alerts.ts';
import { compare } from './compare.ts';
import { withSection } from './document.ts';
import { lastingLows, lowsTold } from './lasting-lows.ts';
import { measuresOf } from './metrics.ts';
import { outcomeAt, surroundingMedian } from './outcomes.ts';
import { verdictOf } from './report.ts';
import { RULES } from './rules.ts';
import { scoreHistory } from './score-history.ts';
import { collectSeries, type Observed, type Series, skippedSentences, spanOf } from './series.ts';
import { samplesOf, walk } from './walk.ts';

/** One price a day from day 0 on; with a list price where one is claimed. */
const daily = (prices: readonly number[], listMinor = Number.NaN): Observed[] =>
  prices.map((priceMinor, day) => ({ atMs: day * DAY_MS, priceMinor, listMinor, inStock: undefined }));

const days = (count: number, price: number): number[] => Array.from({ length: count }, () => price);

const seriesOf = (observed: Observed[], key = 'one'): Series => ({
  key,
  source: 'shop',
  product: key,
  title: key,
  brand: '',
  category: '',
  currency: 'USD',
  offer: key,
  observed,
});

describe('outcome of an alert', () => {
  it('regrets the lowest price of the following 60 days, and none after them', () => {
    const observed = daily([1000, ...days(30, 900), 800, ...days(40, 1000), 100]);
    expect(outcomeAt(observed, 0)).toMatchObject({ regret: 0.2, undercut: true, followedDays: 60 });
  });

  it('is not undercut by 2 %, and is by more', () => {
    expect(outcomeAt(daily([1000, 980]), 0).undercut).toBe(false);
    expect(outcomeAt(daily([1000, 979]), 0).undercut).toBe(true);
  });

  it('saves against the time-weighted median of the 90 days on each side', () => {
    const observed = daily([...days(100, 50), ...days(60, 1000), 600, ...days(60, 1000), ...days(200, 10)]);
    expect(surroundingMedian(observed, 160)).toBe(1000);
    expect(outcomeAt(observed, 160).saving).toBeCloseTo(0.4);
  });

  it('is fake where less than half of what the shop claims is real', () => {
    const wasCheap = daily([...days(40, 700), ...days(10, 1000), 650], 1300);
    expect(outcomeAt(wasCheap, 50).fake).toBe(true);
    const wasDear = daily([...days(40, 1200), 650], 1300);
    expect(outcomeAt(wasDear, 40).fake).toBe(false);
    expect(outcomeAt(daily([1000, 650]), 1).fake).toBe(false);
  });
});

describe('alerts', () => {
  const held = (pattern: string) => {
    const observed = daily(pattern.split('').map((sign) => (sign === 'x' ? 500 : 1000)));
    return alertsOf(observed, (index) => (pattern[index] === '?' ? undefined : pattern[index] === 'x'));
  };

  it('come once for each episode, and never for what holds from the first', () => {
    expect(held('..xx..x')).toEqual([2, 6]);
    expect(held('xx.x')).toEqual([3]);
    expect(held('??xx.x')).toEqual([5]);
  });

  it('come once for the same uninterrupted price', () => {
    const observed = daily([1000, 500, 500, 500]);
    expect(alertsOf(observed, (index) => index === 1 || index === 3)).toEqual([1]);
  });

  it('are as many as wanted at the strictest threshold that brings so many', () => {
    const scores = [10, 20.5, 30.25, 40, 99];
    const threshold = thresholdFor(3, (at) => scores.filter((score) => score >= at).length);
    expect(threshold).toBeGreaterThan(30);
    expect(threshold).toBeLessThanOrEqual(30.25);
    expect(thresholdFor(9, (at) => scores.filter((score) => score >= at).length)).toBeLessThanOrEqual(10);
  });
});

describe('rules of today', () => {
  const holding = (rule: number, observed: Observed[]): number[] => {
    const judge = RULES[rule]!.judge();
    return observed.flatMap((point, index) => (judge(point) ? [index] : []));
  };

  it('know 30 % off the list price, 5 % from the best price, 20 % below the average', () => {
    expect(holding(0, daily([1000, 701, 700], 1000))).toEqual([2]);
    expect(holding(1, daily([1000, 800, 841, 840]))).toEqual([0, 1, 3]);
    expect(holding(2, daily([...days(10, 1000), 801, ...days(10, 1000), 790]))).toEqual([21]);
  });
});

describe('measures', () => {
  it('are means and shares in percent', () => {
    const one = { followedDays: 60, regret: 0.1, undercut: true, saving: 0.2, fake: true, wrong: false };
    const other = { followedDays: 20, regret: 0, undercut: false, saving: 0.4, fake: false, wrong: true };
    expect(measuresOf([one, other], { all: 4, told: 1 })).toEqual({
      alerts: 2,
      regretMean: 5,
      regretP90: 10,
      precision: 50,
      savingMean: expect.closeTo(30, 9) as number,
      lowsMissed: 75,
      fakes: 50,
      wrong: 50,
      followedDays: 40,
    });
  });

  it('find lasting lows, and those that were told of while they lasted', () => {
    const observed = daily([...days(30, 1000), ...days(5, 800), ...days(30, 1000), 950, ...days(30, 1000)]);
    const lows = lastingLows(observed);
    expect(lows).toEqual([{ from: 30, to: 34 }]);
    expect(lowsTold(lows, [34])).toBe(1);
    expect(lowsTold(lows, [35])).toBe(0);
  });
});

describe('a backtest', () => {
  it('compares at the same number of alerts', () => {
    const observed = daily([
      ...days(30, 1000),
      ...days(3, 600),
      ...days(30, 1000),
      ...days(3, 600),
      ...days(60, 1000),
    ]);
    const scores = Float64Array.from(observed, ({ priceMinor }) => (priceMinor === 600 ? 80 : 0));
    const [best] = compare([{ series: seriesOf(observed), scores }], [RULES[2]!]);
    expect(best!.measuresOfRule.alerts).toBe(2);
    expect(best!.measuresOfSouk).toMatchObject({ alerts: 2, precision: 100, regretMean: 0 });
    expect(verdictOf({ comparisons: [best!] })).toBe(
      'Souk is behind in nothing. "claimed list discount >= 30 %" raised no alert that can be judged. "within 5 % of the best price ever" raised no alert that can be judged.',
    );
    const worse = { ...best!, measuresOfSouk: { ...best!.measuresOfSouk, regretP90: 1 } };
    expect(verdictOf({ comparisons: [worse] })).toContain(
      'behind in: the worst regrets against "at least 20 % below the 90-day average".',
    );
  });

  it('judges alerts by what prices really were, and an alert of a price that was read wrong as a miss', () => {
    const truth = daily([...days(30, 1000), ...days(40, 1000), 600, ...days(60, 1000)]);
    const read = truth.map((point, day) => (day === 30 ? { ...point, priceMinor: 500 } : point));
    const believed = read.filter((_, day) => day !== 10);
    const scores = Float64Array.from(believed, ({ priceMinor }) => (priceMinor < 1000 ? 80 : 0));
    const [judged] = compare([{ series: seriesOf(believed), scores, truth }], [RULES[2]!]);
    expect(judged!.measuresOfSouk).toMatchObject({ alerts: 2, precision: 50, wrong: 50, regretMean: 20 });
    const [unaware] = compare([{ series: seriesOf(believed), scores }], [RULES[2]!]);
    expect(unaware!.measuresOfSouk).toMatchObject({ precision: 100, wrong: 0, regretMean: 0 });
  });

  it('never looks ahead: whatever comes later, a day is judged the same', () => {
    const price = fc.integer({ min: 100, max: 3_000 });
    const past = fc.array(price, { minLength: 5, maxLength: 60 });
    const later = fc.array(price, { minLength: 0, maxLength: 60 });
    const scoresOf = (prices: readonly number[], count: number) => [
      ...scoreHistory([seriesOf(daily(prices))]).scored[0]!.scores.slice(0, count),
    ];
    fc.assert(
      fc.property(past, later, later, (before, one, other) => {
        expect(scoresOf([...before, ...one], before.length)).toEqual(
          scoresOf([...before, ...other], before.length),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('reads rows of any reader, lines as well, and counts what it cannot read', async () => {
    const line = (observedAt: string, price: unknown) =>
      JSON.stringify({ source: 's', product: 'p', currency: 'EUR', price, observedAt });
    const { series, skipped } = await collectSeries(
      (async function* () {
        yield { at: '1', line: line('2026-01-02T00:00:00Z', '9.99'), lane: 's\np' };
        yield { at: '2', line: line('2026-01-01T00:00:00Z', 10), lane: 's\np' };
        yield { at: '3', line: line('2026-01-01T00:00:00Z', '11.00'), lane: 's\np' };
        yield { at: '4', line: line('2026-01-03T00:00:00Z', 'free'), lane: 's\np' };
        yield { at: '5', line: '{', lane: '' };
      })(),
    );
    expect(series[0]!.observed.map(({ priceMinor }) => priceMinor)).toEqual([1000, 999]);
    expect(Object.fromEntries(skipped)).toEqual({
      'unreadable price': 1,
      'unreadable row': 1,
      'same time told twice': 1,
    });
  });

  it('passes over rows of impossible days, tells where they stand, and goes on with the rest', async () => {
    const soon = new Date(Date.now() + DAY_MS / 2).toISOString();
    const tooLate = new Date(Date.now() + 2 * DAY_MS).toISOString();
    const dates = ['1989-12-31T00:00:00Z', '1990-01-01T00:00:00Z', '9999-01-01T00:00:00Z', soon, tooLate];
    const history = await collectSeries(
      (async function* () {
        for (const [at, observedAt] of dates.entries())
          yield {
            at: `prices.csv:${at + 2}`,
            observation: { source: 's', product: 'p', currency: 'EUR', price: '1.00', observedAt },
          };
      })(),
    );
    expect(history.series[0]!.observed.map(({ atMs }) => atMs)).toEqual(
      ['1990-01-01T00:00:00Z', soon].map((at) => Date.parse(at)),
    );
    expect(skippedSentences(history)).toEqual([
      '3 rows skipped: implausible date, the first at prices.csv:2',
    ]);
  });

  it('passes over weeks in which nothing was told, with the models it would have had', () => {
    const told = daily(days(60, 1000));
    const later = told.map((point) => ({ ...point, atMs: point.atMs + 3_650 * DAY_MS }));
    const history = [seriesOf(told, 'one'), seriesOf(later, 'other')];
    const [samples, versions] = [samplesOf(history), [] as string[]];
    walk(history, samples, {
      onObservation: () => undefined,
      onModel: ({ version }) => versions.push(version),
    });
    // Days 0 to 59 and 3,650 to 3,709 lie in 9 weeks each.
    expect(versions).toHaveLength(18);
    // The second series begins in week 521: its first model was trained in week 520, on day 3,640.
    expect(versions[9]).toMatch(/:1979-12-20$/);
  });

  it('takes very many series', () => {
    const [one, other] = [seriesOf(daily([1])), seriesOf(daily([1, 2, 3]))];
    const many = [...Array.from({ length: 500_000 }, () => one), other];
    expect(spanOf(many)).toEqual({ firstMs: 0, lastMs: 2 * DAY_MS });
  });

  it('writes its section anew and leaves the others', () => {
    const document = withSection(withSection('# Title\n', 'a', 'first'), 'b', 'second');
    const again = withSection(document, 'a', 'third');
    expect(again).not.toContain('first');
    expect(again.indexOf('third')).toBeLessThan(again.indexOf('second'));
  });
});

import { DAY_MS } from '@souk/scoring/judging';
import * as fc from 'fast-check';
import { alertsOf } from './alerts.ts';
import { compare } from './compare.ts';
import { lastingLows } from './lasting-lows.ts';
import { outcomeAt } from './outcomes.ts';
import { RULES } from './rules.ts';
import { scoreHistory } from './score-history.ts';
import type { Observed, Series } from './series.ts';
import { setAsideSentence, siftSeries } from './sift.ts';
import { samplesOf } from './walk.ts';

type Told = readonly [day: number, priceMinor: number];

const series = (told: readonly Told[], currency = 'EUR', offer = 'one'): Series => ({
  key: `${offer}|${currency}`,
  offer,
  source: 'shop',
  product: offer,
  title: offer,
  brand: '',
  category: '',
  currency,
  observed: told.map(([day, priceMinor]) => ({
    atMs: day * DAY_MS,
    priceMinor,
    listMinor: Number.NaN,
    inStock: undefined,
  })),
});
const daily = (prices: readonly number[]): Told[] => prices.map((price, day) => [day, price] as const);
const days = (count: number, price: number): number[] => Array<number>(count).fill(price);
const pricesOf = ({ observed }: Series): number[] => observed.map(({ priceMinor }) => priceMinor);
const siftOne = (prices: readonly number[]): Series => siftSeries([series(daily(prices))]).series[0]!;

/** A shop that is honest for a year but for these days: a real sale, and readings that jump. */
const SALE_DAY = 100;
const poison: Record<number, number> = {
  40: 100,
  60: 10_000,
  62: 90,
  130: 100,
  131: 10_000,
  150: 0,
  170: 120_000,
};
const honest = [...days(SALE_DAY, 1000), ...days(5, 700), ...days(100, 1000)];
const poisoned = honest.map((price, day) => poison[day] ?? price);

describe('a poisoned history', () => {
  it('is walked as if the poison had never been told', () => {
    const { series: sifted, aside } = siftSeries([series(daily(poisoned))]);
    const clean = series(daily(honest));
    expect(sifted[0]!.observed).toEqual(clean.observed.filter((_, day) => poison[day] === undefined));
    expect(aside).toEqual({ farBelow: 4, farAbove: 3, otherCurrency: 0, conflict: 0, confirmed: 0 });
  });

  it('counts for nothing: no alert of Souk or of a rule, no low before or after, no lasting low', () => {
    const one = siftOne(poisoned);
    const { scored } = scoreHistory([one]);
    expect(new Set(pricesOf(one))).toEqual(new Set([1000, 700]));
    const alertDays = ({ observed }: Series): number[] => {
      const judge = RULES[2]!.judge();
      const held = observed.map((point) => judge(point));
      return alertsOf(observed, (index) => held[index]!).map((index) => observed[index]!.atMs / DAY_MS);
    };
    expect(alertDays(series(daily(poisoned))).length).toBeGreaterThan(3);
    expect(alertDays(one)).toEqual([SALE_DAY]);
    expect(outcomeAt(one.observed, 50)).toMatchObject({ regret: 0.3, undercut: true });
    expect(lastingLows(one.observed)).toHaveLength(1);
    const [best] = compare(scored, [RULES[2]!]);
    expect(best!.measuresOfRule).toMatchObject({ alerts: 1, precision: 100, regretMean: 0 });
    expect(best!.measuresOfSouk).toMatchObject({ alerts: 1, precision: 100, regretMean: 0 });
  });

  it('may tell another currency for a day, and an offer that changes to it is believed', () => {
    const euros = daily(days(60, 1000)).filter(([day]) => day !== 20);
    const { series: sifted, aside } = siftSeries([series(euros), series([[20, 1080]], 'USD')]);
    expect(sifted.map(({ currency }) => currency)).toEqual(['EUR']);
    expect(aside).toMatchObject({ otherCurrency: 1, confirmed: 0 });
    const moved = siftSeries([
      series(daily(days(20, 1000))),
      series(
        [20, 21, 22, 23].map((day) => [day, 1080] as const),
        'USD',
      ),
    ]);
    expect(moved.series[1]!.observed.map(({ heardLate }) => heardLate)).toEqual([
      true,
      undefined,
      undefined,
      undefined,
    ]);
    expect(moved.aside).toMatchObject({ otherCurrency: 0, confirmed: 1 });
  });

  it('has one price for a time: that in the currency the offer was known in', () => {
    const dollars = series(daily(days(9, 1080)).slice(2), 'USD');
    const { series: sifted, aside } = siftSeries([dollars, series(daily(days(9, 1000)))]);
    expect(sifted.map(({ currency, observed }) => [currency, observed.length])).toEqual([['EUR', 9]]);
    expect(aside).toMatchObject({ conflict: 7, otherCurrency: 0 });
  });
});

describe('a fetch that tells prices far below and far above at once', () => {
  const jumps = [50, 60, 9_000, 8_000];
  /** Many offers, all told in one fetch a day; on day 30 some jump, and on days 30 to 33 one has a real offer. */
  const fetches = (jumping: readonly number[]): Series[] => [
    ...jumping.map((price, at) =>
      series(daily([...days(30, 1000), price, ...days(9, 1000)]), 'EUR', `jumps ${at}`),
    ),
    series(daily([...days(30, 1000), 600, ...days(9, 1000)]), 'EUR', 'read wrong'),
    series(daily([...days(30, 1000), ...days(4, 600), ...days(6, 1000)]), 'EUR', 'on offer'),
  ];
  const heardOf = (jumping: readonly number[], offer: string): Observed[] =>
    siftSeries(fetches(jumping)).series.find((one) => one.offer === offer)!.observed;

  it('is doubted also where it tells an ordinary sale: what lasts is heard with the next reading', () => {
    expect(heardOf(jumps, 'read wrong').map(({ priceMinor }) => priceMinor)).toEqual(days(39, 1000));
    const onOffer = heardOf(jumps, 'on offer');
    expect(onOffer.map(({ priceMinor }) => priceMinor)).toEqual([
      ...days(30, 1000),
      ...days(4, 600),
      ...days(6, 1000),
    ]);
    expect(onOffer.flatMap(({ heardLate }, day) => (heardLate ? [day] : []))).toEqual([30]);
  });

  it('is believed about ordinary sales of offers that are read once a week: these move', () => {
    const weekly = series(
      [0, 7, 14, 21, 28].map((day) => [day + 2, day === 28 ? 600 : 1000] as const),
      'EUR',
      'weekly',
    );
    const sifted = siftSeries([...fetches(jumps), weekly]).series.find(({ offer }) => offer === 'weekly')!;
    expect(sifted.observed.at(-1)).toMatchObject({ priceMinor: 600 });
  });

  it('is believed about ordinary sales while all that is far outside lies on one side', () => {
    for (const oneSided of [jumps.slice(0, 2), jumps.slice(2), jumps.slice(0, 3)]) {
      expect(heardOf(oneSided, 'read wrong')[30]).toMatchObject({ priceMinor: 600 });
      expect(heardOf(oneSided, 'on offer').every(({ heardLate }) => !heardLate)).toBe(true);
    }
  });
});

describe('a first deep cut', () => {
  const cut = [...days(30, 2000), ...days(7, 500), ...days(60, 2000)];

  it('counts from its own day on, and is alerted with the reading that confirms it', () => {
    const one = siftOne(cut);
    expect(pricesOf(one)).toEqual(cut);
    expect(one.observed.flatMap(({ heardLate }, day) => (heardLate ? [day] : []))).toEqual([30]);
    const judge = RULES[2]!.judge();
    const held = one.observed.map((point) => judge(point));
    expect(alertsOf(one.observed, (day) => held[day]!)).toEqual([31]);
    const { scores } = scoreHistory([one]).scored[0]!;
    expect(scores[30]).toBeNaN();
    expect(scores[31]).toBeGreaterThan(0);
  });

  it('waits no more when it comes again: its level is known', () => {
    const again = siftOne([...cut, ...days(7, 500)]);
    expect(again.observed.filter(({ heardLate }) => heardLate)).toHaveLength(1);
  });

  it('teaches forecasts nothing before it was confirmed', () => {
    const one = siftOne(cut);
    const heard: Observed[] = one.observed.filter(({ heardLate }) => !heardLate);
    expect(samplesOf([one])).toEqual(samplesOf([{ ...one, observed: heard }]));
  });
});

describe('sifting', () => {
  it('never looks ahead: what was heard by a day stays, whatever comes later', () => {
    const price = fc.constantFrom(5, 90, 400, 900, 950, 1000, 9_000, 40_000);
    const some = fc.array(price, { maxLength: 40 });
    const heardBy = (prices: readonly number[], day: number): string[] => {
      const observed = siftOne([1000, 1000, 1000, 1000, ...prices]).observed;
      return observed
        .filter(({ atMs, heardLate }) => atMs < (day + 4) * DAY_MS && !heardLate)
        .map(({ atMs, priceMinor }) => `${atMs / DAY_MS}: ${priceMinor}`);
    };
    fc.assert(
      fc.property(some, some, some, (before, one, other) => {
        expect(heardBy([...before, ...one], before.length)).toEqual(
          heardBy([...before, ...other], before.length),
        );
      }),
    );
  });

  it('says what was set aside and why', () => {
    expect(setAsideSentence(undefined)).toBe('All readings were taken as they stand.');
    const nothing = { farBelow: 0, farAbove: 0, otherCurrency: 0, conflict: 0, confirmed: 0 };
    expect(setAsideSentence(nothing)).toBe(
      'Set aside as never confirmed: 0 readings. Heard only with a later reading that agreed: 0 readings.',
    );
    expect(setAsideSentence({ ...nothing, farBelow: 1200, otherCurrency: 1, confirmed: 1 })).toBe(
      'Set aside as never confirmed: 1,201 readings (1,200 far below what was known, 1 in another currency). Heard only with a later reading that agreed: 1 reading.',
    );
  });
});

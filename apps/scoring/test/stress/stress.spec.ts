/** What a sensible person expects of the product on histories of other kinds than those it was built with. */
import { DAY_MS } from '../../src/day.ts';
import { dealScore } from '../../src/deal-score.ts';
import { measureDeal } from '../../src/deal-measures.ts';
import { thresholdAdvice } from '../../src/advice/thresholds.ts';
import { isBelowUsual } from '../../src/forecast/alert-worthy.ts';
import { honestDiscount } from '../../src/honest-discount.ts';
import { patternsOf } from '../../src/patterns/patterns.ts';
import {
  electronics,
  HOUR_MS,
  inflation,
  poisoned,
  randomFrom,
  readings,
  START_MS,
  type Told,
  weekly,
} from './histories.ts';
import { Shop } from './shop.ts';

/** From this score on a price is worth getting up for. */
const A_DEAL = 60;
const after = (told: readonly Told[], ms: number, priceMinor: number): Told => ({
  ...told.at(-1)!,
  atMs: told.at(-1)!.atMs + ms,
  priceMinor,
});
const scores = (shop: Shop): number[] => shop.deals.flatMap(({ score }) => score ?? []);
const pricesOf = (shop: Shop): Set<number> => new Set(shop.deals.map(({ priceMinor }) => priceMinor));
const usual = (shop: Shop): number | undefined => measureDeal(shop.timeline()).median90Minor;

describe.each([
  [8, 30],
  [8, 91],
  [40, 30],
  [40, 91],
])('prices that rise by %d %% a year, every %d days', (percent, stepDays) => {
  const told = readings(1_095, 24, inflation(percent, stepDays));
  const shop = Shop.of(told);

  it('are no deal while they stay or rise, and nothing of them waits', () => {
    expect(Math.max(...scores(shop).slice(365))).toBeLessThan(A_DEAL);
    expect(isBelowUsual(measureDeal(shop.timeline()))).toBe(false);
    expect(shop.apart).toEqual([]);
  });

  it('say that waiting costs, and a real sale is the lowest price ever in today’s money', () => {
    const sale = Shop.of([...told, after(told, DAY_MS, Math.round(told.at(-1)!.priceMinor * 0.85))]);
    const measures = measureDeal(sale.timeline());
    expect(measures.priceMinor).toBeGreaterThan(measures.lowMinor * 1.05); // the rule of nominal lows is silent
    expect(sale.factors()).toMatchObject({ allTimeLow: 100, percentile: 100, season: 100 });
    expect(sale.factors()['trend']).toBeGreaterThan(50 + percent / 2);
    expect(sale.deals.at(-1)!.score).toBeGreaterThan(A_DEAL);
    expect(isBelowUsual(measures)).toBe(true);
  });
});

describe('a promotion every week', () => {
  const shop = Shop.of(readings(26 * 7 + 4, 6, weekly));

  it('is no rare price, and no reduction by the prior price or the usual one', () => {
    expect(shop.deals.at(-1)).toMatchObject({
      priceMinor: 800,
      realDiscountPercent: 0,
      usualPriceMinor: 800,
      lowestBeforeMinorByDays: { 30: 800, 90: 800 },
    });
    expect(shop.factors()).toMatchObject({ rarity: 0, priorPrice: 0, realDiscount: 0 });
    expect(shop.discount(1_000)).toMatchObject({ claimedPercent: 20, realPercent: 0, usualPercent: 0 });
    expect(Math.max(...scores(shop).slice(120))).toBeLessThan(A_DEAL);
  });

  it('is named with its rhythm and weekday', () => {
    const { sales, weekday } = patternsOf(shop.timeline(), [shop.timeline()]);
    expect(sales).toMatchObject({ count: 27, everyDays: 7, lastDays: 4, daysSinceLast: 0 });
    expect(weekday).toMatchObject({ day: 'Thursday', share: 1 });
  });

  it('of two days a week has a real discount against the usual price, and none against the 30 days before', () => {
    const short = Shop.of(readings(26 * 7 + 4, 6, (day) => (day % 7 >= 3 && day % 7 < 5 ? 800 : 1_000)));
    expect(short.discount(1_000)).toMatchObject({ claimedPercent: 20, realPercent: 0, usualPercent: 20 });
    expect(short.deals.at(-1)!.score).toBeLessThan(70);
    expect(patternsOf(short.timeline(), [short.timeline()]).sales).toMatchObject({
      everyDays: 7,
      lastDays: 2,
    });
  });

  it('is what watches are advised to wait for', () => {
    const { drops, recommended } = thresholdAdvice(shop.timeline(), 'EUR');
    expect(drops.find(({ percent }) => percent === 20)).toMatchObject({ times: 27, everyDays: 7 });
    expect(drops.find(({ percent }) => percent === 30)).toMatchObject({ times: 0 });
    expect(recommended).toMatchObject({ priceMinor: 801 });
  });
});

describe('a list price', () => {
  it('that nobody was ever asked is called inflated, and the sale below it no reduction', () => {
    const discount = Shop.of(readings(120, 24, () => 1_000)).discount(1_500);
    expect(discount).toMatchObject({ listPrice: 'inflated', claimedPercent: 33.3, usualPercent: 0 });
  });

  it('that was asked for three days before the "sale" is called inflated all the same', () => {
    const shop = Shop.of(readings(120, 24, (day) => (day >= 110 && day < 113 ? 1_500 : 1_000)));
    expect(shop.discount(1_500)).toMatchObject({ listPrice: 'inflated', realPercent: 0, usualPercent: 0 });
    expect(shop.deals.find(({ observedAt }) => observedAt === at(113))!.score).toBeLessThan(A_DEAL);
  });
});

describe('a poisoned source', () => {
  const right = readings(90, 2, (day) => 2_000 + 100 * Math.sin(Math.floor(day / 3)));
  const clean = Shop.of(right);

  it.each([0.05, 0.1, 0.3])('wrong in a share of %d at random tells nothing wrong', (share) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const shop = Shop.of(poisoned(right, share, seed));
      expect(shop.apart.length).toBeGreaterThan(10);
      expect([...pricesOf(shop)].filter((price) => !pricesOf(clean).has(price))).toEqual([]);
      expect(shop.deals.filter(({ currency, priceError }) => currency !== 'EUR' || priceError)).toEqual([]);
      const [{ lowMinor, highMinor }, known] = [shop.timeline(), clean.timeline()];
      expect([lowMinor, highMinor]).toEqual([known.lowMinor, known.highMinor]);
      expect(Math.abs(usual(shop)! - usual(clean)!)).toBeLessThan(0.02 * usual(clean)!);
    }
  });

  it('that was wrong twice in the same way is not believed the next time', () => {
    const told = [...right, after(right, HOUR_MS, 200), after(right, 2 * HOUR_MS, 200)];
    const shop = Shop.of([...told, after(told, HOUR_MS, 2_000)]);
    expect(shop.timeline().lowMinor).toBe(200);
    expect(shop.fetch([after(told, 2 * HOUR_MS, 200)])).toEqual([]);
    expect(shop.apart.at(-1)!.detail).toContain('far below the last price');
  });

  it('that flaps between an item and its accessory never tells of the accessory', () => {
    const flapping = readings(60, 2, (day) => (day > 2 && Math.round(day * 12) % 2 ? 380 : 1_000));
    expect(pricesOf(Shop.of(flapping))).toEqual(new Set([1_000]));
  });

  it('that flaps between two sellers of one item tells of no deal', () => {
    const shop = Shop.of(readings(60, 2, (day) => (Math.round(day * 12) % 2 ? 700 : 1_000)));
    expect(shop.deals.at(-1)!.score).toBeLessThan(A_DEAL);
    expect(shop.factors()).toMatchObject({ rarity: expect.any(Number), priorPrice: 0 });
    expect(shop.factors()['rarity']).toBeLessThan(5);
  });
});

describe('a genuine price error', () => {
  it('is told with the second reading, as one, with both readings stored', () => {
    const told = readings(30, 6, () => 10_000);
    const shop = Shop.of(told);
    expect(shop.fetch([after(told, HOUR_MS, 990)])).toEqual([]);
    expect(shop.fetch([after(told, 2 * HOUR_MS, 990)])).toMatchObject([
      { priceMinor: 990, priceError: true },
      { priceMinor: 990 },
    ]);
  });
});

describe('an outage', () => {
  const told = readings(60, 1, () => 5_000);

  it('that answers 0 for hours brings no price, and the time of it is no price of 0', () => {
    const shop = Shop.of(told);
    for (let hour = 1; hour <= 12; hour += 1) shop.fetch([after(told, hour * HOUR_MS, 0)]);
    shop.fetch([after(told, 13 * HOUR_MS, 5_000)]);
    expect(pricesOf(shop)).toEqual(new Set([5_000]));
    expect(shop.timeline()).toMatchObject({ lowMinor: 5_000, observations: told.length + 1 });
    expect(shop.apart).toHaveLength(12);
  });

  it('of a whole source that answers the same for everything brings no price', () => {
    const shop = new Shop();
    const fetch = (atMs: number, priceOf: (product: number) => number): unknown =>
      shop.fetch(Array.from({ length: 8 }, (_, product) => ({ atMs, priceMinor: priceOf(product) })));
    const hours = 24 * 10;
    for (let hour = 0; hour < hours; hour += 1)
      fetch(START_MS + hour * HOUR_MS, (product) => 1_000 + 500 * product);
    for (let hour = 0; hour < 8; hour += 1) fetch(START_MS + (hours + hour) * HOUR_MS, () => 1);
    fetch(START_MS + (hours + 8) * HOUR_MS, (product) => 1_000 + 500 * product);
    expect(pricesOf(shop).has(1)).toBe(false);
    expect(shop.apart[0]!.detail).toContain(
      '8 of the 8 prices that came at once are: the source looks broken.',
    );
    expect(shop.apart.at(-1)!.detail).toContain('It waits');
  });

  it.each([999_900, 100])(
    'at a placeholder of %i while it cannot be bought changes no price and is not doubted',
    (minor) => {
      const days = Array.from({ length: 100 }, (_, day) => ({
        ...after(told, (day + 1) * DAY_MS, minor),
        availability: 'out_of_stock' as const,
      }));
      const shop = Shop.of([...told, ...days, after(told, 101 * DAY_MS, 5_000)]);
      expect(shop.apart).toEqual([]);
      for (const deal of shop.deals.slice(-101, -1)) {
        expect(deal).toMatchObject({ priceMinor: minor, previousPriceMinor: minor });
        expect(deal.lowestBeforeMinor).toBeLessThanOrEqual(minor);
        expect(deal.priceError).toBeUndefined();
      }
      expect(shop.deals.at(-1)).toMatchObject({ previousPriceMinor: 5_000, usualPriceMinor: 5_000 });
      expect(shop.discount()).toMatchObject({ realPercent: null, usualPercent: 0 });
      expect(shop.deals.at(-1)!.score).toBeLessThan(50);
    },
  );

  it('in which it cannot be bought makes the same price no better', () => {
    const shop = Shop.of([...told, { ...after(told, HOUR_MS, 5_000), availability: 'out_of_stock' }]);
    expect(shop.deals.at(-1)!.score).toBeLessThan(shop.deals.at(-2)!.score!);
    expect(usual(shop)).toBe(5_000);
  });

  it('of two months without any reading makes nothing of it: the same price is no deal, a low needs its past', () => {
    const late = Shop.of([...told, after(told, 60 * DAY_MS, 5_000)]);
    expect(late.deals.at(-1)!.score).toBeLessThan(50);
    const sale = Shop.of([...told, after(told, 60 * DAY_MS, 3_500)]);
    expect(sale.discount()).toMatchObject({ realPercent: 30, usualPercent: 30 });
  });
});

describe('a price that only ever falls', () => {
  const shop = Shop.of(readings(730, 24, electronics));
  const lows = shop.deals.filter(
    ({ priceMinor }, index) => index > 200 && priceMinor < shop.deals[index - 1]!.priceMinor,
  );

  it('is always the lowest ever, and yet no deal: what was as good never lasted, and waiting pays', () => {
    expect(lows.length).toBeGreaterThan(20);
    expect(Math.max(...lows.map(({ score }) => score!))).toBeLessThan(A_DEAL);
    expect(shop.factors()).toMatchObject({ allTimeLow: 100, trend: 0 });
    expect(shop.factors()['lasting']).toBeLessThan(15);
  });

  it('scores less than the same step where prices are stable', () => {
    const stable = Shop.of(readings(730, 24, (day) => (day < 729 ? 10_000 : 9_500)));
    expect(lows.at(-1)!.score).toBeLessThan(stable.deals.at(-1)!.score!);
  });
});

describe('units of money', () => {
  const sale = (day: number): number => (day % 40 < 5 ? 12 : 20);

  it('make no difference to the score, and amounts are told as the currency has them', () => {
    const judged = [1, 100, 1_000_000].map((unit) =>
      Shop.of(readings(202, 24, (day) => sale(day) * unit)).deals.at(-1)!,
    );
    expect(new Set(judged.map(({ score }) => score)).size).toBe(1);
    const yen = Shop.of(
      readings(202, 24, (day) => sale(day) * 10).map((one) => ({ ...one, currency: 'JPY' })),
    );
    const list = honestDiscount(yen.timeline('JPY'), 400, 'JPY');
    expect(list).toMatchObject({
      listPrice: 'inflated',
      listPriceWhy: expect.stringContaining('400 JPY or more was'),
    });
  });
});

describe('a price that changes every hour', () => {
  const random = randomFrom(3);
  const shop = Shop.of(readings(200, 1, () => 10_000 * (1 + 0.03 * (random() - 0.5))));

  it('is no deal for its noise, has a usual price, no sales and no weekday', () => {
    expect(usual(shop)).toBeGreaterThan(9_900);
    expect(usual(shop)).toBeLessThan(10_100);
    expect(isBelowUsual(measureDeal(shop.timeline()))).toBe(false);
    const { sales, weekday } = patternsOf(shop.timeline(), [shop.timeline()]);
    expect([sales.count, weekday]).toEqual([0, null]);
  });

  it('has one score, told and asked for', () => {
    expect(dealScore(measureDeal(shop.timeline()))).toBe(shop.deals.at(-1)!.score);
  });
});

function at(day: number): string {
  return new Date(START_MS + day * DAY_MS).toISOString();
}

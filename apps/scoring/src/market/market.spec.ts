import * as fc from 'fast-check';
import { availabilityCode } from '../availability.ts';
import { emptyColumns, type PointColumns } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { percentBelow, realDiscountPercent, roundTo } from '../prior-price.ts';
import { MarketTally, periodsOf } from './market-tally.ts';
import { JevonsChain } from './price-index.ts';
import { rollUp } from './roll-up.ts';
import { blockOf, encodeBlock, readBlock, type Week, weekOf, weekStartMs } from './week-block.ts';

const MONDAY_MS = Date.UTC(2026, 0, 5);

/** Daily prices from a Monday on. */
function daily(prices: number[], more: { list?: number; outOfStock?: boolean } = {}): PointColumns {
  const columns = emptyColumns(prices.length);
  prices.forEach((price, day) => {
    columns.atMs[day] = MONDAY_MS + day * DAY_MS;
    columns.priceMinor[day] = price;
    columns.listPriceMinor[day] = more.list ?? NaN;
    columns.availability[day] = availabilityCode(more.outOfStock ? 'out_of_stock' : 'in_stock');
  });
  return columns;
}
const days = (count: number, price: number): number[] => Array.from({ length: count }, () => price);
const week = (changes: Partial<Week> = {}): Week => ({
  meanMinor: 100,
  closeMinor: 100,
  claimedPercent: NaN,
  realPercent: NaN,
  ...changes,
});

it('a week keeps the sign of a discount that is less than half a percent', () => {
  const number = weekOf(MONDAY_MS);
  const kept = (realPercent: number): number => {
    let found = NaN;
    const bytes = encodeBlock(new Map([[number, week({ realPercent })]]), blockOf(number));
    readBlock(bytes, blockOf(number), [number, number], (_, one) => (found = one.realPercent));
    return found;
  };
  expect([0.4, -0.3, 0, 12.6, NaN].map(kept)).toEqual([1, -1, 0, 13, NaN]);
});

describe('the price index', () => {
  const indexOf = (...offers: number[][]) => {
    const chain = new JevonsChain(offers[0]!.length);
    for (const prices of offers) chain.add(prices);
    return chain.points().map(({ value }) => value);
  };

  it('is the geometric mean of the price relatives, chained', () => {
    // One doubles, one halves: nothing changed on the whole. Then both rise by a tenth.
    expect(indexOf([10, 20, 22], [80, 40, 44])).toEqual([100, 100, 110]);
  });

  it('does not jump when offers come and go, whatever they cost', () => {
    expect(indexOf([10, 10, 10, 11], [9_000, 9_000, NaN, NaN], [NaN, 1, 1, 1.1])).toEqual([
      100, 100, 100, 110,
    ]);
  });

  it('comes back to where it was when all prices do, however they bounced: chaining does not drift', () => {
    const sales = [
      [100, 50, 100, 70, 100],
      [30, 30, 20, 30, 30],
    ];
    expect(indexOf(...sales).at(-1)).toBe(100);
  });

  it('has no value where nothing matches, and leaves out what became ten times dearer', () => {
    expect(indexOf([10, 11, NaN, 10, 10.5])).toEqual([100, 110, null, null, 115.5]);
    expect(indexOf([10, 10.5], [10, 1_000])).toEqual([100, 105]);
  });

  it('begins at 100 where prices begin, not where the report does, and is none where nothing was compared', () => {
    expect(indexOf([NaN, NaN, 10, 11])).toEqual([null, null, 100, 110]);
    expect(indexOf([NaN, NaN, 10])).toEqual([null, null, null]);
    expect(indexOf([10])).toEqual([null]);
  });
});

describe('periods', () => {
  it('are weeks up to half a year, then months, to which a week belongs by its Thursday', () => {
    expect(periodsOf(MONDAY_MS + DAY_MS, MONDAY_MS + 8 * DAY_MS)).toMatchObject({
      kind: 'week',
      startsMs: [MONDAY_MS, MONDAY_MS + 7 * DAY_MS],
    });
    const year = periodsOf(Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 31));
    expect([year.kind, year.startsMs.length]).toEqual(['month', 13]);
    // 29 December 2025 to 4 January 2026: its Thursday is the first of January.
    expect(year.periodOf(weekOf(Date.UTC(2025, 11, 29)))).toBe(12);
  });
});

describe('weeks of an offer', () => {
  it('come back from their bytes as they were, to the minor unit', () => {
    const first = weekOf(MONDAY_MS);
    const weeks = new Map([
      [first, week({ closeMinor: 123_456_789_012, claimedPercent: 40, realPercent: -3 })],
      [first + 2, week()],
    ]);
    const read: [number, Week][] = [];
    const block = blockOf(first);
    readBlock(encodeBlock(weeks, block), block, [first, first + 9], (number, one) =>
      read.push([number, one]),
    );
    expect(read).toEqual([...weeks]);
    expect(weekStartMs(first)).toBe(MONDAY_MS);
  });

  it('tell a claimed discount beside the one against the 30 days before', () => {
    const { weeks } = rollUp(daily([...days(35, 1_000), ...days(7, 800)], { list: 1_600 }));
    expect(weeks.get(weekOf(MONDAY_MS))).toMatchObject({ claimedPercent: 37.5, realPercent: NaN });
    expect(weeks.get(weekOf(MONDAY_MS) + 5)).toEqual({
      meanMinor: 800,
      closeMinor: 800,
      claimedPercent: 50,
      realPercent: 20,
    });
  });

  it('take no claim from before the price that they close with', () => {
    // From Thursday to Sunday 80 with a list price, else 100 without one; read at noon, so that prices are carried over.
    const history = daily([...days(38, 100), ...days(4, 80), ...days(7, 100)]);
    history.atMs.forEach((atMs, day) => (history.atMs[day] = atMs + DAY_MS / 2));
    history.listPriceMinor.fill(110, 38, 42);
    const { weeks } = rollUp(history);
    expect(weeks.get(weekOf(MONDAY_MS) + 5)).toMatchObject({ closeMinor: 80, realPercent: 20 });
    expect(weeks.get(weekOf(MONDAY_MS) + 6)).toMatchObject({
      closeMinor: 100,
      claimedPercent: NaN,
      realPercent: -25,
    });
  });

  it('tell what has long been the price as no reduction, and claim it in vain', () => {
    const lasting = daily([...days(60, 1_000), ...days(140, 700)], { list: 1_000 });
    const { weeks } = rollUp(lasting);
    const first = weekOf(lasting.atMs[60]!);
    expect([0, 13, 14, 19].map((week) => weeks.get(first + week)!.realPercent)).toEqual([30, 30, 0, 0]);
    expect(weeks.get(first + 19)).toMatchObject({ claimedPercent: 30 });
    const dearer = daily([...days(60, 1_000), ...days(140, 1_250)], { list: 2_000 });
    expect(rollUp(dearer).weeks.get(first + 19)).toMatchObject({ claimedPercent: 37.5, realPercent: -25 });
    const alone = daily(days(200, 1_000), { list: 2_000 });
    expect(rollUp(alone).weeks.get(first + 19)).toMatchObject({ realPercent: NaN });
  });

  it('without a chance to buy have no price that an index may use', () => {
    const { weeks } = rollUp(daily(days(8, 1_000), { outOfStock: true }));
    expect(weeks.get(weekOf(MONDAY_MS))).toMatchObject({ meanMinor: NaN, closeMinor: 1_000 });
  });

  it.each([180, 60])('while sold out have the last price to buy at, not the %p that is told then', (told) => {
    const history = daily([...days(42, 100), ...days(91, told), ...days(14, 100)], { list: 200 });
    history.availability.fill(availabilityCode('out_of_stock'), 42, 133);
    const { weeks, events } = rollUp(history);
    expect(events).toEqual([]);
    const all = [...weeks.values()];
    expect(all.map(({ closeMinor }) => closeMinor)).toEqual(days(21, 100));
    // It was claimed of that price alone.
    const claimed = [...days(6, 50), ...days(13, NaN), ...days(2, 50)];
    expect(all.map(({ claimedPercent }) => claimedPercent)).toEqual(claimed);
  });

  it('before they could be bought have the first price to buy at, or the first one told', () => {
    const history = daily([...days(42, 180), ...days(14, 100)]);
    history.availability.fill(availabilityCode('out_of_stock'), 0, 42);
    const { weeks, events } = rollUp(history);
    expect(events).toEqual([]);
    expect(weeks.get(weekOf(MONDAY_MS))).toMatchObject({ meanMinor: NaN, closeMinor: 100 });
    const never = rollUp(daily([...days(42, 180), ...days(14, 100)], { outOfStock: true }));
    expect(never.events).toEqual([]);
    expect(never.weeks.get(weekOf(MONDAY_MS) + 7)).toMatchObject({ meanMinor: NaN, closeMinor: 180 });
  });

  it('tell real drops, not those after a rise of a few days, and lows once a month is known', () => {
    const { events } = rollUp(
      daily([...days(40, 1_000), ...days(5, 2_000), ...days(5, 1_000), ...days(5, 700)]),
    );
    expect(events).toEqual([
      expect.objectContaining({ isLow: true, priceMinor: 700, referenceMinor: 1_000, percent: 30 }),
      expect.objectContaining({ isLow: false, priceMinor: 700, referenceMinor: 1_000 }),
    ]);
    expect(rollUp(daily([...days(10, 1_000), ...days(10, 500)])).events.map(({ isLow }) => isLow)).toEqual([
      false,
    ]);
  });

  it('tell what became free as a drop from what it cost before, and what is dearer than free as none', () => {
    const { events, weeks } = rollUp(daily([...days(40, 1_000), ...days(3, 0), ...days(5, 500)]));
    const free = { priceMinor: 0, referenceMinor: 1_000, percent: 100 };
    expect(events).toMatchObject([
      { ...free, isLow: true },
      { ...free, isLow: false },
    ]);
    expect(weeks.get(weekOf(MONDAY_MS) + 6)).toMatchObject({ closeMinor: 500, realPercent: NaN });
  });

  it('tell a sale that deepens within two days as one drop, from the price before its first step', () => {
    const history = daily([...days(40, 10_000), 9_000, 8_000, 5_000, ...days(10, 5_000)]);
    expect(rollUp(history).events.filter(({ isLow }) => !isLow)).toEqual([
      { atMs: history.atMs[42], priceMinor: 5_000, referenceMinor: 10_000, percent: 50, isLow: false },
    ]);
    expect(rollUp(history).weeks.get(weekOf(MONDAY_MS) + 6)).toMatchObject({ realPercent: 50 });
  });

  it('tell what the deal of each price told when it came, but for steps that went on', () => {
    const step = fc.record({
      hours: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 51, max: 900 })),
      priceMinor: fc.integer({ min: 0, max: 9 }).map((ten) => ten * 100),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const history = daily(steps.map(({ priceMinor }) => priceMinor));
        const timeline = new PriceTimeline();
        const told = new Map<number, number>();
        let atMs = MONDAY_MS;
        steps.forEach(({ hours, priceMinor }, place) => {
          const before = timeline.last()?.priceMinor ?? priceMinor;
          history.atMs[place] = atMs += hours * 3_600_000;
          timeline.append(atMs, { priceMinor, availability: place % 2 });
          if (priceMinor < before) told.set(atMs, realDiscountPercent(timeline)!);
        });
        const drops = rollUp(history).events.filter(({ isLow }) => !isLow);
        for (const drop of drops) {
          expect(roundTo(drop.percent, 10)).toBe(told.get(drop.atMs));
          expect(percentBelow(drop.priceMinor, drop.referenceMinor)).toBe(drop.percent);
        }
        // The last fall of all was followed by no other step.
        const [lastMs, percent] = [...told].at(-1) ?? [];
        if (percent! >= 10) expect(drops[0]?.atMs).toBe(lastMs);
      }),
    );
  });
});

describe('a market', () => {
  const first = weekOf(MONDAY_MS);
  const period = periodsOf(MONDAY_MS, MONDAY_MS + 10 * DAY_MS);
  const tallyOf = (...offers: Week[][]) => {
    const tally = new MarketTally(period);
    offers.forEach((weeks, index) => {
      const numbered = new Map(weeks.map((one, place) => [first + place, one]));
      tally.add(`offer ${index}`, blockOf(first), encodeBlock(numbered, blockOf(first)));
    });
    return { ...tally.end(), claims: tally.claims, offers: tally.offers };
  };

  it('counts a claimed discount as fake when nothing is saved, and as exaggerated when less than half is', () => {
    const claim = (claimedPercent: number, realPercent: number) => [week({ claimedPercent, realPercent })];
    const { claims, offers } = tallyOf(
      claim(50, 0),
      claim(50, -5),
      claim(50, 20),
      claim(50, 30),
      claim(50, NaN),
      claim(2, -9),
    );
    expect(claims).toEqual({ claimed: 4, fake: 2, exaggerated: 1, unknown: 1 });
    expect(offers).toBe(6);
  });

  it('knows who moved most, each way, among any number of offers', () => {
    const moving = Array.from({ length: 3_000 }, (_, index) => [
      week(),
      week({ meanMinor: 100, closeMinor: 100 + ((index * 7_919) % 181) - 90 }),
    ]);
    const { up, down } = tallyOf(...moving);
    expect([up.length, down.length]).toEqual([10, 10]);
    expect(up.every(({ toMinor }) => toMinor === 190)).toBe(true);
    expect(down.every(({ toMinor }) => toMinor === 10)).toBe(true);
  });
});

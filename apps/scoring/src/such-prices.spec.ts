import { DAY_MS, measureDeal } from './deal-measures.ts';
import { PriceTimeline } from './price-timeline.ts';

const suchOf = (...points: [day: number, priceMinor: number][]) => {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of points) timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
  return measureDeal(timeline).such;
};

describe('prices as good as the present one', () => {
  it('are counted by the times they came, the present one left out, and by how long they stayed', () => {
    expect(suchOf([0, 1000], [40, 500], [50, 1000], [130, 500], [140, 1000], [200, 500])).toMatchObject({
      times: 2,
      lasted: 2,
      share: 0.1,
    });
  });

  it('did not last when a lower price came within 60 days', () => {
    const before = [
      [0, 1000],
      [10, 500],
      [20, 1000],
    ] as [number, number][];
    expect(suchOf(...before, [70, 400], [80, 1000], [260, 500])).toMatchObject({ times: 1, lasted: 0 });
    expect(suchOf(...before, [90, 400], [95, 1000], [260, 500])).toMatchObject({ times: 2, lasted: 1 });
  });

  it('are as good when they differ by no more than 2 %', () => {
    expect(suchOf([0, 1000], [80, 510], [90, 1000], [160, 500])).toMatchObject({ times: 1, lasted: 1 });
    expect(suchOf([0, 1000], [80, 511], [90, 1000], [160, 500])).toMatchObject({ share: 0, levelMinor: 511 });
  });

  it('do not count while neither a lower price nor 60 days have come', () => {
    expect(suchOf([0, 1000], [80, 500], [90, 1000], [149, 500])).toMatchObject({ times: 0 });
    expect(suchOf([0, 1000], [80, 500], [90, 1000], [150, 500])).toMatchObject({ times: 1, lasted: 1 });
    expect(suchOf([0, 1000], [80, 500], [90, 1000], [100, 400], [110, 1000], [120, 500])).toMatchObject({
      times: 1,
      lasted: 0,
    });
  });

  it('are those up to a higher level where more of what was below that one lasted', () => {
    const undercut = [
      [0, 1000],
      [10, 500],
      [15, 450],
      [20, 1000],
    ] as [number, number][];
    const often = [
      [90, 700],
      [95, 1000],
      [160, 700],
      [165, 1000],
    ] as [number, number][];
    expect(suchOf(...undercut, ...often, [300, 500])).toMatchObject({ levelMinor: 700, times: 3, lasted: 2 });
  });

  it('are told of more price changes than are kept room for', () => {
    const points = Array.from({ length: 700 }, (_, at): [number, number] => [at / 2, at % 2 ? 900 : 1000]);
    expect(suchOf(...points, [360, 900])).toMatchObject({ falls: 300, lastedFalls: 300 });
  });

  it('have falls to any level beside them, as soon as these are decided', () => {
    expect(suchOf([0, 1000], [5, 900], [10, 800], [100, 700])).toMatchObject({ falls: 2, lastedFalls: 1 });
    expect(suchOf([0, 1000], [5, 900], [10, 800], [40, 950], [50, 700])).toMatchObject({ falls: 1 });
    expect(suchOf([0, 1000], [5, 900], [10, 800], [40, 950], [50, 700], [51, 1000])).toMatchObject({
      falls: 2,
      lastedFalls: 0,
    });
    expect(suchOf([0, 1000], [40, 900], [50, 950])).toMatchObject({ falls: 0 });
  });

  it('have steps of a sale that deepens within two days beside them as one fall, to the last level', () => {
    const sale = [
      [0, 1000],
      [80, 900],
      [80.1, 800],
      [81, 700],
      [90, 1000],
    ] as [number, number][];
    expect(suchOf(...sale, [160, 1000])).toMatchObject({ falls: 1, lastedFalls: 1 });
    expect(suchOf(...sale, [160, 900], [160.1, 800])).toMatchObject({ falls: 1, lastedFalls: 1 });
    expect(suchOf(...sale, [100, 650], [110, 1000])).toMatchObject({ falls: 1, lastedFalls: 0 });
    const flash = [[79, 600], [79.5, 1000], ...sale] as [number, number][];
    expect(suchOf([0, 1000], ...flash.slice(0, 2), [80, 900], [90, 1000], [160, 500])).toMatchObject({
      falls: 2,
      lastedFalls: 2,
    });
  });

  it('have a fall for every three days at most in a history that only falls, and none of them lasted', () => {
    const points = Array.from({ length: 600 }, (_, day): [number, number] => [
      day,
      Math.round(1e12 * 0.97 ** day),
    ]);
    expect(suchOf(...points)).toMatchObject({ falls: 121, lastedFalls: 0 });
  });

  it('are unknown while the price never changed', () => {
    expect(suchOf([0, 1000], [100, 1000])).toBeUndefined();
  });
});

import { formatAmount } from '@souk/money';
import * as fc from 'fast-check';
import {
  keepaCurrent,
  keepaHistory,
  keepaMinutes,
  KeepaProduct,
  keepaTimeMs,
  readSeries,
  tokenWaitMs,
} from '../index.ts';

const start = keepaMinutes(Date.UTC(2025, 0, 1));
const at = (minutes: number): string => new Date(keepaTimeMs(start + minutes)).toISOString();
const product = (series: Record<number, number[]>, over: object = {}) =>
  KeepaProduct.parse({
    asin: 'B0DEMO0001',
    domainId: 10,
    title: 'Tin whistle',
    csv: Array.from({ length: 36 }, (_none, type) => series[type] ?? null),
    ...over,
  });
const history = (series: Record<number, number[]>, over: object = {}) => {
  const read = keepaHistory(product(series, over));
  if ('problem' in read) throw new Error(read.problem);
  return read;
};

describe('Keepa’s clock', () => {
  it('counts minutes since 2011', () => {
    expect(keepaTimeMs(0)).toBe(Date.UTC(2011, 0, 1));
    expect(keepaMinutes(keepaTimeMs(7_480_170))).toBe(7_480_170);
  });
});

describe('a series', () => {
  it('is of pairs, and of triples where shipping belongs to the price', () => {
    expect(readSeries([[start, 1299]], 0)).toEqual([{ atMs: keepaTimeMs(start), value: 1299 }]);
    for (const type of [7, 18, 22, 29, 32]) {
      const csv = Array.from({ length: 36 }, () => [start, 1299, -1]);
      expect(readSeries(csv, type)).toEqual([{ atMs: keepaTimeMs(start), value: 1299, shipping: null }]);
      expect(readSeries(csv, 0)).toBeUndefined();
    }
  });

  it('that is absent is empty, and of two values for one minute the later one counts', () => {
    expect(readSeries(null, 0)).toEqual([]);
    expect(readSeries([null], 0)).toEqual([]);
    expect(readSeries([], 33)).toEqual([]);
    expect(readSeries([[start, 5, start, 6]], 0)).toMatchObject([{ value: 6 }]);
  });

  it.each([[[[1, 2, 3]]], [[[1, 2.5]]], [[['1', 2]]], [[7]], [7], [[[start + 9, 1, start, 2]]]])(
    'of another shape is not read: %j',
    (csv) => {
      expect(readSeries(csv, 0)).toBeUndefined();
    },
  );
});

describe('a product’s history', () => {
  it('tells every price at its minute with the offer it belongs to', () => {
    const { observations } = history({ 0: [start, 129_900, start + 9, 119_900], 2: [start + 5, 80_000] });
    expect(observations).toMatchObject([
      {
        product: 'B0DEMO0001',
        price: '1299.00',
        currency: 'INR',
        seller: 'Amazon',
        condition: 'new',
        observedAt: at(0),
      },
      { price: '800.00', seller: 'Lowest used', condition: 'used', observedAt: at(5) },
      { price: '1199.00', seller: 'Amazon', availability: 'in_stock', observedAt: at(9) },
    ]);
  });

  it('tells of an ended offer once, as out of stock at its last price, and of none before the first', () => {
    const { observations, unread } = history({
      0: [start, -1, start + 1, 500, start + 2, -1, start + 3, 400],
    });
    expect(unread).toBe(1);
    expect(observations.map(({ price, availability }) => [price, availability])).toEqual([
      ['5.00', 'in_stock'],
      ['5.00', 'out_of_stock'],
      ['4.00', 'in_stock'],
    ]);
  });

  it('adds the list price, rank, rating and reviews that held then', () => {
    const { observations } = history({
      1: [start, 900, start + 10, 800, start + 20, 2_000],
      3: [start + 1, 77, start + 15, -1],
      4: [start, 1_000],
      16: [start + 5, 43],
      17: [start + 5, 12],
    });
    expect(observations[0]).toMatchObject({ listPrice: '10.00' });
    expect(observations[0]).not.toHaveProperty('salesRank');
    expect(observations[1]).toMatchObject({
      salesRank: 77,
      rating: 4.3,
      reviewCount: 12,
      listPrice: '10.00',
    });
    expect(observations[2]).not.toHaveProperty('salesRank');
    expect(observations[2]).not.toHaveProperty('listPrice');
  });

  it('adds shipping where it is known', () => {
    const { observations } = history({ 18: [start, 900, 50, start + 1, 900, 0, start + 2, 900, -1] });
    expect(observations.map(({ shipping }) => shipping)).toEqual(['0.50', '0.00', undefined]);
  });

  it('is in the minor units of the marketplace, whatever they are', () => {
    expect(history({ 0: [start, 1499] }, { domainId: 5 }).observations[0]).toMatchObject({
      price: '1499',
      currency: 'JPY',
    });
    expect(keepaHistory(product({}, { domainId: 7 }))).toEqual({
      problem: expect.stringMatching(/domainId 7/),
    });
  });

  it('is refused as a whole when a series has another shape', () => {
    expect(keepaHistory(product({ 0: [start, 5], 18: [start, 5] }))).toEqual({
      problem: expect.stringMatching(/series 18/),
    });
  });

  it('loses no price of any series, and tells the oldest first', () => {
    const prices = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(prices, prices, (amazon, buyBox) => {
        const series = {
          0: amazon.flatMap((price, index) => [start + index, price]),
          18: buyBox.flatMap((price, index) => [start + 3 * index, price, -1]),
        };
        const { observations } = history(series);
        const told = (seller: string) =>
          observations.filter((one) => one.seller === seller).map(({ price }) => price);
        expect(told('Amazon')).toEqual(amazon.map((price) => formatAmount(price, 'INR')));
        expect(told('Buy box')).toEqual(buyBox.map((price) => formatAmount(price, 'INR')));
        const times = observations.map(({ observedAt }) => observedAt);
        expect(times).toEqual(times.toSorted());
      }),
    );
  });
});

describe('a product’s prices of now', () => {
  const current = [-1, 1499, -1, 23, 2499];

  it('are those of Keepa’s last look, the buy box with its shipping', () => {
    const stats = { current, buyBoxPrice: 1599, buyBoxShipping: 0 };
    expect(keepaCurrent(product({}, { lastUpdate: start, stats }))).toMatchObject({
      observations: [
        { seller: 'Lowest new', price: '14.99', listPrice: '24.99', salesRank: 23, observedAt: at(0) },
        { seller: 'Buy box', price: '15.99', shipping: '0.00' },
      ],
    });
  });

  it('are none when nothing is on offer, and a problem when the answer lacks them', () => {
    const stats = { current: [-1, -1] };
    expect(keepaCurrent(product({}, { lastUpdate: start, stats }))).toEqual({ observations: [], unread: 0 });
    expect(keepaCurrent(product({}, { lastUpdate: start }))).toHaveProperty('problem');
    expect(keepaCurrent(product({}, { stats }))).toHaveProperty('problem');
  });
});

describe('the bucket of tokens', () => {
  it.each([
    [{ tokensLeft: 5, refillIn: 12_000, refillRate: 20 }, 1, 0],
    [{ tokensLeft: 0, refillIn: 12_000, refillRate: 20 }, 1, 12_000],
    [{ tokensLeft: -60, refillIn: 12_000, refillRate: 20 }, 1, 12_000 + 3 * 60_000],
    [{ tokensLeft: 5, refillIn: 12_000, refillRate: 5 }, 100, 12_000 + 18 * 60_000],
    [{ refillIn: 12_000 }, 1, 12_000],
    [{ tokensLeft: -3 }, 1, undefined],
  ])('%j holds %d again after %s ms', (envelope, tokens, waitMs) => {
    expect(tokenWaitMs(envelope, tokens)).toBe(waitMs);
  });
});

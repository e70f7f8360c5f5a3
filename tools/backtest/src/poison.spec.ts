import { DAY_MS } from '@souk/scoring/judging';
import { poisoned } from './poison.ts';
import type { Series } from './series.ts';
import { siftSeries } from './sift.ts';

const shop = (offers: number, days: number): Series[] =>
  Array.from({ length: offers }, (_, offer) => ({
    key: `${offer}|EUR`,
    offer: String(offer),
    source: 'shop',
    product: String(offer),
    title: '',
    brand: '',
    category: '',
    currency: 'EUR',
    observed: Array.from({ length: days }, (_, day) => ({
      atMs: day * DAY_MS,
      priceMinor: 1000,
      listMinor: Number.NaN,
      inStock: undefined,
    })),
  }));

describe('poison', () => {
  it('spoils about as many readings as it is told to, the same ones each time, and leaves the history alone', () => {
    const history = shop(20, 200);
    const { series, poisoned: count } = poisoned(history, 5);
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThan(300);
    expect(poisoned(history, 5).series).toEqual(series);
    expect(history).toEqual(shop(20, 200));
    expect(poisoned(history, 0)).toEqual({ series: history, poisoned: 0 });
  });

  it('is taken out by sifting, but for what lies within the range of a sale and the very first readings', () => {
    const { series, poisoned: count } = poisoned(shop(20, 200), 2);
    const left = siftSeries(series).series.flatMap(({ observed }) =>
      observed.slice(3).filter(({ priceMinor }) => priceMinor < 400 || priceMinor > 2500),
    );
    expect(left.length).toBeLessThan(count / 20);
  });
});

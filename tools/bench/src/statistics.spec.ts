import { median, quantile } from './statistics.ts';

describe('median', () => {
  it('is the middle value, whatever the order, and the mean of two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 2, 4, 8])).toBe(6);
  });

  it('of nothing is no number, so that no goal is met by it', () => {
    expect(median([])).toBeNaN();
    expect(median([]) <= 2).toBe(false);
  });
});

describe('quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('takes the nearest rank', () => {
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile(hundred, 1)).toBe(100);
    expect(quantile([7], 0.99)).toBe(7);
  });
});

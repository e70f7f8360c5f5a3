import { convertMinor, type DayRates, NoExchangeRate } from './exchange.ts';

const rates: DayRates = {
  day: '2026-11-20',
  base: 'EUR',
  rates: { USD: '1.25', INR: '100', JPY: '160.5', KWD: '0.32', IDR: '18123.47', XXX: '0' },
};

it.each([
  [10_000, 'EUR', 'USD', 12_500],
  [12_500, 'USD', 'EUR', 10_000],
  [1_000, 'USD', 'INR', 80_000],
  [80_000, 'INR', 'JPY', 1_284],
  [1_284, 'JPY', 'INR', 80_000],
  [100, 'EUR', 'KWD', 320],
  [9_999, 'USD', 'USD', 9_999],
  [0, 'USD', 'EUR', 0],
  // 2.5 and 3.5 cents: half to even
  [2, 'EUR', 'USD', 2],
  [6, 'EUR', 'USD', 8],
  [100_000_000_000, 'EUR', 'IDR', 1_812_347_000_000_000],
])('%i %s is %s %i', (amount, from, to, expected) => {
  expect(convertMinor(amount, from, to, rates)).toBe(expected);
});

it.each([
  ['USD', 'VND', 'VND'],
  ['ARS', 'USD', 'ARS'],
  ['XXX', 'USD', 'XXX'],
  ['NOPE', 'USD', 'NOPE'],
  ['USD', 'NOPE', 'NOPE'],
])('from %s to %s is refused and names %s', (from, to, named) => {
  expect(() => convertMinor(100, from, to, rates)).toThrow(new NoExchangeRate(named, '2026-11-20'));
});

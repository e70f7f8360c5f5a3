import * as fc from 'fast-check';
import {
  currencyCodes,
  currencyDigits,
  formatAmount,
  isCurrency,
  maxMicros,
  parseAmount,
  toMicros,
} from './index.ts';

const currencies = fc.constantFrom(...currencyCodes());
const minors = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('an amount', () => {
  it('survives writing and reading in every currency', () => {
    fc.assert(
      fc.property(minors, currencies, (minor, currency) => {
        expect(parseAmount(formatAmount(minor, currency), currency)).toEqual({ minor });
      }),
    );
  });

  it('equals what exact big-integer arithmetic says', () => {
    const decimal = fc.stringMatching(/^\d{1,13}(\.\d{1,4})?$/);
    fc.assert(
      fc.property(decimal, currencies, (text, currency) => {
        const [whole = '', fraction = ''] = text.split('.');
        const digits = currencyDigits(currency)!;
        const isExact = /^0*$/.test(fraction.slice(digits));
        const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
        if (!isExact) expect(parseAmount(text, currency)).toHaveProperty('problem');
        else if (minor > BigInt(Number.MAX_SAFE_INTEGER))
          expect(parseAmount(text, currency)).toHaveProperty('problem');
        else expect(parseAmount(text, currency)).toEqual({ minor: Number(minor) });
      }),
    );
  });

  it('answers any text whatever with an amount or a problem, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), currencies, (text, unknown, currency) => {
        for (const answer of [parseAmount(text, currency), parseAmount(text, unknown)]) {
          if ('minor' in answer) expect(Number.isSafeInteger(answer.minor) && answer.minor >= 0).toBe(true);
          else expect(answer.problem.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it.each([
    ['14.99', 'USD', 1499],
    ['14.990', 'USD', 1499],
    ['14.9', 'USD', 1490],
    ['14', 'USD', 1400],
    ['0', 'USD', 0],
    ['0.00', 'JPY', 0],
    ['1499', 'JPY', 1499],
    ['1499.00', 'JPY', 1499],
    ['1.234', 'KWD', 1234],
    ['90071992547409.91', 'USD', Number.MAX_SAFE_INTEGER],
  ])('%s %s is %d minor units', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toEqual({ minor });
  });

  it.each([
    ['14.991', 'USD', /too many decimals: USD allows at most 2 decimals/],
    ['14.5', 'JPY', /JPY allows no decimals/],
    ['-1', 'USD', /negative/],
    ['90071992547409.92', 'USD', /too large/],
    ['9007199254740992', 'JPY', /too large/],
    ['900719925474099', 'USD', /too large/],
    ['', 'USD', /empty/],
    ['9'.repeat(65), 'USD', /65 characters/],
    ['1', 'usd', /unknown currency "usd"/],
    ...['1e3', 'NaN', 'Infinity', '+1', ' 1', '1 ', '.5', '5.', '1.2.3', '1,50', '0x10', '١'].map(
      (text) => [text, 'USD', /no plain decimal/] as const,
    ),
  ] as const)('%s %s is refused with a reason', (text, currency, reason) => {
    expect(parseAmount(text, currency)).toEqual({ problem: expect.stringMatching(reason) });
  });

  it('is written with exactly the decimals of its currency', () => {
    expect(formatAmount(1499, 'USD')).toBe('14.99');
    expect(formatAmount(5, 'USD')).toBe('0.05');
    expect(formatAmount(-5, 'USD')).toBe('-0.05');
    expect(formatAmount(1499, 'JPY')).toBe('1499');
    expect(formatAmount(1, 'KWD')).toBe('0.001');
    expect(() => formatAmount(0.5, 'USD')).toThrow(/no safe integer/);
    expect(() => formatAmount(1, 'ZZZ')).toThrow(/unknown currency/);
  });

  it('compares in millionths across currencies, in order even beyond exactness', () => {
    expect(toMicros(1499, 'USD')).toBe(14_990_000);
    expect(toMicros(1499, 'JPY')).toBe(1_499_000_000);
    expect(toMicros(Number.MAX_SAFE_INTEGER, 'JPY')).toBe(maxMicros);
    expect(BigInt(maxMicros)).toBeLessThan(2n ** 63n);
    fc.assert(
      fc.property(minors, minors, currencies, (left, right, currency) => {
        if (left <= right) expect(toMicros(left, currency)).toBeLessThanOrEqual(toMicros(right, currency));
      }),
    );
  });

  it('knows currencies by their exact code', () => {
    expect(isCurrency('USD')).toBe(true);
    expect(isCurrency('usd')).toBe(false);
    expect(currencyDigits('USD')).toBe(2);
    expect(currencyDigits('')).toBeUndefined();
  });
});

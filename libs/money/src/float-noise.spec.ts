import * as fc from 'fast-check';
import { cleanFloatNoise, formatAmount } from './index.ts';

describe('float noise', () => {
  it('is removed from every cent price that went through a binary float', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.constantFrom(3, 7, 100), (cents, parts) => {
        let sum = 0; // adding parts of a price up again gives the noise that real data carries
        for (let part = 0; part < parts; part += 1) sum += cents / 100 / parts;
        const text = String(sum);
        if (!text.includes('e')) expect(cleanFloatNoise(text, 'USD')).toEqual({ minor: cents });
      }),
    );
  });

  it('leaves exact texts as they are', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('USD', 'JPY', 'KWD'), (minor, currency) => {
        expect(cleanFloatNoise(formatAmount(minor, currency), currency)).toEqual({ minor });
      }),
    );
  });

  it.each([
    ['99.98999999999999', 'USD', 9999],
    ['9.890000000000001', 'USD', 989],
    ['0.6899999999999999', 'USD', 69],
    ['99.99999999999999', 'USD', 10_000],
    ['1499.0000000001', 'JPY', 1499],
    ['1498.9999999', 'JPY', 1499],
  ])('%s %s is %d minor units', (text, currency, minor) => {
    expect(cleanFloatNoise(text, currency)).toEqual({ minor });
  });

  it.each([
    ['14.995', /too many decimals/],
    ['14.9950000000001', /too many decimals/],
    ['14.99001000001', /too many decimals/],
    ['14.9900000x', /no plain decimal/],
    ['-99.98999999999999', /negative/],
    ['90071992547409.919999999', /too large/],
  ])('%s is a price that dollars do not have', (text, reason) => {
    expect(cleanFloatNoise(text, 'USD')).toEqual({ problem: expect.stringMatching(reason) });
  });
});

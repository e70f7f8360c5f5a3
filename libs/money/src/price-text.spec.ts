import * as fc from 'fast-check';
import { parsePrice } from './index.ts';

describe('a price as people write it', () => {
  it.each([
    ['₹1,099', '1099', 'INR'],
    ['₹1,09,999.00', '109999.00', 'INR'],
    ['1.234,56 €', '1234.56', 'EUR'],
    ['Rp 1.250.000', '1250000', 'IDR'],
    ['$1,299.00', '1299.00', 'USD'],
    ['US$ 19.99', '19.99', 'USD'],
    ['CHF 1’234.50', '1234.50', 'CHF'],
    ['9 472 Ft', '9472', 'HUF'],
    ['12,50 zł – 30,00 zł', '12.50', 'PLN'],
    ['50,- Kč', '50', 'CZK'],
    ['1.500 KD', '1.500', 'KWD'],
    ['1.500 €', '1500', 'EUR'],
    ['0.999 €', '0.999', 'EUR'],
    ['35€ 99', '35.99', 'EUR'],
    ['$119. 95', '119.95', 'USD'],
    ['$.75', '0.75', 'USD'],
    ['-20 % now 80 €', '80', 'EUR'],
    ['¥1499', '1499', 'JPY'],
    ['RM50', '50', 'MYR'],
    ['Free!', '0', undefined],
    ['ALL 3 for 10', '3', undefined],
  ])('%s is %s %s', (text, amount, currency) => {
    expect(parsePrice(text)).toEqual(currency === undefined ? { amount } : { amount, currency });
  });

  it.each([
    ['4.00', 'USD', 'USD'],
    ['$4.00', 'AUD', 'AUD'],
    ['£4.00', 'USD', 'GBP'],
    ['4.00', '$', 'USD'],
  ])('%s beside %s is in %s: the more precise hint wins', (text, nearby, currency) => {
    expect(parsePrice(text, nearby)).toEqual({ amount: '4.00', currency });
  });

  it.each([
    ['Out of stock', /no number/],
    ['', /no number/],
    ['-5.00 €', /negative/],
    ['1'.repeat(201), /201 characters/],
  ])('%s is no price', (text, reason) => {
    expect(parsePrice(text)).toEqual({ problem: expect.stringMatching(reason) });
  });

  it('never throws, and every amount is a plain decimal', () => {
    const piece = fc.constantFrom('1', '23', '456', '.', ',', ' ', "'", '€', '$', '-', '%', 'EUR', 'x');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, text, (price, nearby) => {
        const answer = parsePrice(price, nearby);
        if ('amount' in answer) expect(answer.amount).toMatch(/^(0|[1-9]\d*)(\.\d+)?$/);
      }),
      { numRuns: 1000 },
    );
  });
});

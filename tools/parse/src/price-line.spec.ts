import { noPrice, priceLine } from './price-line.ts';

const read = (price: unknown, isoCodes = false): unknown =>
  JSON.parse(priceLine(JSON.stringify(price), isoCodes));

describe('a line of prices in words', () => {
  it('gives the amount as a number and the currency as it is written', () => {
    expect(read({ currency_raw: 'Price', price_raw: '1 299,50 руб.' })).toEqual({
      amount: 1299.5,
      currency: 'руб.',
    });
    expect(read({ price_raw: '1 299,50 руб.' }, true)).toEqual({ amount: 1299.5, currency: 'RUB' });
  });

  it('keeps every digit, beyond what a double holds', () => {
    expect(priceLine('{"price_raw":"1.11000000000000009770"}')).toBe(
      '{"amount":1.11000000000000009770,"currency":null}',
    );
  });

  it('has null for an amount where there is none, and still the currency', () => {
    expect(read({ currency_raw: '€', price_raw: 'sold out' })).toEqual({ amount: null, currency: '€' });
    expect(read({ currency_raw: null, price_raw: null })).toEqual({ amount: null, currency: null });
  });

  it('takes a number for a price as it is written, and a missing text for none', () => {
    expect(priceLine('{"currency_raw":"$","price_raw":1234.50}')).toBe('{"amount":1234.50,"currency":"$"}');
    expect(priceLine('{}')).toBe(noPrice);
  });

  it.each([
    ['{', /no JSON/],
    ['[]', /no JSON object/],
    ['null', /no JSON object/],
    ['{"price_raw":["5"]}', /price_raw is no text/],
  ])('%s is refused with what is wrong', (line, reason) => {
    expect(() => priceLine(line)).toThrow(reason);
  });
});

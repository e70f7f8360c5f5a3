import * as fc from 'fast-check';
import { currencySignIn, parsePriceText } from './index.ts';

function amountAndCurrency(text: string, currencyText?: string): [string, string | undefined] | string {
  const answer = parsePriceText(text, { currencyText });
  return 'problem' in answer ? answer.problem : [answer.amount, answer.currency];
}

it('the sign of a price is the one that was written, wide or not', () => {
  expect(parsePriceText('￥3,980')).toEqual({ amount: '3980', currency: 'JPY', sign: '￥' });
  expect(parsePriceText('¥3,980')).toEqual({ amount: '3980', currency: 'JPY', sign: '¥' });
  expect(currencySignIn('＄ on request')).toBe('＄');
});

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
    ['12 €99', '12.99', 'EUR'],
    ['1 299 €90', '1299.90', 'EUR'],
    ['Set 2 €99', '99', 'EUR'],
    ['1,1€1', '1.1', 'EUR'],
    ['$119. 95', '119.95', 'USD'],
    ['$.75', '0.75', 'USD'],
    ['-20 % now 80 €', '80', 'EUR'],
    ['¥1499', '1499', 'JPY'],
    ['RM50', '50', 'MYR'],
    ['Rp 1,5 jt', '1500000', 'IDR'],
    ['2rb', '2000', undefined],
    ['12万円', '120000', 'JPY'],
    ['$1.2M', '1200000', 'USD'],
    ['25k ₫', '25000', 'VND'],
    ['1.2M €', '1200000', 'EUR'],
    ['$ 12 . 99', '12.99', 'USD'],
    ['12 ,50 €', '12.50', 'EUR'],
    ['&#8364; 12,99', '12.99', 'EUR'],
    ['12.99&nbsp;&euro;', '12.99', 'EUR'],
    ['&#x20AC;1.299,&minus;', '1299', 'EUR'],
    ['B&B Tee 4,99 € &c;', '4.99', 'EUR'],
    ['₹ 99.99 lakh', '9999000', 'INR'],
    ['٣٫٥٠ ر.س', '3.50', 'SAR'],
    ['₹१,२९९', '1299', 'INR'],
    ['￥１２，８００', '12800', 'JPY'],
    ['19⁹⁹ €', '19.99', 'EUR'],
    ['12,50 €/m²', '12.50', 'EUR'],
    ['12x de R$ 44,00', '44.00', 'BRL'],
    ['Buy 3 for $10', '10', 'USD'],
    ['From 26 to 50 €', '26', 'EUR'],
    ['v2.0 $9', '9', 'USD'],
    ['%20 indirim 80 TL', '80', 'TRY'],
    ['Ab 3.499,– €', '3499', 'EUR'],
    ['R 1 299.00', '1299.00', 'ZAR'],
    ['AU $12.50', '12.50', 'AUD'],
    ['SGD$4.90', '4.90', 'SGD'],
    ['1,500 DT', '1.500', 'TND'],
    ['DEM 170 000', '170000', 'DEM'],
    ['1 000 2 000', '1000', undefined],
    ['12.345,678', '12345.678', undefined],
    ['12 ft', '12', undefined],
    ['12,99 $ CA', '12.99', 'CAD'],
    ['99¢', '0.99', undefined],
    ['₹ 2.5 Cr', '25000000', 'INR'],
    ['1万2,980円', '12980', 'JPY'],
    ['499 kr', '499', undefined],
    ['Free!', '0', undefined],
    ['ALL 3 for 10', '3', undefined],
    ['12 99 €', '12.99', 'EUR'],
    ['1299 99 zł', '1299.99', 'PLN'],
    ['$12 99', '12.99', 'USD'],
    ['Pack of 12 99 €', '99', 'EUR'],
    ['10 руб. 50 коп.', '10.50', 'RUB'],
    ['1 299 zł 90 gr', '1299.90', 'PLN'],
    ['Was £19.99 Now £9.99', '9.99', 'GBP'],
    ['£9.99 (was £19.99)', '9.99', 'GBP'],
    ['statt 19,99 € nur 9,99 €', '9.99', 'EUR'],
    ['19,99 € jetzt 9,99 €', '9.99', 'EUR'],
    ['iPhone 15 – 1 299 €', '1299', 'EUR'],
    ['from 15 – 1 299 €', '15', 'EUR'],
    ['99p', '0.99', 'GBP'],
    ['1080p', '1080', undefined],
    ['bis 31.12.2026: 12,50 €', '12.50', 'EUR'],
  ])('%s is %s %s', (text, amount, currency) => {
    expect(amountAndCurrency(text)).toEqual([amount, currency]);
  });

  it.each([
    ['4.00', 'USD', 'USD'],
    ['$4.00', 'AUD', 'AUD'],
    ['£4.00', 'USD', 'GBP'],
    ['4.00', '$', 'USD'],
  ])('%s beside %s is in %s: the more precise hint wins', (text, nearby, currency) => {
    expect(amountAndCurrency(text, nearby)).toEqual(['4.00', currency]);
  });

  it.each([
    ['Out of stock', /no number/],
    ['', /no number/],
    ['Free shipping', /no number/],
    ['Save 20 %', /no number/],
    ['Offer ends 31.12.2026', /no number/],
    ['-5.00 €', /negative/],
    ['1'.repeat(201), /201 characters/],
  ])('%s is no price', (text, reason) => {
    expect(parsePriceText(text)).toEqual({ problem: expect.stringMatching(reason) });
  });

  it('keeps the sign as it was written, also where it belongs to no currency that can be told', () => {
    expect(parsePriceText('$4.00', { currencyText: 'AUD' })).toMatchObject({ sign: '$', currency: 'AUD' });
    expect(parsePriceText('419 руб.')).toMatchObject({ sign: 'руб.', currency: 'RUB' });
    expect(parsePriceText('12,500 تومان')).toEqual({ amount: '12500', sign: 'تومان' });
    expect(currencySignIn('sold out', 'Price in £')).toBe('£');
  });

  it.each([
    ['$4.00', 'CAD', 'CAD'],
    ['499 kr', 'NOK', 'NOK'],
    ['Rs 499', 'PKR', 'PKR'],
    ['$4.00', 'EUR', 'USD'],
    ['US$4.00', 'CAD', 'USD'],
    ['4.00', 'CAD', undefined],
  ])(
    '%s in a shop of %s is in %s: a shared sign means the shop’s currency where it can',
    (text, shop, currency) => {
      const answer = parsePriceText(text, { shopCurrency: shop });
      expect('currency' in answer ? answer.currency : undefined).toBe(currency);
    },
  );

  it('follows the separators of the shop where they are known', () => {
    expect(parsePriceText('1.500', { decimalSeparator: '.' })).toMatchObject({ amount: '1.500' });
    expect(parsePriceText('1,50', { groupSeparator: ',' })).toMatchObject({ amount: '150' });
  });

  it('never throws, and every amount is a plain decimal', () => {
    const piece = fc.constantFrom('1', '23', '456', '.', ',', ' ', "'", '€', '$', '-', '%', 'EUR', 'x');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, text, (price, nearby) => {
        const answer = parsePriceText(price, { currencyText: nearby });
        if ('amount' in answer) expect(answer.amount).toMatch(/^(0|[1-9]\d*)(\.\d+)?$/);
      }),
      { numRuns: 1000 },
    );
  });
});

import { gtin14, identifiersOf } from './identifiers.ts';

const of = (source: string, product: string, facts: object = {}): string[] =>
  identifiersOf({ source, product, facts }).map(({ kind, value }) => `${kind}:${value.replace('\n', '|')}`);

describe('a GTIN', () => {
  it.each([
    ['036000291452', '00036000291452'],
    ['0036000291452', '00036000291452'],
    ['4006381333931', '04006381333931'],
    ['96385074', '00000096385074'],
    ['10012345678902', '10012345678902'],
  ])('%s is the same number in 14 digits', (gtin, expected) => {
    expect(gtin14(gtin)).toBe(expected);
  });

  it.each([
    ['2000000000008', 'a shop’s own'],
    ['0200000000004', 'of variable weight'],
    ['0500000000001', 'of a coupon'],
    ['9900000000004', 'of a coupon'],
    ['20000004', 'a shop’s own, short'],
    ['00000000', 'zeros'],
    ['4006381333930', 'of a wrong check digit'],
  ])('%s names no item: %s', (gtin) => {
    expect(gtin14(gtin)).toBeUndefined();
  });
});

describe('the identifiers of a listing', () => {
  it('are none where nothing names the item exactly', () => {
    expect(of('steam', '730', { title: 'Counter-Strike 2', brand: 'Valve' })).toEqual([]);
  });

  it('know an ASIN within its group of marketplaces only', () => {
    expect(of('amazon-de', 'B0DEMO1234')).toEqual(of('amazon-uk', 'B0DEMO1234'));
    expect(of('amazon-us', 'B0DEMO1234')).toEqual(of('amazon-ca', 'B0DEMO1234'));
    expect(
      new Set(['de', 'us', 'in', 'jp'].flatMap((market) => of(`amazon-${market}`, 'B0DEMO1234'))).size,
    ).toBe(4);
    expect(of('keepa-us', 'B0DEMO1234')).toEqual(of('amazon-us', 'B0DEMO1234'));
    expect(of('ebay-de', 'B0DEMO1234')).toEqual([]);
  });

  it('know an ASIN by its page at Amazon, whatever the source is called', () => {
    const at = (source: string, url: string) => of(source, 'B0DEMO1234', { url });
    expect(at('my-associates', 'https://www.amazon.de/dp/B0DEMO1234?tag=x-21')).toEqual(
      of('keepa-fr', 'B0DEMO1234'),
    );
    expect(at('amazon-de', 'https://www.amazon.in/dp/B0DEMO1234')).toEqual(of('amazon-in', 'B0DEMO1234'));
    expect(at('blog', 'https://www.amazon.de/dp/B0OTHER123')).toEqual([]);
    expect(at('blog', 'https://amazon.de.example/dp/B0DEMO1234')).toEqual([]);
  });

  it('know a book’s code at Amazon as the ISBN-13 that others use', () => {
    expect(of('amazon-in', '0306406152')).toContain('gtin:09780306406157');
    expect(of('bookshop', 'x', { gtin: '9780306406157' })).toEqual(['gtin:09780306406157']);
  });

  it('know a part number with its brand, however either is written', () => {
    const [one] = of('a', '1', { brand: 'Sony ', mpn: 'wh-1000XM5' });
    expect(one).toBe('mpn:sony|wh-1000xm5');
    expect(of('b', '2', { brand: 'SONY', mpn: 'WH-1000XM5' })).toEqual([one]);
    expect(of('b', '2', { mpn: 'WH-1000XM5' })).toEqual([]);
    for (const mpn of ['N/A', 'Does not apply', '12', '0000', '--'])
      expect(of('b', '2', { brand: 'Sony', mpn })).toEqual([]);
  });
});

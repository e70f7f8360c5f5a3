import { isAsin, isGtin, isIsbn10, looksLikeAsin } from './check-digits.ts';

describe('check digits', () => {
  it.each(['96385074', '036000291452', '4006381333931', '5901234123457', '10614141000415'])(
    'knows %s as a GTIN and any other last digit as wrong',
    (gtin) => {
      expect(isGtin(gtin)).toBe(true);
      for (let digit = 0; digit < 10; digit += 1) {
        const changed = gtin.slice(0, -1) + String(digit);
        expect(isGtin(changed)).toBe(changed === gtin);
      }
    },
  );

  it.each(['0306406152', '043942089X', '0380973650'])('knows %s as an ISBN-10', (isbn) => {
    expect(isIsbn10(isbn)).toBe(true);
  });

  it.each(['0306406153', '0439420890', '04394208X9', 'B000000000', '030640615', '03064061522'])(
    'tells that %s is no ISBN-10',
    (text) => {
      expect(isIsbn10(text)).toBe(false);
    },
  );

  it('takes codes beginning with B and right ISBNs for ASINs, and nothing else', () => {
    expect(['B07JW9H4J1', 'BT00CTP8EO', '0306406152'].every(isAsin)).toBe(true);
    expect(['b07jw9h4j1', 'SHOPTOSHOP', '0306406153', 'A07JW9H4J1'].some(isAsin)).toBe(false);
  });

  it('sees the form of an ASIN in ten letters or digits only', () => {
    expect(['B07JW9H4J1', 'shoptoshop', '0306406153'].every(looksLikeAsin)).toBe(true);
    expect(['MY-SKU-001', 'B07JW9H4J', 'B07JW9H4J12', ''].some(looksLikeAsin)).toBe(false);
  });
});

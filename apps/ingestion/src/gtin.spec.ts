import { gtinCheckDigit, wholeGtin } from './gtin.ts';

it('a UPC of eleven digits lost a leading zero; no other length is added to', () => {
  expect(wholeGtin('36000291452')).toBe('036000291452');
  expect(['96385074', '036000291452', '4006381333931', '3600029145'].map(wholeGtin)).toEqual([
    '96385074',
    '036000291452',
    '4006381333931',
    '3600029145',
  ]);
});

describe('the check digit of a GTIN', () => {
  it.each(['96385074', '036000291452', '4006381333931', '10614141543219', '00012345600012'])(
    'of %s is its last',
    (gtin) => {
      expect(gtinCheckDigit(gtin)).toBe(Number(gtin.at(-1)));
    },
  );

  it('finds every single wrong digit', () => {
    for (let position = 0; position < 12; position += 1) {
      const digit = (Number('4006381333931'[position]) + 1) % 10;
      const wrong = `${'4006381333931'.slice(0, position)}${digit}${'4006381333931'.slice(position + 1)}`;
      expect(gtinCheckDigit(wrong)).not.toBe(1);
    }
  });
});

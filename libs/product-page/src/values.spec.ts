import { compareAmounts, markedAmount, sameAmount } from './amount.ts';
import { gtinOf } from './gtin.ts';
import { fiveStars, starsIn } from './rating.ts';
import { parseSloppyJson } from './sloppy-json.ts';
import { availabilityOf, conditionOf } from './words.ts';

it.each([
  ['14.99', 'EUR', '14.99'],
  ['1,299.00', 'USD', '1299.00'],
  ['1.299', 'EUR', '1299'],
  ['12.990', 'CLP', '12990'],
  ['1.500', 'KWD', '1.500'],
  ['34.992001', 'GBP', '34.992001'],
  ['1e3', 'USD', '1000'],
  ['call us', 'USD', undefined],
])('the amount %s in %s is %s', (text, currency, amount) => {
  expect(markedAmount(text, currency)?.amount).toBe(amount);
});

it('amounts compare by value, of any length and with any zeros', () => {
  expect(sameAmount('10', '10.00')).toBe(true);
  expect(sameAmount('100', '10')).toBe(false);
  expect(['9.5', '10', '9.49', '90071992547409931'].toSorted(compareAmounts)).toEqual([
    '9.49',
    '9.5',
    '10',
    '90071992547409931',
  ]);
});

it.each([
  ['4,6 von 5 Sternen', 4.6],
  ['92 %', 4.6],
  ['8.4/10', 4.2],
  ['4.8 (594)', 4.8],
  ['no stars', undefined],
])('"%s" is %d of five stars', (text, expected) => {
  const stars = starsIn(text);
  expect(stars && fiveStars(stars.value, stars.best)).toBe(expected);
});

it.each([
  ['EAN: 4006381333931', '4006381333931'],
  ['ISBN-10 0-545-01022-5', '9780545010221'],
  ['4006381333932', undefined],
  ['HD40063-813-33931X', undefined],
])('the trade number in "%s" is %s', (text, gtin) => {
  expect(gtinOf(text)).toBe(gtin);
});

it.each([
  ['https://schema.org/InStock', 'in_stock'],
  ['http://schema.org/BackOrder', 'preorder'],
  ['oos', 'out_of_stock'],
  ['Nicht verfügbar', 'out_of_stock'],
  ['Auf Lager', 'in_stock'],
  ['perhaps', undefined],
])('%s means %s', (text, availability) => {
  expect(availabilityOf(text)).toBe(availability);
});

it('conditions are told in every spelling', () => {
  expect(['UsedCondition', 'https://schema.org/NewCondition', 'refurbished'].map(conditionOf)).toEqual([
    'used',
    'new',
    'refurbished',
  ]);
});

it.each([
  ["{'a': 'it\\'s', \"b\": \"x\ty\"}", { a: "it's", b: 'x\ty' }],
  ['{"a": 1.50, /* c */ "b": [1, 2,],}', { a: '1.50', b: ['1', '2'] }],
  ['<!-- note --> {"a": "<!-- kept -->"}', { a: '<!-- kept -->' }],
  ['{&quot;a&quot;: &quot;b&quot;}', { a: 'b' }],
  ['no JSON', undefined],
])('%s is read as JSON as far as it goes', (text, value) => {
  expect(parseSloppyJson(text)).toEqual(value);
});

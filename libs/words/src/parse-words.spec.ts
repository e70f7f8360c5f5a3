import * as fc from 'fast-check';
import { commandWords } from './intents.ts';
import { parseWords, UNSURE } from './index.ts';
import { fillerWords } from './product.ts';

it('a whole request is taken apart', () => {
  expect(parseWords('Find me a gaming laptop under 80k with RTX 4060')).toEqual({
    intent: 'search',
    product: 'gaming laptop',
    products: [],
    category: 'laptop',
    features: ['gaming', 'rtx 4060'],
    minPrice: null,
    maxPrice: 80_000,
    currency: null,
    condition: null,
    url: null,
    confidence: expect.any(Number),
    question: null,
  });
});

it.each([
  ['ps5 unter 400 euro', 'ps5'],
  ['Suche ein gebrauchtes iPhone 13 bis 400 €', 'iphone 13'],
  ['cari laptop asus bekas di bawah 5 juta', 'laptop asus'],
  ['mujhe 20000 se kam ka samsung phone dikhao', 'samsung phone'],
  ['show me noise cancelling headphones with usb-c', 'noise cancelling headphones'],
  ['tell me when this drops below ₹45,000', null],
  ['iphone 15 128 gb', 'iphone 15'],
  ['ipohne 15 pro', 'iphone 15 pro'],
  ['pause all alerts', null],
  ['snooze the lg tv for 3 days', 'lg tv'],
  ['why did nothing come for the ps5?', 'ps5'],
  ['berhenti pantau airpods', 'airpods'],
  ['compare these two', null],
  ['alert me if the lg c4 oled drops 20%', 'lg c4 oled'],
  ['let me know if it drops by at least 15 percent', null],
  ['sag bescheid wenn es 20 prozent billiger wird', null],
  ['notify me when airpods pro hit an all-time low', 'airpods pro'],
  ['wenn die xbox wieder verfügbar ist, bitte melden', 'xbox'],
  ['headphones with 20% off', 'headphones'],
  ['85% dark chocolate', '85 dark chocolate'],
])('in "%s" the product is %s', (sentence, product) => {
  expect(parseWords(sentence).product).toBe(product);
});

it.each([
  ['compare iphone 15 and galaxy s24', ['iphone 15', 'galaxy s24']],
  ['vergleiche PS5 mit Xbox Series X', ['ps5', 'xbox series x']],
  ["what's the difference between kindle and kobo?", ['kindle', 'kobo']],
  ['is the s24 better than the pixel 8?', ['s24', 'pixel 8']],
  ['compare these', []],
])('"%s" compares %j', (sentence, products) => {
  expect(parseWords(sentence).products).toEqual(products);
});

it.each([
  ['unter fünfundzwanzig euro', 25],
  ['unter eintausendzweihundert euro', 1_200],
  ['under two thousand five hundred dollars', 2_500],
  ['less than eighty-five pounds', 85],
  ['dhai hazaar tak', 2_500],
  ['saadhe teen lakh tak', 350_000],
  ['dedh sau rupaye se kam', 150],
  ['di bawah satu setengah juta', 1_500_000],
  ['di bawah dua puluh lima ribu rupiah', 25_000],
  ['under half a million yen', 500_000],
])('a number in words is a budget: "%s"', (sentence, maxPrice) => {
  expect(parseWords(`headphones ${sentence}`)).toMatchObject({ minPrice: null, maxPrice });
});

it.each([
  ['16 GB RAM'],
  ['socks, ten pack'],
  ['wake me up when it is at least 100 euros cheaper'],
  ['only alert me for scores above 80'],
  ['under 2 kg'],
  ['tv over 55 inch'],
  ['iphone 15 pro max 256gb'],
  ['rtx 4060 ti'],
  ['nike air max 90'],
  ['quiet hours from 22:00 to 7:00'],
  ['laptop from 2023'],
  ['5000 mah'],
  ['-20% off'],
  ['drops by 5000'],
  ['order 12345'],
])('no budget is read in "%s"', (sentence) => {
  expect(parseWords(sentence)).toMatchObject({ minPrice: null, maxPrice: null, currency: null });
});

it('what it does not understand it says, and asks back', () => {
  expect(parseWords('').question).toBe('intent');
  expect(parseWords('???')).toMatchObject({ intent: 'unknown', confidence: 0.1, question: 'intent' });
  expect(parseWords('find me something')).toMatchObject({ intent: 'search', question: 'what' });
  expect(parseWords('tell me when this is cheaper')).toMatchObject({ intent: 'watch', question: 'which' });
});

it('any text whatever is answered, with a budget that is in order', () => {
  const pieces = fc.constantFrom(
    'under',
    '₹',
    '45',
    '1,5',
    'k',
    'juta',
    '-',
    'to',
    'bis',
    '€',
    'compare',
    '\n',
    'tv',
    '…',
  );
  const sentence = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(sentence, (text) => {
      const { minPrice, maxPrice, confidence } = parseWords(text);
      if (minPrice !== null) expect(Number.isFinite(minPrice)).toBe(true);
      if (maxPrice !== null) expect(Number.isFinite(maxPrice)).toBe(true);
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThan(1);
    }),
  );
});

it('a text of one word again and again, however long, costs less than a blink', () => {
  const said = [...commandWords(), ...fillerWords, 'hi there', 'thank you so much', '1.', '$5-', 'asdf', 'ß'];
  parseWords('tell me when it is below 5');
  for (const word of said.filter((_, place) => place % 9 === 0 || place > said.length - 7)) {
    const text = `${`${word} `.repeat(4_000 / (word.length + 1))}x`;
    const begin = process.cpuUsage();
    expect(parseWords(text).confidence).toBeGreaterThan(0);
    const { user, system } = process.cpuUsage(begin);
    // A blink is 50 ms; patterns that are compiled for the first time take longer.
    expect({ word, isSlow: user + system > 1_000_000 }).toEqual({ word, isSlow: false });
  }
});

it('what no rule knows is read by its likeness to other sentences, and asked about', () => {
  expect(parseWords('nerv mich nicht mehr mit dem monitor')).toMatchObject({
    intent: 'stop',
    question: 'intent',
  });
  expect(parseWords('nerv mich nicht mehr mit dem monitor').confidence).toBeLessThan(UNSURE);
  expect(parseWords('beds that have leds')).toMatchObject({ intent: 'search' });
});

import { CollectedObservation } from '@souk/contracts';
import * as fc from 'fast-check';
import { readObservation, type Reading } from './read-observation.ts';

const limits = { nowMs: Date.UTC(2026, 0, 1), maxFutureMs: 600_000 };
const good = {
  source: 'steam',
  product: '730',
  price: '14.99',
  currency: 'USD',
  observedAt: '2025-06-01T00:00:00Z',
};

const read = (fields: object): Reading => readObservation(JSON.stringify({ ...good, ...fields }), limits);

function problemsOf(reading: Reading): Record<string, string> {
  if (!('problems' in reading)) throw new Error('it was accepted');
  return Object.fromEntries(reading.problems.map(({ field, problem }) => [field, problem]));
}

function acceptedOf(reading: Reading): CollectedObservation {
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.observation;
}

describe('a line that is read', () => {
  it('becomes exact minor units and a time in UTC with milliseconds', () => {
    const reading = read({ listPrice: '19.90', shipping: '0', observedAt: '2025-06-01T05:30:00.1239+05:30' });
    expect(reading).toMatchObject({ source: 'steam' });
    expect(acceptedOf(reading)).toMatchObject({
      product: '730',
      priceMinor: 1499,
      listPriceMinor: 1990,
      shippingMinor: 0,
      currency: 'USD',
      observedAt: '2025-06-01T00:00:00.123Z',
    });
  });

  it('fits the contract of a collected observation with every field there is', () => {
    const facts = {
      title: 'Kettle 🫖',
      url: 'https://shop.example/k',
      brand: 'Acme',
      category: ['Home', 'Kitchen'],
      gtin: '4006381333931',
      image: 'https://shop.example/k.png',
      rating: 4.5,
      reviewCount: 12,
      salesRank: 3,
      variantOf: 'k',
      variant: { color: 'red' },
      attributes: { price: 5, watts: 2200, cordless: true },
      coupon: 'SAVE5',
      unitQuantity: '1 l',
      shop: { name: 'Acme', city: 'Pune', tier: 'gold' },
      seller: 'Bob',
      condition: 'new',
      availability: 'in_stock',
    };
    const observation = acceptedOf(read({ ...facts, price: 14.99, memberPrice: '13' }));
    expect(CollectedObservation.parse(observation)).toEqual(JSON.parse(JSON.stringify(observation)));
    expect(observation).toMatchObject({ ...facts, memberPriceMinor: 1300 });
  });

  it.each([
    ['a price of 0', { price: '0' }, { priceMinor: 0 }],
    ['a field that is null, as not given', { brand: null, listPrice: null }, { priceMinor: 1499 }],
    ['an unknown field, ignored', { colour: { deep: [1] } }, { priceMinor: 1499 }],
    ['a currency without decimals', { price: '1499', currency: 'JPY' }, { priceMinor: 1499 }],
    ['a currency with three decimals', { price: '1.499', currency: 'KWD' }, { priceMinor: 1499 }],
    ['the largest price that is not absurd', { price: '10000000000.00' }, { priceMinor: 1_000_000_000_000 }],
    ['a time just within the tolerance', { observedAt: '2026-01-01T00:10:00Z' }, { priceMinor: 1499 }],
    ['the first moment of 1995', { observedAt: '1995-01-01T00:00:00Z' }, { priceMinor: 1499 }],
    ['an escaped character pair', { title: '\u{1f600}' }, { title: '\u{1f600}' }],
  ])('may have %s', (_what, fields, expected) => {
    expect(acceptedOf(read(fields))).toMatchObject(expected);
  });

  it('takes a number exactly as it was written, whatever a float would make of it', () => {
    const line = JSON.stringify(good).replace('"14.99"', '90071992.10');
    expect(acceptedOf(readObservation(line, limits)).priceMinor).toBe(9_007_199_210);
    const noisy = JSON.stringify(good).replace('"14.99"', '14.990000000000000001');
    expect(problemsOf(readObservation(noisy, limits))).toMatchObject({
      price: expect.stringMatching(/too many decimals/),
    });
  });
});

describe('a line that is refused names the field and the matter', () => {
  it.each([
    ['more decimals than the currency has', { price: '14.999' }, 'price', /too many decimals: USD/],
    ['decimals where there are none', { price: '14.5', currency: 'JPY' }, 'price', /JPY allows no decimals/],
    ['a negative price', { price: '-1' }, 'price', /negative/],
    ['a negative number', { shipping: -1 }, 'shipping', /negative/],
    ['an absurd price', { price: '10000000000.01' }, 'price', /absurd/],
    ['an absurd list price', { listPrice: '9007199254740993' }, 'listPrice', /too large/],
    ['words for a price', { price: 'call us' }, 'price', /no plain decimal/],
    ['a price with a comma', { price: '12,99' }, 'price', /no plain decimal/],
    ['an empty price', { price: '' }, 'price', /./],
    ['an exponent', { price: '1e3' }, 'price', /no plain decimal/],
    [
      'a stock that is none',
      { availability: 'maybe' },
      'availability',
      /^must be one of in_stock, limited, preorder, out_of_stock, unknown$/,
    ],
    ['a title that is no text', { title: 7 }, 'title', /^must be a text$/],
    ['a state that is none', { condition: 'mint' }, 'condition', /^must be one of new, refurbished, /],
    ['true for a price', { price: true }, 'price', /decimal string/],
    ['a currency that does not exist', { currency: 'XXQ' }, 'currency', /unknown currency/],
    ['a currency in lower case', { currency: 'usd' }, 'currency', /ISO 4217/],
    [
      'a time too far ahead',
      { observedAt: '2026-01-01T00:10:00.001Z' },
      'observedAt',
      /10 minutes in the future/,
    ],
    ['a time before the web shops', { observedAt: '1994-12-31T23:59:59Z' }, 'observedAt', /before 1995/],
    ['a day that does not exist', { observedAt: '2025-02-30T00:00:00Z' }, 'observedAt', /ISO 8601/],
    ['a time without a zone', { observedAt: '2025-02-01T00:00:00' }, 'observedAt', /ISO 8601/],
    ['a wrong check digit', { gtin: '4006381333932' }, 'gtin', /should end with 1/],
    ['a GTIN of eleven digits that is no UPC', { gtin: '36000291453' }, 'gtin', /8, 12, 13 or 14/],
    ['a GTIN of ten digits', { gtin: '4006381333' }, 'gtin', /8, 12, 13 or 14/],
    ['no product', { product: undefined }, 'product', /is required/],
    ['a price that is null', { price: null }, 'price', /is required/],
    ['a source in capitals', { source: 'Steam' }, 'source', /lower case/],
    ['an address without http', { url: 'ftp://x.example' }, 'url', /http/],
    ['a NUL character', { title: 'a\0b' }, 'title', /NUL/],
    ['half a character pair', { variant: { '\ud800': 'x' } }, 'variant', /half of a character pair/],
  ])('%s', (_what, fields, field, problem) => {
    expect(problemsOf(read(fields))).toEqual({ [field]: expect.stringMatching(problem) });
  });

  it('a UPC that lost its leading zero in a spreadsheet gets it back', () => {
    expect(read({ gtin: '36000291452' })).toMatchObject({ observation: { gtin: '036000291452' } });
  });

  it('tells all problems of a line at once', () => {
    const fields = {
      product: undefined,
      price: '-5',
      gtin: '4006381333932',
      observedAt: '2030-01-01T00:00:00Z',
    };
    expect(Object.keys(problemsOf(read(fields))).toSorted()).toEqual([
      'gtin',
      'observedAt',
      'price',
      'product',
    ]);
  });

  it('keeps the list of problems short', () => {
    const attributes = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, []]));
    const reading = read({ attributes }) as { problems: unknown[] };
    expect(reading.problems).toHaveLength(20);
  });

  it.each([
    ['what is no JSON, with its position', '{"source":x}', /unexpected "x" at position 10/],
    ['a line that was cut off', '{"source":"steam","pro', /ends too early, after 22 characters/],
    ['a list', '[]', /must be a JSON object/],
    ['a bare word', 'hello', /unexpected "h" at position 0/],
    ['endless nesting', `{"price":1,"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, /nested too deeply/],
    ['more than 64 KiB', JSON.stringify({ ...good, title: 'x'.repeat(65_536) }), /at most 65536/],
  ])('%s', (_what, line, problem) => {
    expect(problemsOf(readObservation(line, limits))).toEqual({ '': expect.stringMatching(problem) });
  });
});

describe('for any input', () => {
  const digits = { USD: 2, JPY: 0, KWD: 3 } as const;
  const currency = fc.constantFrom(...(Object.keys(digits) as (keyof typeof digits)[]));

  it('amounts are what integer arithmetic makes of the digits, as text and as number alike', () => {
    const amount = fc.tuple(currency, fc.bigInt(0n, 1_000_000_000n), fc.nat(999));
    fc.assert(
      fc.property(amount, ([code, whole, decimals]) => {
        const decimalText = String(decimals).padStart(3, '0').slice(0, digits[code]);
        const text = decimalText && whole < 1_000_000_000n ? `${whole}.${decimalText}` : String(whole);
        const minor = Number(
          BigInt(text.replace('.', '')) * (text.includes('.') ? 1n : 10n ** BigInt(digits[code])),
        );
        const line = JSON.stringify({ ...good, price: text, currency: code });
        expect(acceptedOf(readObservation(line, limits)).priceMinor).toBe(minor);
        const asNumber = line.replace(`"price":"${text}"`, `"price":${text}`);
        expect(acceptedOf(readObservation(asNumber, limits)).priceMinor).toBe(minor);
      }),
    );
  });

  it('a line is either accepted in the form of the contract, or refused with a field and a problem', () => {
    const field = fc.constantFrom(
      ...Object.keys(good),
      'listPrice',
      'gtin',
      'title',
      'attributes',
      'variant',
      'shop',
    );
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json({ depthSize: 'small' }),
      fc.tuple(field, fc.jsonValue()).map(([name, value]) => JSON.stringify({ ...good, [name]: value })),
      fc.tuple(fc.nat(120), fc.string({ unit: 'grapheme', maxLength: 3 })).map(([at, text]) => {
        const whole = JSON.stringify(good);
        return whole.slice(0, at) + text + whole.slice(at + 1);
      }),
    );
    fc.assert(
      fc.property(line, (text) => {
        const reading = readObservation(text, limits);
        if ('problems' in reading) {
          expect(reading.problems.length).toBeGreaterThan(0);
          for (const { problem } of reading.problems) expect(problem).not.toBe('');
        } else CollectedObservation.parse(JSON.parse(JSON.stringify(reading.observation)));
      }),
      { numRuns: 2_000 },
    );
  });
});

import { z } from 'zod';
import { InstantInput, readInput } from './input.ts';
import { checkSubject, newWatchInput } from './watch-input.ts';

const NewWatch = z.strictObject(newWatchInput).check(checkSubject);
const product = { source: 'shop', product: 'lamp' };
const when = { priceBelow: 5 };
const problemsOf = (value: unknown, schema: z.ZodType = NewWatch) =>
  readInput(schema, value).problems?.map(({ field, problem }) => `${field}: ${problem}`);

describe('a watch as people write it', () => {
  it('is read with its amounts as text and its times in UTC', () => {
    const expiresAt = '2026-06-01T00:00:00+02:00';
    expect(readInput(NewWatch, { product, when, expiresAt })).toEqual({
      data: { product, when: { priceBelow: '5' }, expiresAt: '2026-05-31T22:00:00.000Z' },
    });
  });

  it.each<[string, object, string[]]>([
    ['a field that is not known', { product, when, colour: 'red' }, ['colour: is not known here']],
    ['one within another', { product: { ...product, id: 1 }, when }, ['product.id: is not known here']],
    ['nothing to watch', { when }, [expect.stringContaining('product: give one of product, productId')]],
    [
      'two things',
      { product, query: { text: 'lamp' }, when },
      [expect.stringContaining('product: give one of')],
    ],
    ['no conditions', { product }, ['when: is required']],
    [
      'a condition of another type',
      { product, when: { dropPercent: '5' } },
      ['when.dropPercent: must be a number'],
    ],
    [
      'an amount that is none',
      { product, when: { priceBelow: 'cheap' } },
      ['when.priceBelow: must be a decimal such as "9.99"'],
    ],
    [
      'a percentage beyond measure',
      { product, when: { dropPercent: 300 } },
      ['when.dropPercent: must be at most 100'],
    ],
    [
      'nothing as a percentage',
      { product, when: { dropPercent: 0 } },
      ['when.dropPercent: must be more than 0'],
    ],
    ['a flag turned off', { product, when: { allTimeLow: false } }, ['when.allTimeLow: must be true']],
    ['a name too long', { product, when, name: 'x'.repeat(101) }, ['name: must have at most 100 characters']],
    ['an empty list', { product, when: { all: [] } }, ['when.all: must have at least 1 item']],
    [
      'too many tags',
      { product, when, tags: Array.from({ length: 21 }, String) },
      ['tags: must have at most 20 items'],
    ],
    ['half a count', { product, when, dailyCap: 1.5 }, ['dailyCap: must be a whole number']],
    ['an id that is none', { productId: '7', when }, ['productId: must be a UUID']],
    ['an address that is none', { url: 'shop', when }, ['url: must be an http or https address']],
    [
      'a time that is none',
      { product, when, expiresAt: 'soon' },
      ['expiresAt: must be a time such as 2026-06-01T00:00:00Z'],
    ],
    [
      'text that no database keeps',
      { product, when, name: 'a\0' },
      ['name: holds a NUL character or half of a character pair'],
    ],
    [
      'such a name',
      { variantsOf: { ...product, attributes: { '\ud800': 'x' } }, when },
      ['variantsOf.attributes: holds a NUL character or half of a character pair'],
    ],
    [
      'the nearest of several forms',
      { variantsOf: { productId: '7' }, when },
      ['variantsOf.productId: must be a UUID'],
    ],
    [
      'none of several forms',
      { product, when: { condition: 'worn', priceBelow: 1 } },
      ['when.condition: must be one of new, refurbished, used, open_box, collectible'],
    ],
  ])('is told in plain words of %s', (_what, value, problems) => {
    expect(problemsOf(value)).toEqual(problems);
  });
});

describe('inputs', () => {
  it('are told in plain words whatever their schema', () => {
    const Odd = z.object({
      day: z.iso.date(),
      code: z.base64(),
      few: z.set(z.string()).max(1),
      count: z.number().lt(3),
      one: z.number().multipleOf(5),
      names: z.record(z.string().max(2), z.string()),
      date: z.date(),
      any: z.union([]),
    });
    const input = {
      day: 'x',
      code: '*',
      few: new Set(['a', 'b']),
      count: 3,
      one: 3,
      names: { long: 'x' },
      date: 1,
      any: 1,
    };
    expect(problemsOf(input, Odd)).toEqual([
      'day: must be a day such as 2026-06-01',
      'code: must be in another form',
      'few: must have at most 1 item',
      'count: must be less than 3',
      'one: is not valid',
      'names.long: has a name that may not be',
      'date: must be date',
      'any: has none of the forms that it may have',
    ]);
    expect(problemsOf('x')).toEqual([': must be an object']);
  });

  it('of times lie in years that can be written', () => {
    expect(problemsOf('0000-01-01', InstantInput)).toEqual([': must lie between the years 1 and 9999']);
    expect(readInput(InstantInput, '2026-06-01')).toEqual({ data: '2026-06-01T00:00:00.000Z' });
  });
});

import { asinProblem } from '@souk/amazon';
import type { JobLine } from '@souk/contracts';
import { checkLines, type JobSource } from './check-lines.ts';

const source = (name: string, change: Partial<JobSource> = {}): JobSource => ({
  name,
  order: 0,
  canLookUp: true,
  country: undefined,
  problemOf: () => null,
  ...change,
});
const sources = [
  source('keepa-in', { order: 3, country: 'IN', problemOf: asinProblem }),
  source('amazon-in', { order: 1, country: 'IN', problemOf: asinProblem }),
  source('amazon-gb', { order: 2, country: 'GB', problemOf: asinProblem }),
  source('shop'),
  source('feed', { canLookUp: false }),
];
const check = (lines: Partial<JobLine>[]) =>
  checkLines(
    lines.map((line, index) => ({ line: index + 1, product: 'B012345678', ...line })),
    sources,
  );
const problems = (lines: Partial<JobLine>[]) =>
  check(lines).map(({ rejected }) => rejected && `${rejected.field} ${rejected.problem}`);

describe('the lines of a job', () => {
  it.each([
    ['IN', 'amazon-in'],
    ['in', 'amazon-in'],
    ['www.amazon.in', 'amazon-in'],
    ['amazon.co.uk', 'amazon-gb'],
    ['UK', 'amazon-gb'],
  ])('of the marketplace %s are looked up at %s', (marketplace, name) => {
    expect(check([{ marketplace }])).toEqual([
      { line: 1, source: name, product: 'B012345678', isFnsku: false, rejected: null },
    ]);
  });

  it.each<[string, Partial<JobLine>, RegExp]>([
    ['no place', {}, /^source is missing/],
    ['an unknown source', { source: 'nowhere' }, /^source there is no source "nowhere"/],
    ['a source without look-ups', { source: 'feed' }, /^source products of feed cannot be looked up/],
    ['an unknown marketplace', { marketplace: 'XX' }, /^marketplace "XX" is no marketplace/],
    ['a marketplace without a source', { marketplace: 'US' }, /^marketplace there is no source for US/],
    [
      'two places that disagree',
      { source: 'amazon-in', marketplace: 'GB' },
      /^marketplace the source amazon-in is the marketplace IN, not GB/,
    ],
    ['a shop with a marketplace', { source: 'shop', marketplace: 'IN' }, /is no marketplace of Amazon's/],
    ['no product', { source: 'shop', product: '' }, /^product is empty/],
    ['a wrong check digit', { marketplace: 'IN', product: '0306406153' }, /should end with 2/],
    ['no ASIN', { marketplace: 'IN', product: 'hello' }, /^product is no ASIN/],
    ['no FNSKU', { marketplace: 'IN', product: 'hello', isFnsku: true }, /^fnsku is no FNSKU/],
  ])('with %s are told what is wrong', (_name, line, problem) => {
    expect(problems([line])).toEqual([expect.stringMatching(problem)]);
  });

  it('that say the same are looked up once, whichever way they name the place', () => {
    expect(
      problems([{ source: 'amazon-in' }, { marketplace: 'IN' }, { source: 'amazon-gb' }, { source: 'shop' }]),
    ).toEqual([null, 'product is the same as in line 1', null, null]);
  });

  it('that are wrong do not make the next equal one a duplicate', () => {
    expect(
      problems([
        { product: 'hello', marketplace: 'IN' },
        { product: 'hello', marketplace: 'IN' },
      ]),
    ).toEqual([expect.stringMatching(/is no ASIN/), expect.stringMatching(/is no ASIN/)]);
  });

  it('may hold FNSKUs of a marketplace, by their form or by their column', () => {
    const lines = [
      { marketplace: 'IN', product: 'X001ABCDEF' },
      { marketplace: 'IN', product: 'B0ABCDEFGH', isFnsku: true },
      { source: 'shop', product: 'X001ABCDEF' },
    ];
    expect(check(lines).map(({ isFnsku, rejected }) => [isFnsku, rejected])).toEqual([
      [true, null],
      [true, null],
      [false, null],
    ]);
  });
});

import { type RunSoFar, runVerdict } from './run-verdict.ts';

const run = (fields: Partial<RunSoFar>): RunSoFar => ({
  items: 0,
  unreadable: 0,
  firstProblem: undefined,
  held: 0,
  isLastPage: true,
  expected: 1_000,
  minimumShare: 0.5,
  ...fields,
});

describe('a run of a catalogue or feed', () => {
  it.each([
    ['has as many products as before', { items: 1_000 }],
    ['has half of them', { items: 500 }],
    ['has shown half of them and goes on', { items: 500, isLastPage: false }],
    ['is the first one', { items: 1, expected: null }],
    ['may lose any number', { items: 1, minimumShare: 0 }],
    ['is too large to wait for', { items: 20_001, held: 20_001, expected: 90_000, isLastPage: false }],
  ])('that %s is published', (_what, fields) => {
    expect(runVerdict(run(fields))).toEqual({ kind: 'publish' });
  });

  it('waits until it has shown enough', () => {
    expect(runVerdict(run({ items: 499, held: 499, isLastPage: false }))).toEqual({ kind: 'hold' });
  });

  it.each([
    ['misses most products', { items: 499 }, /holds 499 products, the last good one held 1000.*minimumShare/],
    ['is empty', {}, /holds no products/],
    ['is empty and the first one', { expected: null }, /holds no products/],
    ['is empty and may lose any number', { minimumShare: 0 }, /holds no products/],
    [
      'has moved columns',
      { unreadable: 1_000, firstProblem: 'price must be a decimal string' },
      /none of its 1000 items can be read: price must be/,
    ],
    ['can hardly be read', { items: 20, unreadable: 980 }, /980 more cannot be read/],
  ])('that %s is set apart, with the reason', (_what, fields, reason) => {
    expect(runVerdict(run(fields))).toEqual({ kind: 'quarantine', reason: expect.stringMatching(reason) });
  });
});

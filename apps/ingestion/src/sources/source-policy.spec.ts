import { isAmazonAdapter, policyOf, policyWarnings } from './source-policy.ts';

const free = { mayStoreHistory: true, cacheLifetimeMs: null, mayAlert: true, attribution: 'Example' };
const strict = {
  mayStoreHistory: false,
  cacheLifetimeMs: 86_400_000,
  mayAlert: false,
  attribution: 'Amazon',
};
const elsewhere = { isAmazon: false, isApproved: false };
const unapproved = { isAmazon: true, isApproved: false };
const approved = { isAmazon: true, isApproved: true };

describe('what may be done with prices', () => {
  it('is what the adapter says, with what the operator changes', () => {
    expect(policyOf(free, undefined, elsewhere)).toEqual(free);
    expect(policyOf(free, { mayAlert: false, cacheLifetimeMs: 60_000 }, elsewhere)).toEqual({
      ...free,
      mayAlert: false,
      cacheLifetimeMs: 60_000,
    });
  });

  it('may be a history for so many days, and one for good again', () => {
    const kept = policyOf(free, { historyLifetimeDays: 730 }, elsewhere);
    expect(kept).toEqual({ ...free, historyLifetimeDays: 730 });
    expect(policyOf(kept, { historyLifetimeDays: null }, elsewhere).historyLifetimeDays).toBeNull();
    expect(policyOf(strict, { historyLifetimeDays: 730 }, approved)).toMatchObject({
      mayStoreHistory: true,
      historyLifetimeDays: 730,
    });
    expect(policyOf(strict, { historyLifetimeDays: 730 }, unapproved).mayStoreHistory).toBe(false);
  });

  it('cannot be loosened for Amazon until the operator states that Amazon agreed', () => {
    const loose = { mayStoreHistory: true, mayAlert: true, cacheLifetimeMs: null };
    expect(policyOf(strict, loose, unapproved)).toEqual(strict);
    expect(policyOf(free, undefined, unapproved)).toEqual({ ...strict, attribution: 'Example' });
    expect(policyOf(strict, { cacheLifetimeMs: 3_600_000 }, unapproved).cacheLifetimeMs).toBe(3_600_000);
  });

  it('allows history and alerts of Amazon once it agreed, and the operator may still forbid them', () => {
    expect(policyOf(strict, undefined, approved)).toEqual({
      ...strict,
      mayStoreHistory: true,
      mayAlert: true,
      cacheLifetimeMs: null,
    });
    expect(policyOf(strict, { mayAlert: false }, approved).mayAlert).toBe(false);
  });

  it('deletes no approved history after a day, unless the source states how long its prices may stay', () => {
    expect(policyOf(strict, { attribution: null }, approved).cacheLifetimeMs).toBeNull();
    expect(policyOf(strict, { cacheLifetimeMs: 604_800_000 }, approved).cacheLifetimeMs).toBe(604_800_000);
  });

  it('is Amazon’s for adapters that fetch there, not for others that know its codes', () => {
    expect(['amazon-creators/1', 'paapi/2'].map(isAmazonAdapter)).toEqual([true, true]);
    expect(['keepa/1', 'amazonia-books/1', 'page/1'].map(isAmazonAdapter)).toEqual([false, false, false]);
  });
});

it('warns when messages are kept longer than the prices in them may be', () => {
  const kept = (streamHours: number, outboxHours: number) => ({
    streamHours,
    outboxHours,
    outboxSpanHours: 6,
  });
  expect(policyWarnings(strict, kept(48, 120))).toEqual([
    expect.stringMatching(/up to 126 h: set SOUK_OUTBOX_RETENTION_HOURS to at most 18/),
  ]);
  expect(policyWarnings(strict, kept(12, 19))).toHaveLength(1);
  expect(policyWarnings(strict, kept(12, 18))).toEqual([]);
  expect(policyWarnings({ ...strict, cacheLifetimeMs: 3_600_000 }, kept(1, 1))).toEqual([
    expect.stringMatching(/shorter than 7 h they cannot be/),
  ]);
  expect(policyWarnings({ ...strict, mayStoreHistory: true }, kept(48, 120))).toEqual([]);
  expect(policyWarnings(free, kept(48, 120))).toEqual([]);
  expect(policyWarnings({ ...free, historyLifetimeDays: 2 }, kept(48, 120))).toEqual([
    expect.stringMatching(/may stay for 48 h, but messages are kept for up to 126 h/),
  ]);
  expect(policyWarnings({ ...free, historyLifetimeDays: 6 }, kept(48, 120))).toEqual([]);
  expect(policyWarnings({ ...strict, historyLifetimeDays: 6 }, kept(48, 120))).toHaveLength(1);
});

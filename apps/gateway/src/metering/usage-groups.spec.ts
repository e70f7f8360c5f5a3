import { UsageRecorded } from '@souk/contracts';
import { UsageGroups, type Used } from './usage-groups.ts';

const account = '00000000-0000-7000-8000-000000000002';
const key = '00000000-0000-7000-8000-000000000003';
const otherKey = '00000000-0000-7000-8000-000000000004';
const hold = '00000000-0000-7000-8000-000000000005';
const used = (change: Partial<Used> = {}): Used => ({
  accountId: account,
  keyId: key,
  operation: 'getProduct',
  count: 1,
  credits: 1,
  subjects: ['p1'],
  ...change,
});
const at = (ms: number): number => Date.UTC(2026, 0, 1) + ms;
const textAt = (ms: number): string => new Date(at(ms)).toISOString();

describe('usage of an interval', () => {
  it('is added up by key, operation and lease', () => {
    const groups = new UsageGroups();
    groups.add(used(), at(0));
    groups.add(used({ subjects: ['p2', 'p1'] }), at(50));
    groups.add(used({ operation: 'getDeal' }), at(60));
    groups.add(used({ holdId: hold }), at(70));
    groups.add(used({ keyId: otherKey }), at(80));
    const records = groups.take(10);
    expect(records).toMatchObject([
      {
        operation: 'getProduct',
        count: 2,
        credits: 2,
        subjects: ['p1', 'p2'],
        from: textAt(0),
        to: textAt(50),
      },
      { operation: 'getDeal', count: 1, credits: 1 },
      { operation: 'getProduct', count: 1, holdId: hold },
      { operation: 'getProduct', count: 1, keyId: otherKey },
    ]);
    for (const record of records) expect(UsageRecorded.data.safeParse(record).success).toBe(true);
    expect(groups.isEmpty).toBe(true);
  });

  it('is taken in parts, each group once', () => {
    const groups = new UsageGroups();
    for (const operation of ['a', 'b', 'c'])
      for (const keyId of [key, otherKey]) groups.add(used({ operation, keyId }), at(0));
    const parts = [groups.take(2), groups.take(2), groups.take(2), groups.take(2)];
    expect(parts.map((part) => part.length)).toEqual([2, 2, 2, 0]);
    expect(new Set(parts.flat().map(({ keyId, operation }) => `${keyId} ${operation}`)).size).toBe(6);
    expect(groups.isEmpty).toBe(true);
  });

  it('keeps at most 100 subjects and 10,000 groups', () => {
    const groups = new UsageGroups();
    for (let index = 0; index < 150; index += 1) groups.add(used({ subjects: [`${index}`] }), at(0));
    expect(groups.take(1)[0]!.subjects).toHaveLength(100);
    for (let index = 0; index < 10_000; index += 1)
      expect(groups.add(used({ keyId: `${index % 1_000}`, operation: `o${index}` }), at(0))).toBe(true);
    expect(groups.add(used({ operation: 'one more' }), at(0))).toBe(false);
    expect(groups.add(used({ keyId: '5', operation: 'o5' }), at(0))).toBe(true);
  });
});

import { UsageRecorded } from '@souk/contracts';
import { UsageGroups } from './usage-groups.ts';
const account = '00000000-0000-7000-8000-000000000002';
const key = '00000000-0000-7000-8000-000000000003';
const used = (change = {}) => ({
  accountId: account,
  keyId: key,
  operation: 'getProduct',
  count: 1,
  credits: 1,
  subjects: ['p1'],
  ...change,
});
const at = (ms) => new Date(Date.UTC(2026, 0, 1) + ms);
describe('usage of an interval', () => {
  it('is added up by account, key, operation and lease', () => {
    const groups = new UsageGroups();
    groups.add(used(), at(0));
    groups.add(used({ subjects: ['p2', 'p1'] }), at(50));
    groups.add(used({ operation: 'getDeal' }), at(60));
    const records = groups.take(10);
    expect(records).toMatchObject([
      {
        operation: 'getProduct',
        count: 2,
        credits: 2,
        subjects: ['p1', 'p2'],
        from: at(0).toISOString(),
        to: at(50).toISOString(),
      },
      { operation: 'getDeal', count: 1, credits: 1 },
    ]);
    for (const record of records) expect(UsageRecorded.data.safeParse(record).success).toBe(true);
    expect(groups.isEmpty).toBe(true);
  });
  it('keeps at most 100 subjects and 10,000 groups', () => {
    const groups = new UsageGroups();
    for (let index = 0; index < 150; index += 1) groups.add(used({ subjects: [`${index}`] }), at(0));
    expect(groups.take(1)[0].subjects).toHaveLength(100);
    for (let index = 0; index < 10000; index += 1)
      expect(groups.add(used({ operation: `o${index}` }), at(0))).toBe(true);
    expect(groups.add(used({ operation: 'one more' }), at(0))).toBe(false);
    expect(groups.add(used({ operation: 'o5' }), at(0))).toBe(true);
  });
});

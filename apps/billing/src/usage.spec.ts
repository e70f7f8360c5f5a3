import { type HoldState, movedBy } from './ledger.ts';
import { byAccount, dailyOf, reasonOf, settle, type Use } from './usage.ts';

const use = (id: string, credits: number, more: Partial<Use> = {}): Use => ({
  id,
  accountId: 'a',
  operation: 'history',
  count: credits,
  credits,
  keyId: null,
  holdId: null,
  subjects: [],
  from: '2026-01-31T23:59:59.900Z',
  to: '2026-02-01T00:00:00.100Z',
  ...more,
});
const hold: HoldState = { amount: 10, captured: 0, state: 'open', fundedBy: 'available', finalCapture: null };

it('uses of one hold share what is left in it, the later ones pay otherwise', () => {
  const uses = [use('1', 6, { holdId: 'h' }), use('2', 6, { holdId: 'h' }), use('3', 6, { holdId: 'h' })];
  const settlement = settle({ available: 5, unmetered: false }, new Map([['h', hold]]), uses);
  expect(settlement.uses).toMatchObject([
    { captured: 6, charged: 0, owed: 0 },
    { captured: 4, charged: 2, owed: 0 },
    { captured: 0, charged: 3, owed: 3 },
  ]);
  expect(settlement.holds.get('h')).toMatchObject({ captured: 10, state: 'captured' });
  expect(movedBy(settlement.transfers)).toMatchObject({ held: -10, available: -5, receivable: -3, used: 18 });
});

it('a hold that nobody knows pays nothing, and neither does a free use change one', () => {
  const uses = [use('1', 2, { holdId: 'unknown' }), use('2', 0, { holdId: 'h', count: 5 })];
  const settlement = settle({ available: 5, unmetered: false }, new Map([['h', hold]]), uses);
  expect(settlement.holds.size).toBe(0);
  expect(settlement.uses).toMatchObject([
    { captured: 0, charged: 2, owed: 0 },
    { captured: 0, charged: 0, owed: 0 },
  ]);
});

it('the same use told twice in one batch counts once, but two accounts may have the same id', () => {
  const grouped = byAccount([use('1', 1), use('1', 1), use('1', 1, { accountId: 'b' }), use('2', 1)]);
  expect([...grouped].map(([account, uses]) => [account, uses.map(({ id }) => id)])).toEqual([
    ['a', ['1', '2']],
    ['b', ['1']],
  ]);
});

it('a reason adds up the operations and is cut to its bound', () => {
  expect(reasonOf([use('1', 2), use('2', 1, { operation: 'deal' }), use('3', 3)])).toBe(
    '1 x deal, 5 x history',
  );
  const many = Array.from({ length: 50 }, (_, index) =>
    use(`${index}`, 1, { operation: `operation-${index}` }),
  );
  expect(reasonOf(many)).toHaveLength(200);
});

it('a day is the UTC day on which the interval began', () => {
  const other = use('3', 4, { from: '2026-02-01T00:00:00.000Z' });
  expect(dailyOf([use('1', 2), use('2', 3, { count: 1 }), other])).toEqual([
    { accountId: 'a', day: '2026-01-31', operation: 'history', count: 3, credits: 5 },
    { accountId: 'a', day: '2026-02-01', operation: 'history', count: 4, credits: 4 },
  ]);
});

import { isMet, tableOf } from './goals.ts';

const goal = { name: 'CPU', unit: '', detail: '' };

describe('isMet', () => {
  it('takes the limit itself as met', () => {
    expect(isMet({ ...goal, value: 2, atMost: 2 })).toBe(true);
    expect(isMet({ ...goal, value: 2.01, atMost: 2 })).toBe(false);
    expect(isMet({ ...goal, value: 0.49, atLeast: 0.5 })).toBe(false);
  });

  it('is missed by what could not be measured', () => {
    expect(isMet({ ...goal, value: Number.NaN, atMost: 2 })).toBe(false);
    expect(isMet({ ...goal, value: Number.NaN, atLeast: 2 })).toBe(false);
  });
});

it('the table says of every figure what it must be', () => {
  const table = tableOf([
    { ...goal, value: 2.345, atMost: 2, detail: '80 / 34 us' },
    { ...goal, name: 'seen', value: 1, unit: ' ms' },
  ]);
  expect(table).toContain('| CPU | 2.35 | <= 2 | MISSED | 80 / 34 us |');
  expect(table).toContain('| seen | 1 ms | stated | met |');
});

import { dutyOf } from './duties.ts';

const worth = (eurMinor: number) => () => eurMinor;
const duty = (from: string, to: string, day: string, eurMinor = 10_000) =>
  dutyOf({ from, to, day }, worth(eurMinor));

describe('an estimate of duties', () => {
  it.each<[string, string, string, number, number | null]>([
    ['US', 'DE', '2026-07-01', 15_000, 300],
    ['US', 'DE', '2026-06-30', 15_000, 0],
    ['US', 'DE', '2026-07-01', 15_001, null],
    ['IN', 'US', '2026-11-21', 100, null],
  ])('from %s to %s on %s, worth %i cents', (from, to, day, value, amount) => {
    expect(duty(from, to, day, value)?.amount?.minor ?? null).toBe(amount);
    expect(duty(from, to, day, value)).toMatchObject({
      rule: expect.any(String),
      source: expect.any(String),
    });
  });

  it('is none where no border of customs is crossed', () => {
    expect([duty('DE', 'DE', '2026-11-21'), duty('FR', 'DE', '2026-11-21')]).toEqual([undefined, undefined]);
  });

  it('is not made where no rule is known, or was in force', () => {
    expect([duty('US', 'IN', '2026-11-21'), duty('IN', 'US', '2025-08-28')]).toEqual([null, null]);
  });

  it('makes no small parcel of one whose worth is not known', () => {
    const found = dutyOf({ from: 'US', to: 'DE', day: '2026-11-21' }, () => undefined);
    expect(found).toMatchObject({ amount: null });
  });
});

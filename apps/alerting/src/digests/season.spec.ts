import type { DealPatterns } from '@souk/contracts';
import { Texts } from '../texts/texts.ts';
import { seasonOf } from './season.ts';

const now = new Date('2026-10-20T00:00:00.000Z');
const patterns = (changes: Partial<DealPatterns> = {}): DealPatterns => ({
  sales: { count: 0, lastDays: null, everyDays: null, daysSinceLast: null, why: '' },
  weekday: null,
  month: null,
  volatilityPercent: null,
  changesPer30Days: null,
  priceWar: null,
  ...changes,
});
const month = (name: string) => ({ month: { month: name, belowPercent: 12.4, why: '' } });
const sales = (changes: Partial<DealPatterns['sales']> = {}) => ({
  sales: { count: 4, lastDays: 7, everyDays: 60, daysSinceLast: 45, why: '', ...changes },
});
const told = (changes: Partial<DealPatterns>, language: 'en' | 'de' = 'en') => {
  const season = seasonOf(patterns(changes), now);
  return season && [season.name, new Texts(language).write(season.text('Item'))];
};

describe('a season', () => {
  it('is none where nothing repeats itself', () => {
    expect(told({})).toBeUndefined();
    expect(told(month('Sometember'))).toBeUndefined();
  });

  it('is the cheapest month from three weeks before it until its end, named by its year', () => {
    expect(told(month('November'))).toEqual([
      '2026-11',
      'Item is mostly cheapest in November: 12 % below the months before and after',
    ]);
    expect(told(month('November'), 'de')?.[1]).toBe(
      'Item ist im November meist am billigsten: 12 % unter den Monaten davor und danach',
    );
    expect(told(month('October'))?.[0]).toBe('2026-10');
    expect(told(month('December'))).toBeUndefined();
    expect(told(month('September'))).toBeUndefined();
  });

  it('of January is that of the next year while it is December', () => {
    const season = seasonOf(patterns(month('January')), new Date('2026-12-20T00:00:00.000Z'));
    expect(season?.name).toBe('2027-01');
  });

  it('is the next sale of a rhythm within two weeks, before any month', () => {
    expect(told({ ...sales(), ...month('November') })).toEqual([
      'sale',
      'Item is on sale about every 60 days: next time probably in 8 days',
    ]);
    expect(told(sales(), 'de')?.[1]).toBe(
      'Item ist etwa alle 60 Tage im Angebot: wahrscheinlich wieder in 8 Tagen',
    );
  });

  it.each([
    ['too few sales for a rhythm', { count: 2 }],
    ['a sale that goes on', { daysSinceLast: 0 }],
    ['one that is far', { daysSinceLast: 38 }],
    ['one that should have come already', { daysSinceLast: 53 }],
    ['no sale that ended', { lastDays: null }],
    ['no gap between sales', { everyDays: null }],
  ])('is not told of %s', (_, changes) => {
    expect(told(sales(changes))).toBeUndefined();
  });
});

import type { Watch, WatchConditions } from '@souk/contracts';
import { Texts } from '../texts/texts.ts';
import { watchLabels } from './watch-labels.ts';

const named = (name: string, when: WatchConditions) => ({ name, watch: { when } as Watch });
const labels = (language: 'en' | 'de', watches: Parameters<typeof watchLabels>[0]) =>
  watchLabels(watches).map((text) => new Texts(language).write(text).replaceAll('\u00A0', ' '));

describe('buttons of watches', () => {
  it('of one name say what each waits for', () => {
    const watches = [
      named('Lamp', { priceBelow: '8.00', currency: 'EUR' }),
      named('Lamp', { priceAbove: '20' }),
      named('Lamp', { dropPercent: 20 }),
      named('Lamp', { allTimeLow: true }),
      named('Lamp', { backInStock: true }),
      named('Lamp', { any: [{ dropPercent: 5 }] }),
    ];
    expect(labels('en', watches)).toEqual([
      'price below €8.00 · Lamp',
      'price above 20 · Lamp',
      'falls by 20 % · Lamp',
      'price lower than ever · Lamp',
      'can be bought again · Lamp',
      'Lamp',
    ]);
    expect(labels('de', watches.slice(0, 3))[2]).toBe('fällt um 20 % · Lamp');
  });

  it('of names that tell them apart are the names', () => {
    expect(labels('en', [named('Lamp', { allTimeLow: true }), named('Tent', { allTimeLow: true })])).toEqual([
      'Lamp',
      'Tent',
    ]);
  });
});

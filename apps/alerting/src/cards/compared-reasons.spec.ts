import type { WatchConditions } from '@souk/contracts';
import type { Facts } from '../alerts/facts.ts';
import { reasonOf } from '../alerts/reasons.ts';
import { Texts } from '../texts/texts.ts';
import { readConditions } from '../watches/conditions.ts';
import { leavesOf } from '../watches/rule.ts';
import { comparedReason } from './compared-reasons.ts';

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ');
const facts: Facts = {
  ...{ priceMinor: 4_000, currency: 'EUR', previousPriceMinor: 5_000, usualPriceMinor: 6_000 },
  shippingMinor: 250,
};
const rates = { day: '2026-06-01', base: 'EUR', rates: { USD: '1.25' } };
function told(when: WatchConditions, changes: Partial<Facts> = {}, language: 'en' | 'de' = 'de') {
  const read = readConditions(when);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const reason = reasonOf(leavesOf(read.rule)[0]!, { ...facts, ...changes }, rates);
  return plain(comparedReason(reason, new Texts(language)));
}
const risen = { priceMinor: 7_000 };

describe('why an alert came, told in German as it was reasoned', () => {
  it.each<[WatchConditions, Partial<Facts>, string]>([
    [{ dropAmount: '5' }, {}, 'Um 10,00 € von 50,00 € auf 40,00 € gefallen; gewünscht waren 5,00 €'],
    [{ priceRiseAmount: '5' }, risen, 'Um 20,00 € von 50,00 € auf 70,00 € gestiegen; gewünscht waren 5,00 €'],
    [
      { dropPercent: 20, against: 'usual' },
      {},
      '33,3 % unter den üblichen 60,00 €: jetzt 40,00 €; gewünscht waren 20 %',
    ],
    [
      { priceRiseAmount: '5', against: 'usual' },
      risen,
      '10,00 € über den üblichen 60,00 €: jetzt 70,00 €; gewünscht waren 5,00 €',
    ],
    [{ dropPercent: 20, against: '60' }, {}, '20 % unter den 60,00 €, die du genannt hast: jetzt 40,00 €'],
    [
      { priceRiseAmount: '5', against: '60', currency: 'EUR' },
      risen,
      '5,00 € über den 60,00 €, die du genannt hast: jetzt 70,00 €',
    ],
    [{ priceBelow: '45', landed: true }, {}, 'Unter 45,00 € gefallen: jetzt 42,50 € mit Versand'],
    [{ priceBelow: '45', landed: true }, { shippingMinor: 0 }, 'Unter 45,00 € gefallen: jetzt 40,00 €'],
    [{ priceAbove: '65', landed: true }, risen, 'Über 65,00 € gestiegen: jetzt 72,50 € mit Versand'],
  ])('%j', (when, changes, german) => {
    expect(told(when, changes)).toBe(german);
  });

  it.each<[string, WatchConditions]>([
    ['a limit in another currency', { priceBelow: '60', currency: 'USD' }],
    ['an amount in another currency', { dropAmount: '5', currency: 'USD' }],
    ['a chosen price that counts shipping', { dropPercent: 10, against: '60', landed: true }],
    ['what is compared with nothing', { allTimeLow: true }],
  ])('but not %s: the sentence says more', (_, when) => {
    expect(told(when)).toBeUndefined();
  });

  it('nor what lacks a value', () => {
    const inputs = { price: '40.00', currency: 'EUR' };
    const texts = new Texts('en');
    const some: Record<string, string | number>[] = [
      {},
      { dropPercent: 10 },
      { dropPercent: 10, previousPrice: '50.00' },
    ];
    for (const more of some)
      expect(
        comparedReason({ kind: 'dropPercent', sentence: '', inputs: { ...inputs, ...more } }, texts),
      ).toBeUndefined();
    expect(comparedReason({ kind: 'priceBelow', sentence: '', inputs: {} }, texts)).toBeUndefined();
  });

  it('and in English', () => {
    expect(told({ dropAmount: '5' }, {}, 'en')).toBe(
      'Fell €10.00 from €50.00 to €40.00; you asked for €5.00',
    );
  });
});

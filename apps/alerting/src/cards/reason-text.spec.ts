import { Alert, type WatchConditions } from '@souk/contracts';
import type { Facts } from '../alerts/facts.ts';
import { reasonOf } from '../alerts/reasons.ts';
import { sentenceOf, textOf } from '../texts/said.ts';
import { Texts } from '../texts/texts.ts';
import { readConditions } from '../watches/conditions.ts';
import { leavesOf } from '../watches/rule.ts';
import { reasonText } from './card-texts.ts';
import { sampleAlert } from './samples.ts';

const facts: Facts = {
  ...{ priceMinor: 4_000, currency: 'EUR', previousPriceMinor: 5_000, usualPriceMinor: 6_000 },
  ...{ shippingMinor: 250, lowestBeforeMinor: 4_200, lowestBeforeMinorByDays: { '90': 4_100 } },
  ...{ score: 82.46, previousScore: 61, realDiscountPercent: 30.46 },
  ...{ availability: 'in_stock', previousAvailability: 'out_of_stock' },
};
const rates = { day: '2026-06-01', base: 'EUR', rates: { USD: '1.25' } };
const [en, de] = [new Texts('en'), new Texts('de')];
const risen = { priceMinor: 7_000 };

function reasonFor(when: WatchConditions, changes: Partial<Facts> = {}) {
  const read = readConditions(when);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return reasonOf(leavesOf(read.rule)[0]!, { ...facts, ...changes }, rates);
}
const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ');

describe('why an alert came', () => {
  it.each<[WatchConditions, Partial<Facts>, string]>([
    [{ priceBelow: '45' }, {}, 'Unter 45,00 € gefallen: jetzt 40,00 €, vorher 50,00 €'],
    [
      { priceBelow: '45' },
      { previousPriceMinor: undefined },
      'Unter 45,00 € gefallen: jetzt 40,00 €, der erste gesehene Preis',
    ],
    [
      { priceBelow: '60', currency: 'USD' },
      {},
      'Unter 60,00 $ gefallen: jetzt 40,00 € (50,00 $), vorher 50,00 €',
    ],
    [
      { priceBelow: '60', currency: 'USD', landed: true },
      {},
      'Unter 60,00 $ gefallen: jetzt 42,50 € (53,12 $) mit Versand, vorher 50,00 €',
    ],
    [
      { priceBelow: '45', landed: true },
      { shippingMinor: 0 },
      'Unter 45,00 € gefallen: jetzt 40,00 €, vorher 50,00 €',
    ],
    [
      { priceAbove: '65', landed: true },
      risen,
      'Über 65,00 € gestiegen: jetzt 72,50 € mit Versand, vorher 50,00 €',
    ],
    [{ inStockBelow: '45' }, {}, 'Wieder vorrätig unter 45,00 €: jetzt 40,00 €, vorher 50,00 €'],
    [
      { inStockBelow: '45' },
      { previousAvailability: 'preorder', previousPriceMinor: 4_000 },
      'Vorrätig und nicht mehr nur vorbestellbar unter 45,00 €: jetzt 40,00 €, vorher 40,00 €',
    ],
    [
      { inStockBelow: '45' },
      { previousAvailability: 'in_stock' },
      'Unter 45,00 € zu kaufen: jetzt 40,00 €, vorher 50,00 €',
    ],
    [{ dropPercent: 15 }, {}, 'Um 20,0 % von 50,00 € auf 40,00 € gefallen; gewünscht waren 15 %'],
    [{ priceRisePercent: 15 }, risen, 'Um 40,0 % von 50,00 € auf 70,00 € gestiegen; gewünscht waren 15 %'],
    [{ dropAmount: '5' }, {}, 'Um 10,00 € von 50,00 € auf 40,00 € gefallen; gewünscht waren 5,00 €'],
    [
      { dropAmount: '5', currency: 'USD' },
      {},
      'Um 10,00 € (12,50 $) von 50,00 € auf 40,00 € gefallen; gewünscht waren 5,00 $',
    ],
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
      { dropPercent: 20, against: '60', landed: true },
      {},
      '20 % unter den 60,00 €, die du genannt hast: jetzt 42,50 € mit Versand',
    ],
    [
      { priceRiseAmount: '5', against: '60', currency: 'USD' },
      risen,
      '5,00 $ über den 60,00 $, die du genannt hast: jetzt 70,00 € (87,50 $)',
    ],
    [{ allTimeLow: true }, {}, '40,00 € ist niedriger als jeder frühere Preis; der niedrigste war 42,00 €'],
    [
      { lowOfDays: 90 },
      {},
      '40,00 € ist niedriger als jeder Preis der letzten 90 Tage; der niedrigste war 41,00 €',
    ],
    [{ backInStock: true }, {}, 'Wieder zu kaufen für 40,00 €, nachdem es nicht vorrätig war'],
    [
      { scoreAtLeast: 80 },
      {},
      'Die Bewertung stieg von 61 auf 82,4 bei 40,00 €, 33,3 % unter den üblichen 60,00 €; gewünscht waren 80',
    ],
    [
      { scoreAtLeast: 80 },
      { usualPriceMinor: undefined, previousScore: undefined },
      'Die Bewertung stieg auf 82,4; gewünscht waren 80',
    ],
    [
      { scoreAtLeast: 80 },
      { usualPriceMinor: 0, previousScore: 82.4 },
      'Die Bewertung ist 82,4; gewünscht waren 80',
    ],
    [
      { realDiscountAtLeast: 25 },
      {},
      '30,4 % unter dem niedrigsten Preis der 30 Tage davor; gewünscht waren 25 %',
    ],
  ])('%j of %j is said wholly in German, and in English by the same wording', (when, changes, german) => {
    const reason = reasonFor(when, changes);
    expect(plain(reasonText(reason, de))).toBe(german);
    expect(reason.sentence).toBe(sentenceOf(textOf(reason)));
    const alert = { ...sampleAlert, reasons: [reason] };
    expect(Alert.parse(JSON.parse(JSON.stringify(alert)))).toEqual(alert);
  });

  it('is written with the signs of currencies on an English card', () => {
    expect(plain(reasonText(reasonFor({ priceBelow: '60', currency: 'USD' }), en))).toBe(
      'Fell below $60.00: now €40.00 ($50.00), before €50.00',
    );
  });
});

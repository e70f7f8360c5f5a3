import { type Deal, INSIGHTS, type WatchConditions } from '@souk/contracts';
import { Texts } from '../texts/texts.ts';
import { roundUpOf, type RoundUpMaterial } from './round-up.ts';

const id = (place: number): string => `018f0000-0000-7000-8000-${String(place).padStart(12, '0')}`;
const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ');
const deal = (place: number, priceMinor: number, usualMinor?: number): Deal => ({
  ...{ productId: id(place), offerId: id(place), observedAt: '2026-01-01T00:00:00.000Z', priceMinor },
  ...{ currency: 'EUR', listPriceMinor: null, availability: 'in_stock', score: null, confidence: 1 },
  ...{ scoreMissing: null, factors: [], previousPriceMinor: null, traceId: 'a'.repeat(32) },
  discount: { claimedPercent: null, realPercent: null, method: 'test' },
  statistics:
    usualMinor === undefined
      ? []
      : [
          {
            ...{ window: '90d', observations: 9, lowMinor: 1, highMinor: usualMinor, meanMinor: usualMinor },
            ...{ medianMinor: usualMinor, p10Minor: 1, p25Minor: 1, p75Minor: 1, p90Minor: 1 },
          },
        ],
});
const material = (changes: Partial<RoundUpMaterial> = {}): RoundUpMaterial => ({
  every: 'weekly',
  mutedInsights: [],
  titles: new Map([1, 2, 3, 4, 5, 6].map((place) => [id(place), `Item ${place}`])),
  before: {},
  wishes: [],
  toldCount: 0,
  silences: [],
  savings: [],
  ...changes,
});
const wish = (place: number, priceBelow: string): { productId: string; when: WatchConditions } => ({
  productId: id(place),
  when: { priceBelow },
});
const told = (changes: Partial<RoundUpMaterial>, fresh: Deal[] = [], language: 'en' | 'de' = 'en') =>
  roundUpOf(material(changes), fresh).texts.map((text) => plain(new Texts(language).write(text)));

const week: Partial<RoundUpMaterial> = {
  wishes: [wish(2, '98')],
  toldCount: 3,
  silences: [
    { kind: 'minimum-score', count: 1 },
    { kind: 'cooldown', count: 4 },
    { kind: 'late', count: 0 },
  ],
  savings: [{ currency: 'EUR', purchases: 2, savedMinor: 1_250 }],
};
const prices = [deal(1, 8_000, 10_000), deal(2, 10_000, 10_100)];

describe('the round-up of a week', () => {
  it('tells real drops, what is near its limit, what was saved, and alerts with the main reasons for silence', () => {
    expect(told(week, prices)).toEqual([
      'Item 1 is really cheaper: €80.00, 20 % below its usual price',
      'Item 2 is nearly there: €100.00, 2.0 % above your limit of €98.00',
      'Saved with 2 purchases: €12.50',
      'Alerts since the last digest: 3',
      'Kept back since the last digest: 5, of them 4 while a watch rested after an alert, 1 below the minimum score',
    ]);
    expect(told(week, prices, 'de')).toEqual([
      'Item 1 ist wirklich billiger: 80,00 €, 20 % unter dem üblichen Preis',
      'Item 2 ist fast so weit: 100,00 €, 2,0 % über deiner Grenze von 98,00 €',
      'Mit 2 Käufen gespart: 12,50 €',
      'Meldungen seit der letzten Übersicht: 3',
      'Zurückgehalten seit der letzten Übersicht: 5, davon 4 während einer Ruhe nach einer Meldung, 1 unter der Mindestbewertung',
    ]);
  });

  it('is none of a day, of a week without anything, or where it is switched off; each part can be', () => {
    expect(told({ ...week, every: 'daily' }, prices)).toEqual([]);
    expect(told({ ...week, mutedInsights: ['round-up'] }, prices)).toEqual([]);
    expect(told({}, [deal(3, 100, 104)])).toEqual([]);
    const all = told(week, prices);
    for (const [place, part] of (['drops', 'near-limit', 'savings'] as const).entries())
      expect(told({ ...week, mutedInsights: [part] }, prices)).toEqual(
        all.filter((_, other) => other !== place),
      );
    const others = INSIGHTS.filter(
      (insight) => !['round-up', 'drops', 'near-limit', 'savings'].includes(insight),
    );
    expect(told({ ...week, mutedInsights: others }, prices)).toEqual(all);
  });

  it('tells the largest drops against what is usual, four at most, and says which', () => {
    const fresh = [1, 2, 3, 4, 5].map((place) => deal(place, 9_000 - place * 100, 10_000));
    const { drops } = roundUpOf(material(), [...fresh, deal(6, 9_501, 10_000), deal(7, 1, 10_000)]);
    expect(drops.map(({ productId }) => productId)).toEqual([5, 4, 3, 2].map(id));
    const even = [deal(2, 9_000, 10_000), deal(1, 9_000, 10_000)];
    expect(roundUpOf(material(), even).drops.map(({ productId }) => productId)).toEqual([id(1), id(2)]);
  });

  it('tells of a listing once how near it is: by the nearest limit, and again when it is nearer', () => {
    const wishes = [wish(1, '96'), wish(1, '99'), wish(2, '98'), wish(3, '98')];
    const fresh = [deal(1, 10_000), deal(2, 9_801)];
    const first = roundUpOf(material({ wishes }), fresh);
    expect(first.texts.map((text) => plain(new Texts('en').write(text)))).toEqual([
      'Item 2 is nearly there: €98.01, 0.1 % above your limit of €98.00',
      'Item 1 is nearly there: €100.00, 1.0 % above your limit of €99.00',
    ]);
    expect([...first.near]).toEqual([
      [id(2), 9_801],
      [id(1), 10_000],
    ]);
    const seen = { priceMinor: 10_000, currency: 'EUR', stock: null };
    const before = { [id(1)]: { ...seen, nearMinor: 10_000 }, [id(2)]: { ...seen, nearMinor: 10_000 } };
    const next = roundUpOf(material({ wishes, before }), fresh);
    expect(next.texts).toEqual(first.texts.slice(0, 1));
    expect([...next.near]).toEqual([...first.near]);
  });

  it('tells no drop as near its limit too, and no savings that are none', () => {
    expect(told({ wishes: [wish(1, '79')] }, [deal(1, 8_000, 10_000)])).toHaveLength(1);
    const savings = [
      { currency: 'EUR', purchases: 0, savedMinor: 0 },
      { currency: 'USD', purchases: 1, savedMinor: -5 },
      { currency: 'JPY', purchases: 1, savedMinor: 900 },
    ];
    expect(told({ savings })).toEqual(['Saved with one purchase: ¥900']);
  });
});

import type { Deal, DealPatterns, Forecast } from '@souk/contracts';
import { digestOf, type Material } from './digest.ts';

const id = (place: number): string => `018f0000-0000-7000-8000-${String(place).padStart(12, '0')}`;
const deal = (place: number, changes: Partial<Deal> = {}): Deal => ({
  productId: id(place),
  offerId: id(place),
  observedAt: '2026-01-01T00:00:00.000Z',
  priceMinor: 1_000,
  currency: 'EUR',
  listPriceMinor: null,
  availability: 'in_stock',
  score: null,
  confidence: 1,
  scoreMissing: null,
  factors: [],
  discount: { claimedPercent: null, realPercent: null, method: 'test' },
  previousPriceMinor: null,
  statistics: [],
  traceId: 'a'.repeat(32),
  ...changes,
});
const material = (changes: Partial<Material> = {}): Material => ({
  every: 'weekly',
  mutedInsights: [],
  titles: new Map([1, 2, 3, 4, 5, 6, 7].map((place) => [id(place), `Item ${place}`])),
  deals: [],
  collected: new Set(),
  told: new Map(),
  before: {},
  forecasts: [],
  patterns: new Map(),
  now: new Date('2026-01-01T00:00:00.000Z'),
  trends: [],
  newProducts: [],
  toldCount: 0,
  silences: [],
  savings: [],
  wishes: [],
  ...changes,
});
const keysOf = (changes: Partial<Material>): string[] =>
  (digestOf(material(changes)).reply?.blocks ?? []).map((block) =>
    block.kind === 'text' ? block.text.key : block.kind === 'list' ? block.title.key : block.kind,
  );
const shownOf = (changes: Partial<Material>): string[] =>
  digestOf(material(changes)).shown.map(({ productId }) => productId);
const forecast = (undercut: number, method: 'model' | 'base-rate'): Forecast => ({
  productId: id(1),
  offerId: id(1),
  observedAt: '2026-01-01T00:00:00.000Z',
  priceMinor: 1_000,
  currency: 'EUR',
  targetMinor: 900,
  horizons: [
    {
      days: 7,
      probability: undercut,
      baseRate: 0.2,
      undercut,
      expectedLowMinor: 850,
      lowMinor: 800,
      highMinor: 900,
      method,
      evaluation: null,
    },
  ],
  advice: { verdict: 'wait', why: 'test' },
  model: { version: '1', trainedUntil: null, cases: 100 },
});

const mostlyOnSale: DealPatterns = {
  sales: { count: 4, lastDays: 7, everyDays: 60, daysSinceLast: 45, why: '' },
  weekday: null,
  month: null,
  volatilityPercent: null,
  changesPer30Days: null,
  priceWar: null,
};
const patterns = new Map([[id(1), mostlyOnSale]]);

describe('a digest', () => {
  it('without anything to tell is none', () => {
    expect(digestOf(material()).reply).toBeNull();
    expect(digestOf(material({ deals: [deal(1), deal(2, { score: 40 })] })).reply).toBeNull();
  });

  it('shows the best deals first, and what was beyond the limit of a day whatever its score', () => {
    const deals = [
      deal(1, { score: 65 }),
      deal(2, { score: 30 }),
      deal(3, { score: 90 }),
      deal(4, { score: 50 }),
    ];
    expect(shownOf({ deals, collected: new Set([id(2)]) })).toEqual([id(3), id(1), id(2)]);
  });

  it('never tells what the channel was told already, unless it is cheaper by now', () => {
    const told = new Map([
      [id(1), { amountMinor: 1_000, currency: 'EUR' }],
      [id(2), { amountMinor: 1_200, currency: 'EUR' }],
      [id(3), { amountMinor: 1_000, currency: 'USD' }],
    ]);
    const deals = [1, 2, 3].map((place) => deal(place, { score: 70 + place }));
    expect(shownOf({ deals, told })).toEqual([id(3), id(2)]);
    const soldOut = deals.map((one) => ({ ...one, availability: 'out_of_stock' as const }));
    expect(shownOf({ deals: soldOut })).toEqual([]);
  });

  it('tells few left, stock that came and went, and prices that moved since the digest before', () => {
    const was = (stock: string, priceMinor = 1_000) => ({ priceMinor, currency: 'EUR', stock });
    expect(
      keysOf({
        deals: [
          deal(1, { availability: 'limited' }),
          deal(2),
          deal(3, { availability: 'out_of_stock' }),
          deal(4),
          deal(5),
          deal(6),
        ],
        before: {
          [id(1)]: was('limited'),
          [id(2)]: was('out_of_stock'),
          [id(3)]: was('in_stock'),
          [id(4)]: was('in_stock', 1_250),
          [id(5)]: was('in_stock', 800),
          [id(6)]: was('in_stock', 1_010),
        },
      }),
    ).toEqual([
      'digest.weekly',
      'digest.limited',
      'digest.back',
      'digest.sold-out',
      'digest.rose',
      'digest.fell',
    ]);
  });

  it('advises to buy what is best, and to wait only where a model says so', () => {
    expect(keysOf({ deals: [deal(1, { score: 85 })] })).toEqual([
      'digest.weekly',
      'digest.buy',
      'digest.best',
    ]);
    expect(keysOf({ forecasts: [forecast(0.7, 'model')] })).toEqual(['digest.weekly', 'digest.wait']);
    expect(keysOf({ forecasts: [forecast(0.7, 'base-rate')] })).toEqual([]);
    expect(keysOf({ forecasts: [forecast(0.5, 'model')] })).toEqual([]);
  });

  it('leaves out each insight that is switched off', () => {
    const all = {
      forecasts: [forecast(0.7, 'model')],
      patterns,
      trends: [{ category: 'Headphones', percent: -7.4 }],
      newProducts: [{ productId: id(7), title: 'Item 7' }],
      toldCount: 3,
    };
    const names = [
      'digest.wait',
      'digest.season-sale',
      'digest.trend-down',
      'digest.new-product',
      'digest.round-up',
    ];
    expect(keysOf(all)).toEqual(['digest.weekly', ...names]);
    const insights = ['forecast', 'season', 'trend', 'new-products', 'round-up'] as const;
    for (const [place, insight] of insights.entries())
      expect(keysOf({ ...all, mutedInsights: [insight] })).toEqual([
        'digest.weekly',
        ...names.filter((_, other) => other !== place),
      ]);
    expect(digestOf(material({ ...all, mutedInsights: insights })).reply).toBeNull();
  });

  it('tells a season and an expected price once, and again when there is another', () => {
    const forecasts = [forecast(0.7, 'model')];
    const first = digestOf(material({ deals: [deal(1)], forecasts, patterns }));
    expect(first.seen[id(1)]).toMatchObject({ season: 'sale', expectedMinor: 850 });
    const next = { deals: [deal(1)], forecasts, patterns, before: first.seen };
    expect(digestOf(material(next))).toMatchObject({ reply: null, seen: first.seen });
    const was = (changes: object) => ({
      ...next,
      before: { [id(1)]: { ...first.seen[id(1)]!, ...changes } },
    });
    expect(keysOf(was({ season: '2026-01' }))).toEqual(['digest.weekly', 'digest.season-sale']);
    expect(keysOf(was({ expectedMinor: 900 }))).toEqual(['digest.weekly', 'digest.wait']);
    const unasked = digestOf(material({ deals: [deal(1)], before: first.seen }));
    expect(unasked.seen[id(1)]).toMatchObject({ season: 'sale' });
    const none = new Map([[id(1), { ...mostlyOnSale, sales: { ...mostlyOnSale.sales, count: 0 } }]]);
    const over = digestOf(material({ deals: [deal(1)], patterns: none, before: first.seen }));
    expect(over.seen[id(1)]).toEqual({ priceMinor: 1_000, currency: 'EUR', stock: 'in_stock' });
  });

  it('of a week shows no drop twice: neither as one of the best nor as a price that moved, nor in the week after', () => {
    const usual = { observations: 9, lowMinor: 1, highMinor: 2_000, meanMinor: 2_000, medianMinor: 2_000 };
    const percentiles = { p10Minor: 1, p25Minor: 1, p75Minor: 1, p90Minor: 1 };
    const statistics = [{ window: '90d' as const, ...usual, ...percentiles }];
    const deals = [deal(1, { score: 70, statistics }), deal(2, { statistics })];
    const before = { [id(2)]: { priceMinor: 1_500, currency: 'EUR', stock: 'in_stock' } };
    expect(keysOf({ deals, before })).toEqual(['digest.weekly', 'digest.drop', 'digest.best']);
    const { shown } = digestOf(material({ deals, before }));
    expect(shown.map(({ productId }) => productId)).toEqual([id(1), id(2)]);
    const told = new Map(shown.map(({ productId, ...money }) => [productId, money]));
    expect(digestOf(material({ deals, told })).reply).toBeNull();
    expect(keysOf({ deals, before, every: 'daily' })).toEqual(['digest.daily', 'digest.fell', 'digest.best']);
  });

  it('remembers what it told to be near a limit', () => {
    const wishes = [{ productId: id(1), when: { priceBelow: '9.90' } }];
    const first = digestOf(material({ deals: [deal(1)], wishes }));
    expect(first.seen[id(1)]).toMatchObject({ nearMinor: 1_000 });
    expect(digestOf(material({ deals: [deal(1)], wishes, before: first.seen }))).toMatchObject({
      reply: null,
      seen: first.seen,
    });
  });

  it('says nothing of the season of a listing whose title it does not know', () => {
    expect(digestOf(material({ patterns: new Map([[id(9), mostlyOnSale]]) })).reply).toBeNull();
  });
});

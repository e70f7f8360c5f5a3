import { newId } from '@souk/contracts';
import * as fc from 'fast-check';
import type { Leaf } from '../watches/rule.ts';
import type { StoredWatch } from '../watches/stored-watch.ts';
import type { Crossing, PlacedDeal } from './crossings.ts';
import { type Memory, restrain } from './restraint.ts';

const leaf: Leaf = {
  kind: 'priceBelow',
  field: 'when.priceBelow',
  threshold: 30_000_000,
  currency: null,
  isLanded: false,
  against: 'last',
};
const now = new Date('2026-06-01T12:00:00.000Z');
const watchOf = (over: Partial<StoredWatch>): StoredWatch => ({
  id: newId(),
  accountId: newId(),
  source: 'shop',
  product: 'p',
  target: null,
  productId: null,
  pinned: false,
  name: null,
  tags: [],
  conditions: { priceBelow: '30' },
  channels: ['inbox'],
  paused: false,
  createdAt: now,
  cooldownSeconds: null,
  hysteresisPercent: null,
  dailyCap: null,
  snoozedUntil: null,
  expiresAt: null,
  ...over,
});
const offerId = newId();
const placed = (priceMinor: number, mute: PlacedDeal['mute'] = null): PlacedDeal =>
  ({
    source: 'shop',
    mute,
    message: {},
    deal: { offerId, productId: offerId, priceMinor, currency: 'USD' },
  }) as PlacedDeal;
const nothing: Memory = { raisedAt: [], disarmed: new Map() };

/** Prices of one offer through batches of a size; the places of those that raised an alert. */
function walk(watch: StoredWatch, prices: readonly number[], batch: number): number[] {
  const raised: number[] = [];
  let memory = nothing;
  for (let from = 0; from < prices.length; from += batch) {
    const deals = prices.slice(from, from + batch).map((price) => placed(price));
    const crossings = deals.flatMap((deal, place): Crossing[] => {
      const before = prices[from + place - 1] ?? Infinity;
      const isCrossing = deal.deal.priceMinor < 3_000 && before >= 3_000;
      return isCrossing ? [{ place, placed: deal, watch, crossed: [leaf], holding: [] }] : [];
    });
    const result = restrain(watch, crossings, deals, memory, now);
    raised.push(...result.raised.map(({ place }) => from + place));
    memory = result.memory;
  }
  return raised;
}

describe('what a watch keeps back', () => {
  it('an offer is told again only once its price was so far away, however the prices come in batches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2_500, max: 3_500 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (prices, hysteresisPercent, batch) => {
          const expected: number[] = [];
          let level = 0;
          for (const [place, price] of prices.entries()) {
            if (price >= level) level = 0;
            const hasCrossed = price < 3_000 && (prices[place - 1] ?? Infinity) >= 3_000;
            if (!hasCrossed || level > 0) continue;
            expected.push(place);
            level = price * (1 + hysteresisPercent / 100);
          }
          expect(walk(watchOf({ hysteresisPercent }), prices, batch)).toEqual(expected);
        },
      ),
    );
  });

  it('nothing is kept back unless it was asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2_500, max: 3_500 })), (prices) => {
        const crossings = prices.filter(
          (price, place) => price < 3_000 && (prices[place - 1] ?? Infinity) >= 3_000,
        );
        expect(walk(watchOf({}), prices, 7)).toHaveLength(crossings.length);
      }),
    );
  });

  it.each([
    ['late', {}, placed(2_900, 'late'), nothing],
    ['no-alerts', {}, placed(2_900, 'no-alerts'), nothing],
    ['expired', { expiresAt: now }, placed(2_900), nothing],
    ['snoozed', { snoozedUntil: new Date(now.getTime() + 1) }, placed(2_900), nothing],
    [
      'cooldown',
      { cooldownSeconds: 60 },
      placed(2_900),
      { ...nothing, raisedAt: [new Date(now.getTime() - 59_999)] },
    ],
    [
      'daily-cap',
      { dailyCap: 1 },
      placed(2_900),
      { ...nothing, raisedAt: [new Date(now.getTime() - 86_399_999)] },
    ],
    [null, { dailyCap: 1 }, placed(2_900), { ...nothing, raisedAt: [new Date(now.getTime() - 86_400_000)] }],
    [
      null,
      { cooldownSeconds: 60 },
      placed(2_900),
      { ...nothing, raisedAt: [new Date(now.getTime() - 60_000)] },
    ],
  ] as [string | null, Partial<StoredWatch>, PlacedDeal, Memory][])('%s', (kind, over, deal, memory) => {
    const watch = watchOf(over);
    const crossing: Crossing = { place: 0, placed: deal, watch, crossed: [leaf], holding: [] };
    const { raised, suppressed } = restrain(watch, [crossing], [deal], memory, now);
    expect(raised).toHaveLength(kind === null ? 1 : 0);
    expect(suppressed.map((one) => one.kind)).toEqual(kind === null ? [] : [kind]);
  });
});

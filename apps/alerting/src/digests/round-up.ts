import type { Deal, Insight, WatchConditions } from '@souk/contracts';
import { percentText } from '../alerts/amounts.ts';
import { dropBasisPoints } from '../alerts/facts.ts';
import type { Money, Text } from '../conversation/reply.ts';
import { SAME_PRICE_PERCENT } from '../speaking/still-on.ts';
import type { Withheld } from '../speaking/speech.ts';
import type { Silence } from '../alerts/restraint.ts';
import type { Seen } from './digest.ts';
import { nearLimit } from './near-limit.ts';

/** What was noted since the digest before. */
export interface WeekNotes {
  /** Alerts that the channel was told. */
  toldCount: number;
  /** Crossings and alerts that it was not told of, and why. */
  silences: readonly { kind: Silence | Withheld; count: number }[];
  /** What the account bought below what is usual, by currency. */
  savings: readonly { currency: string; purchases: number; savedMinor: number }[];
}

export interface RoundUpMaterial extends WeekNotes {
  every: 'daily' | 'weekly';
  mutedInsights: readonly Insight[];
  titles: ReadonlyMap<string, string>;
  before: Seen;
  /** What watches of the channel wait for, listing by listing. */
  wishes: readonly { productId: string; when: WatchConditions }[];
}

export interface RoundUp {
  texts: Text[];
  /** Listings whose drop it tells of: not told again at that price. */
  drops: Deal[];
  /** The price of those that it tells, or told, to be near a limit. */
  near: Map<string, number>;
}

const DROPS_AT_MOST = 4;
const NEAR_AT_MOST = 4;
const REASONS_AT_MOST = 3;
/** Below the median of 90 days by so much: less is what prices do. */
const DROP_BASIS_POINTS = 500;

/**
 * What a week was like: real drops of watched listings, what is near its limit, what was saved, and how often there was
 * an alert or none. `fresh`: buyable listings that the channel was not told of at such a price, and is not shown now.
 */
export function roundUpOf(material: RoundUpMaterial, fresh: readonly Deal[]): RoundUp {
  const { every, mutedInsights, titles } = material;
  if (every !== 'weekly' || mutedInsights.includes('round-up'))
    return { texts: [], drops: [], near: new Map() };
  const isOn = (insight: Insight): boolean => !mutedInsights.includes(insight);
  const named = fresh.filter(({ productId }) => titles.has(productId));
  const drops = isOn('drops') ? realDrops(named) : [];
  const dropped = new Set(drops.map(({ deal }) => deal.productId));
  const others = named.filter(({ productId }) => !dropped.has(productId));
  const near = isOn('near-limit') ? nearLimits(material, others) : [];
  return {
    texts: [
      ...drops.map(({ deal, basisPoints }): Text => ({
        key: 'digest.drop',
        values: {
          title: titles.get(deal.productId)!,
          price: priceOf(deal),
          percent: Math.floor(basisPoints / 100),
        },
      })),
      ...near.filter(({ isNew }) => isNew).map(({ text }) => text),
      ...(isOn('savings') ? savingsTexts(material) : []),
      ...alertTexts(material),
    ],
    drops: drops.map(({ deal }) => deal),
    near: new Map(near.map(({ productId, toldMinor }) => [productId, toldMinor])),
  };
}

const priceOf = ({ priceMinor, currency }: Deal): Money => ({ amountMinor: priceMinor, currency });

function realDrops(deals: readonly Deal[]): { deal: Deal; basisPoints: number }[] {
  return deals
    .map((deal) => {
      const usual = deal.statistics.find(({ window }) => window === '90d')?.medianMinor ?? 0;
      return { deal, basisPoints: dropBasisPoints(usual, deal.priceMinor) };
    })
    .filter(({ basisPoints }) => basisPoints >= DROP_BASIS_POINTS)
    .toSorted((a, b) => b.basisPoints - a.basisPoints || (a.deal.productId < b.deal.productId ? -1 : 1))
    .slice(0, DROPS_AT_MOST);
}

/** New where it was not told before, or is nearer by now. */
function nearLimits({ wishes, titles, before }: RoundUpMaterial, deals: readonly Deal[]) {
  const dealOf = new Map(deals.map((deal) => [deal.productId, deal]));
  const found = wishes.flatMap(({ productId, when }) => {
    const deal = dealOf.get(productId);
    const near = deal && nearLimit(when, deal);
    return near ? [{ deal, ...near }] : [];
  });
  const nearest = found.toSorted((a, b) => a.basisPoints - b.basisPoints);
  const once = nearest.filter(
    ({ deal }, place) => nearest.findIndex((one) => one.deal.productId === deal.productId) === place,
  );
  return once.slice(0, NEAR_AT_MOST).map(({ deal, limit, basisPoints }) => {
    const { productId, priceMinor } = deal;
    const was = before[productId]?.nearMinor;
    const isNew = was === undefined || (was - priceMinor) * 100 > was * SAME_PRICE_PERCENT;
    const percent = { decimal: percentText(Math.max(10, basisPoints), 1) };
    const text: Text = {
      key: 'digest.near-limit',
      values: { title: titles.get(productId)!, price: priceOf(deal), percent, limit },
    };
    return { productId, isNew, toldMinor: isNew ? priceMinor : was, text };
  });
}

const savingsTexts = ({ savings }: RoundUpMaterial): Text[] =>
  savings
    .filter(({ purchases, savedMinor }) => purchases > 0 && savedMinor > 0)
    .map(({ currency, purchases, savedMinor }) => ({
      key: 'digest.saved',
      values: { saved: { amountMinor: savedMinor, currency }, count: purchases },
    }));

function alertTexts({ toldCount, silences }: RoundUpMaterial): Text[] {
  const most = silences.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count);
  const count = most.reduce((sum, silence) => sum + silence.count, 0);
  const reasons: Text[] = most
    .slice(0, REASONS_AT_MOST)
    .map((silence) => ({ key: `digest.silence-${silence.kind}`, values: { count: silence.count } }));
  return [
    ...(toldCount > 0 ? [{ key: 'digest.round-up' as const, values: { count: toldCount } }] : []),
    ...(count > 0
      ? [{ key: 'digest.silences' as const, values: { count, reasons: { list: reasons } } }]
      : []),
  ];
}

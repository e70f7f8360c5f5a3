import type { DealPatterns, Forecast, Insight } from '@souk/contracts';
import type { Text } from '../conversation/reply.ts';
import { SAME_PRICE_PERCENT } from '../speaking/still-on.ts';
import type { Seen } from './digest.ts';
import { seasonOf } from './season.ts';

/** What insights are made of. */
export interface InsightMaterial {
  every: 'daily' | 'weekly';
  mutedInsights: readonly Insight[];
  titles: ReadonlyMap<string, string>;
  before: Seen;
  forecasts: readonly Forecast[];
  /** Those of the listings that were asked for. */
  patterns: ReadonlyMap<string, DealPatterns>;
  trends: readonly { category: string; percent: number }[];
  newProducts: readonly { productId: string; title: string }[];
  now: Date;
}

/** What a listing's insights told: neither is told twice. */
export interface InsightTold {
  season?: string | undefined;
  expectedMinor?: number | undefined;
}

export const LINES_AT_MOST = 4;
const TREND_PERCENT = 2;
const FORECAST_DAYS = 14;
const LIKELY = 0.6;

/** What nobody asked for and is worth knowing, without what is switched off; and what is known of each listing by now. */
export function insightsOf(material: InsightMaterial): { texts: Text[]; told: Map<string, InsightTold> } {
  const { mutedInsights, titles, newProducts, before, patterns } = material;
  const isOn = (insight: Insight): boolean => !mutedInsights.includes(insight);
  const titleOf = (productId: string): string => titles.get(productId) ?? '';
  const drops = isOn('forecast') ? expectedDrops(material) : [];
  const seasons = isOn('season') ? seasonsNear(material) : [];
  const told = new Map<string, InsightTold>();
  const note = (productId: string, news: InsightTold): unknown =>
    told.set(productId, { ...told.get(productId), ...news });
  // Whose patterns did not come stays as it was.
  for (const [productId, { season }] of Object.entries(before))
    if (season !== undefined && !patterns.has(productId)) note(productId, { season });
  for (const { productId, values } of drops) note(productId, { expectedMinor: values.price.amountMinor });
  for (const { productId, season } of seasons) note(productId, { season: season.name });
  const texts: Text[] = [
    ...drops
      .filter(({ isNew }) => isNew)
      .map(({ productId, values }) => ({
        key: 'digest.wait' as const,
        values: { ...values, title: titleOf(productId) },
      })),
    ...seasons.filter(({ isNew }) => isNew).map(({ productId, season }) => season.text(titleOf(productId))),
    ...(isOn('trend') ? trendTexts(material.trends) : []),
    ...(isOn('new-products')
      ? newProducts
          .slice(0, LINES_AT_MOST)
          .map(({ title }) => ({ key: 'digest.new-product' as const, values: { title } }))
      : []),
  ];
  return { texts, told };
}

/** Only what a model says that was better than the base rate; new when it is lower than what was told. */
function expectedDrops({ forecasts, before }: InsightMaterial) {
  return forecasts
    .flatMap(({ productId, horizons, currency }) => {
      const sure = horizons.find(
        ({ days, method, undercut }) => days <= FORECAST_DAYS && method === 'model' && undercut >= LIKELY,
      );
      if (!sure) return [];
      const { days, expectedLowMinor } = sure;
      const was = before[productId]?.expectedMinor;
      const isNew = was === undefined || (was - expectedLowMinor) * 100 > was * SAME_PRICE_PERCENT;
      const price = { amountMinor: isNew ? expectedLowMinor : was, currency };
      return [{ productId, isNew, values: { days, price } }];
    })
    .slice(0, LINES_AT_MOST);
}

const seasonsNear = ({ patterns, before, titles, now }: InsightMaterial) =>
  [...patterns]
    .flatMap(([productId, found]) => {
      const season = titles.has(productId) ? seasonOf(found, now) : undefined;
      return season ? [{ productId, season, isNew: before[productId]?.season !== season.name }] : [];
    })
    .slice(0, LINES_AT_MOST);

const trendTexts = (trends: InsightMaterial['trends']): Text[] =>
  trends
    .filter(({ percent }) => Math.abs(percent) >= TREND_PERCENT)
    .map(({ category, percent }) => ({
      key: percent < 0 ? ('digest.trend-down' as const) : ('digest.trend-up' as const),
      values: { category, percent: Math.round(Math.abs(percent)) },
    }));

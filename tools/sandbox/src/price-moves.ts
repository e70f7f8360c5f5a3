import type { SandboxProduct } from './catalogue.ts';
import { chance, chanceBetween } from './chance.ts';

/** What the shop shows for a product during one tick. */
export interface SandboxPrice {
  readonly priceMinor: number;
  readonly listPriceMinor: number;
  readonly availability: 'in_stock' | 'out_of_stock';
  /** What is going on, for tests and explanations; a real shop would not say. */
  readonly event: 'usual' | 'drop' | 'flash-sale' | 'fake-discount' | 'stock-out';
}

/** Ticks of a shop day: a tick stands for two seconds. */
export const ticksPerDay = 43_200;

/**
 * The price of a product at a tick: a pure function, so that two processes with one seed agree, and history can be
 * told without having happened. Long waves by the day (a slow trend, campaigns of nine days), on top an episode of
 * a minute or three in which one thing happens.
 */
export function priceAt(seed: string, product: SandboxProduct, tick: number): SandboxPrice {
  const usual = product.baseMinor * dayLevel(seed, product.id, Math.floor(tick / ticksPerDay));
  const { event, share, listShare } = episodeAt(seed, product.id, tick);
  return {
    priceMinor: shopPrice(usual * share, product.currency),
    listPriceMinor: shopPrice(usual * listShare, product.currency),
    availability: event === 'stock-out' ? 'out_of_stock' : 'in_stock',
    event,
  };
}

/** Slow trend of a season (up to 8 % either way), and in one of six nine-day spans a campaign. */
function dayLevel(seed: string, id: string, day: number): number {
  const seasonDays = chanceBetween(60, 120, seed, id, 'season');
  const trend = 1 + 0.08 * Math.sin((2 * Math.PI * day) / seasonDays + chance(seed, id, 'phase') * 6.28);
  const span = Math.floor(day / 9);
  const isCampaign = chance(seed, id, 'campaign', span) < 1 / 6;
  return isCampaign ? trend * (0.75 + 0.15 * chance(seed, id, 'campaign-depth', span)) : trend;
}

interface Episode {
  event: SandboxPrice['event'];
  /** Price and list price as shares of the usual price. */
  share: number;
  listShare: number;
}

const usual: Episode = { event: 'usual', share: 1, listShare: 1 };

/** Every product has episodes of its own length and phase; what happens in one is drawn once. */
function episodeAt(seed: string, id: string, tick: number): Episode {
  const lengthTicks = chanceBetween(50, 90, seed, id, 'length');
  const shifted = tick + chanceBetween(0, lengthTicks, seed, id, 'shift');
  const episode = Math.floor(shifted / lengthTicks);
  const at = shifted % lengthTicks;
  const startsAt = chanceBetween(18, 30, seed, id, 'start', episode);
  const depth = chance(seed, id, 'depth', episode);
  const kind = chance(seed, id, 'kind', episode);

  if (kind < 0.32)
    return during(at, startsAt, 15, { event: 'drop', share: 0.9 - 0.25 * depth, listShare: 1 });
  if (kind < 0.62) {
    const ticks = chanceBetween(3, 6, seed, id, 'ticks', episode);
    return during(at, startsAt, ticks, { event: 'flash-sale', share: 0.75 - 0.35 * depth, listShare: 1 });
  }
  // The list price goes up before the "sale" does: the discount claimed is large, the one given nearly none.
  if (kind < 0.74) {
    const inflated = during(at, startsAt - 12, 32, {
      event: 'fake-discount',
      share: 1,
      listShare: 1.5 + 0.3 * depth,
    });
    return at >= startsAt && inflated.event === 'fake-discount' ? { ...inflated, share: 0.98 } : inflated;
  }
  if (kind < 0.82) return during(at, startsAt, 12, { event: 'stock-out', share: 1, listShare: 1 });
  return usual;
}

function during(at: number, startsAt: number, ticks: number, episode: Episode): Episode {
  return at >= startsAt && at < startsAt + ticks ? episode : usual;
}

/** Prices end as shop prices do: .x9 for dollars and euros, 9 rupees, tens of yen. */
function shopPrice(minor: number, currency: SandboxProduct['currency']): number {
  if (currency === 'JPY') return Math.max(10, Math.round(minor / 10) * 10);
  if (currency === 'INR') return Math.max(900, Math.round(minor / 1000) * 1000 - 100);
  return Math.max(9, Math.round(minor / 10) * 10 - 1);
}

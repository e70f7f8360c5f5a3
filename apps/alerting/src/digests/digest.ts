import type { Deal } from '@souk/contracts';
import type { Block, Money, Reply, Text } from '../conversation/reply.ts';
import { SAME_PRICE_PERCENT } from '../speaking/still-on.ts';
import { insightsOf, type InsightMaterial, type InsightTold, LINES_AT_MOST } from './insights.ts';
import { roundUpOf, type RoundUpMaterial } from './round-up.ts';

/** A watched listing as it was when a digest was made, by its id. */
export type Seen = Readonly<Record<string, SeenListing>>;

interface SeenListing extends InsightTold {
  priceMinor: number;
  currency: string;
  stock: string | null;
  /** The price that was told to be near a limit. */
  nearMinor?: number | undefined;
}

/** Everything that a digest is made of. `before`: as the digest before saw watched listings; `titles`: theirs. */
export interface Material extends InsightMaterial, RoundUpMaterial {
  /** Their prices of now. */
  deals: readonly Deal[];
  /** Listings whose alerts were beyond the limit of a day. */
  collected: ReadonlySet<string>;
  /** The lowest price that the channel was told of listings within the last weeks. */
  told: ReadonlyMap<string, Money>;
}

export interface Digest {
  /** Null when there is nothing to tell. */
  reply: Reply | null;
  seen: Seen;
  /** What it shows, at which prices. */
  shown: ({ productId: string } & Money)[];
}

const GOOD_SCORE = 60;
const BUY_SCORE = 80;
const SHOWN_AT_MOST = 5;
const MOVED_PERCENT = 3;

/** What is worth telling, and was not told in this channel yet. */
export function digestOf(material: Material): Digest {
  const { deals, titles, collected, before, told, every } = material;
  const fresh = deals.filter((deal) => !wasTold(deal, told.get(deal.productId)));
  const buyable = fresh.filter(({ availability }) => availability !== 'out_of_stock');
  const best = buyable
    .filter((deal) => collected.has(deal.productId) || (deal.score ?? 0) >= GOOD_SCORE)
    .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0) || (a.productId < b.productId ? -1 : 1))
    .slice(0, SHOWN_AT_MOST);
  const isBest = new Set(best.map(({ productId }) => productId));
  const roundUp = roundUpOf(
    material,
    buyable.filter(({ productId }) => !isBest.has(productId)),
  );
  const shown = [...best, ...roundUp.drops];
  const shownIds = new Set(shown.map(({ productId }) => productId));
  const titleOf = (productId: string): string => titles.get(productId) ?? '';
  const others = fresh.filter(({ productId }) => titles.has(productId) && !shownIds.has(productId));
  const news: Text[] = [
    ...others
      .filter(({ availability }) => availability === 'limited')
      .slice(0, LINES_AT_MOST)
      .map((deal) => ({
        key: 'digest.limited' as const,
        values: { title: titleOf(deal.productId), price: priceOf(deal) },
      })),
    ...stockNews(others, before, titleOf),
    ...moves(others, before, titleOf),
  ];
  const insights = insightsOf(material);
  const actions: Text[] = best
    .filter(({ score, productId }) => (score ?? 0) >= BUY_SCORE && titles.has(productId))
    .slice(0, 2)
    .map((deal) => ({
      key: 'digest.buy' as const,
      values: { title: titleOf(deal.productId), price: priceOf(deal) },
    }));
  const lines = [...news, ...insights.texts, ...roundUp.texts];
  const isEmpty = best.length + lines.length === 0;
  return {
    reply: isEmpty ? null : replyOf(every, [...lines, ...actions], best),
    seen: Object.fromEntries(
      deals.map(({ productId, priceMinor, currency, availability }) => {
        const nearMinor = roundUp.near.get(productId);
        const told = { ...insights.told.get(productId), ...(nearMinor !== undefined && { nearMinor }) };
        return [productId, { priceMinor, currency, stock: availability, ...told }];
      }),
    ),
    shown: shown.map((deal) => ({ productId: deal.productId, ...priceOf(deal) })),
  };
}

/** Texts stand above the list, so that it is one message everywhere. */
function replyOf(every: 'daily' | 'weekly', lines: readonly Text[], best: readonly Deal[]): Reply {
  const title: Block = { kind: 'text', text: { key: `digest.${every}` } };
  const texts = lines.map((text): Block => ({ kind: 'text', text }));
  const items = best.map(({ productId }) => ({ kind: 'product' as const, productId, choices: [] }));
  const list: Block[] =
    items.length === 0 ? [] : [{ kind: 'list', title: { key: 'digest.best' }, items, page: 0 }];
  return { blocks: [title, ...texts, ...list], replaces: false };
}

const priceOf = ({ priceMinor, currency }: Deal): Money => ({ amountMinor: priceMinor, currency });

/** The same for the same money, or more, is nothing new. */
const wasTold = ({ priceMinor, currency }: Deal, told: Money | undefined): boolean =>
  told !== undefined &&
  told.currency === currency &&
  (told.amountMinor - priceMinor) * 100 <= told.amountMinor * SAME_PRICE_PERCENT;

const stockNews = (deals: readonly Deal[], before: Seen, titleOf: (id: string) => string): Text[] =>
  deals
    .flatMap((deal): Text[] => {
      const was = before[deal.productId]?.stock;
      const [wasOut, isOut] = [was === 'out_of_stock', deal.availability === 'out_of_stock'];
      if (was === undefined || was === null || deal.availability === null || wasOut === isOut) return [];
      const title = titleOf(deal.productId);
      return isOut
        ? [{ key: 'digest.sold-out', values: { title } }]
        : [{ key: 'digest.back', values: { title, price: priceOf(deal) } }];
    })
    .slice(0, LINES_AT_MOST);

const moves = (deals: readonly Deal[], before: Seen, titleOf: (id: string) => string): Text[] =>
  deals
    .flatMap((deal) => {
      const was = before[deal.productId];
      if (!was || was.currency !== deal.currency || was.priceMinor === 0) return [];
      const percent = ((deal.priceMinor - was.priceMinor) / was.priceMinor) * 100;
      return Math.abs(percent) >= MOVED_PERCENT ? [{ deal, percent }] : [];
    })
    .toSorted((a, b) => Math.abs(b.percent) - Math.abs(a.percent))
    .slice(0, LINES_AT_MOST)
    .map(({ deal, percent }) => ({
      key: percent < 0 ? ('digest.fell' as const) : ('digest.rose' as const),
      values: {
        title: titleOf(deal.productId),
        percent: Math.round(Math.abs(percent)),
        price: priceOf(deal),
      },
    }));

import type { PostedObservation } from '@souk/contracts';
import { z } from 'zod';
import { parseCatalogueJson } from './catalogue-json.ts';
import { BrowseNode, Item } from './catalogue-shape.ts';
import { factsOf } from './item-facts.ts';
import { listingOfSummary, listingOfV1, listingOfV2, type Listing } from './listing.ts';
import { offersOf, type Offers } from './offers.ts';

export type ItemObservation = Omit<PostedObservation, 'source' | 'observedAt' | 'price'> & { price: string };

/** One item of an answer: its offers as observations, or why it has none. */
export interface CatalogueItem {
  asin: string;
  raw: unknown;
  observations: ItemObservation[];
  /** Set when there are no observations. `isUnreadable`: it is on sale, in a shape that is not understood. */
  none?: { why: string; isUnreadable: boolean };
  /** Address of its page; tells the marketplace. */
  url: string | undefined;
}

/** Whatever came back from an operation that returns items or browse nodes. */
export interface CatalogueAnswer {
  items: CatalogueItem[];
  /** Items that are not understood at all, as they were sent. */
  strangers: unknown[];
  nodes: BrowseNode[];
  /** Found in all, or in all variations; null when the answer does not say. */
  total: number | null;
  /** Beside good items, or alone. */
  errors: { code: string; message: string }[];
}

const Items = z.object({ items: z.array(z.unknown()).optional() });
const Envelope = z.object({
  itemsResult: Items.optional(),
  itemResults: Items.optional(),
  searchResult: Items.extend({ totalResultCount: z.number().optional() }).optional(),
  variationsResult: Items.extend({
    variationSummary: z.object({ variationCount: z.number().optional() }).optional(),
  }).optional(),
  browseNodesResult: z.object({ browseNodes: z.array(BrowseNode).optional() }).optional(),
  errors: z.array(z.object({ code: z.string(), message: z.string().default('') })).optional(),
});

/**
 * Reads an answer of the Creators API or of its retired predecessor, of any operation. Undefined when it is none:
 * another shape, or neither a result nor an error in it. Throws SyntaxError when it is no JSON.
 */
export function readCatalogueAnswer(text: string): CatalogueAnswer | undefined {
  const parsed = Envelope.safeParse(parseCatalogueJson(text));
  if (!parsed.success) return undefined;
  const { searchResult, variationsResult, browseNodesResult, errors } = parsed.data;
  const itemsResult = parsed.data.itemsResult ?? parsed.data.itemResults;
  const result = itemsResult ?? searchResult ?? variationsResult;
  if (!result && !browseNodesResult && !errors) return undefined;
  const strangers: unknown[] = [];
  const items = (result?.items ?? []).flatMap((raw) => {
    const item = Item.safeParse(raw);
    if (item.success) return [readItem(item.data, raw)];
    strangers.push(raw);
    return [];
  });
  return {
    items,
    strangers,
    nodes: browseNodesResult?.browseNodes ?? [],
    total: searchResult?.totalResultCount ?? variationsResult?.variationSummary?.variationCount ?? null,
    errors: errors ?? [],
  };
}

function readItem(item: Item, raw: unknown): CatalogueItem {
  const facts = factsOf(item);
  const read = offersIn(item);
  const base = { asin: item.asin, raw, url: item.detailPageURL };
  if ('none' in read)
    return { ...base, observations: [], none: { why: read.none, isUnreadable: read.isUnreadable } };
  return {
    ...base,
    observations: read.offers.map((offer) => ({ product: item.asin, ...facts, ...offer })),
  };
}

/** Listings of either interface; a condition of which only a summary is known counts as a listing of nobody. */
function offersIn({ offersV2, offers }: Item): Offers {
  if (offersV2 && !offersV2.listings) return { none: 'its offers have another shape', isUnreadable: true };
  const listings: Listing[] = [
    ...(offersV2?.listings ?? []).map(listingOfV2),
    ...(offers?.listings ?? []).map(listingOfV1),
  ];
  const listed = new Set(listings.map(({ condition }) => condition));
  const summed = (offers?.summaries ?? []).filter(({ condition }) => !listed.has(condition?.value));
  return offersOf([...listings, ...summed.map(listingOfSummary)]);
}

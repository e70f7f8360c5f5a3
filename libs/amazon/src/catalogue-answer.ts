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

/** Java sends null for what there is not. */
const Items = z.object({ items: z.array(z.unknown()).nullish() });
const Count = z.coerce.number().int().nonnegative().nullish().catch(null);
const Envelope = z.object({
  itemsResult: Items.nullish(),
  itemResults: Items.nullish(),
  searchResult: Items.extend({ totalResultCount: Count }).nullish(),
  variationsResult: Items.extend({
    variationSummary: z.object({ variationCount: Count }).nullish(),
  }).nullish(),
  browseNodesResult: z.object({ browseNodes: z.array(z.unknown()).nullish() }).nullish(),
  errors: z.array(z.unknown()).nullish(),
});
/** An error of another shape must not cost the good items beside it. */
const AnswerError = z
  .object({ code: z.string(), message: z.string().nullish() })
  .transform(({ code, message }) => ({ code, message: message ?? '' }));

/**
 * Reads an answer of the Creators API or of its retired predecessor, of any operation. Undefined when it is none:
 * another shape, or neither a result nor an error in it. Throws SyntaxError when it is no JSON.
 */
export function readCatalogueAnswer(text: string): CatalogueAnswer | undefined {
  const parsed = Envelope.safeParse(parseCatalogueJson(text));
  if (!parsed.success) return undefined;
  const { searchResult, variationsResult, browseNodesResult, errors } = parsed.data;
  const { itemsResult: named, itemResults: slipped } = parsed.data;
  const itemsResult = named?.items ? named : (slipped ?? named);
  const result = itemsResult ?? searchResult ?? variationsResult;
  if (!result && !browseNodesResult && !errors) return undefined;
  const sentNodes = browseNodesResult?.browseNodes ?? [];
  const nodes = readable(sentNodes, BrowseNode, []);
  if (nodes.length === 0 && sentNodes.length > 0) return undefined;
  const strangers: unknown[] = [];
  const items = (result?.items ?? []).flatMap((raw) =>
    readable([raw], Item, strangers).map((item) => readItem(item, raw)),
  );
  return {
    items,
    strangers,
    nodes,
    total: searchResult?.totalResultCount ?? variationsResult?.variationSummary?.variationCount ?? null,
    errors: (errors ?? []).map(
      (error) =>
        AnswerError.safeParse(error).data ?? {
          code: 'UnknownError',
          message: JSON.stringify(error).slice(0, 200),
        },
    ),
  };
}

/** What has the shape; the others become strangers. */
function readable<T>(sent: readonly unknown[], shape: z.ZodType<T>, strangers: unknown[]): T[] {
  return sent.flatMap((raw) => {
    const read = shape.safeParse(raw);
    if (read.success) return [read.data];
    strangers.push(raw);
    return [];
  });
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

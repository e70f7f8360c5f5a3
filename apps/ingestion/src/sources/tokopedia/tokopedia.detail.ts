import {
  type LookupResult,
  type SearchPage,
  type SourceAnswer,
  type SourceItem,
  UnexpectedAnswer,
} from '../adapter.ts';
import { dataIn } from './tokopedia.envelope.ts';
import { amounts, listing, shopOf } from './tokopedia.search.ts';
import { Child, Content, Layout, Variants } from './tokopedia.shapes.ts';

type Posted = Record<string, unknown>;

interface Page {
  /** The product that the page shows: of one with variants the variant that is chosen first. */
  shown: SourceItem;
  parentId: string | undefined;
  variants: SourceItem[];
}

/** The product that was asked for: as the page shows it, or as one of its variants. */
export function readDetail(products: readonly string[], answer: SourceAnswer): LookupResult {
  const [product] = products;
  const page = readPage(answer);
  if (!page || product === undefined) {
    const detail = 'Tokopedia has no such product, or no longer';
    return { items: [], missing: products.map((one) => ({ product: one, reason: 'not-found', detail })) };
  }
  const { shown, variants, parentId } = page;
  const item = [shown, ...variants].find(({ posted }) => posted.product === product);
  if (item) return { items: [item], missing: [] };
  if (parentId === product)
    return { items: [{ ...shown, posted: { ...shown.posted, product, variantOf: undefined } }], missing: [] };
  throw new UnexpectedAnswer(`the page is of another product than ${product}`);
}

/** All variants of the product, or the product alone. */
export function readVariations(answer: SourceAnswer): SearchPage {
  const page = readPage(answer);
  const items = page ? (page.variants.length > 0 ? page.variants : [page.shown]) : [];
  return { items, total: items.length };
}

/** Undefined when the product is gone. */
function readPage(answer: SourceAnswer): Page | undefined {
  const layout = Layout.safeParse(dataIn(answer).pdpGetLayout);
  if (!layout.success) throw new UnexpectedAnswer('the product page of Tokopedia has another shape');
  const { basicInfo } = layout.data;
  if (basicInfo.status && !['ACTIVE', 'WAREHOUSE'].includes(basicInfo.status)) return undefined;
  const content = component(layout.data, 'product_content', Content);
  if (!content) throw new UnexpectedAnswer('the product page of Tokopedia has no readable price');
  const common = { ...factsOf(layout.data), observedAt: answer.fetchedAt.toISOString() };
  const options = component(layout.data, 'new_variant_options', Variants);
  const { price, campaign, stock, preorder, name } = content.parsed;
  const shown: Posted = {
    ...common,
    ...listing({
      id: basicInfo.id,
      name,
      url: basicInfo.url,
      image: undefined,
      rating: basicInfo.stats?.rating,
    }),
    ...amounts(String(price.value), campaign?.isActive ? campaign.originalPrice : undefined),
    currency: price.currency,
    availability: preorder?.isActive ? 'preorder' : inStock(stock?.value),
    ...(options && options.parsed.parentID !== basicInfo.id && { variantOf: options.parsed.parentID }),
  };
  return {
    shown: { raw: content.raw, posted: shown },
    parentId: options?.parsed.parentID,
    variants: (options?.parsed.children ?? []).map((raw) => ({
      raw,
      posted: variantOf(raw, common, options!.parsed),
    })),
  };
}

function variantOf(raw: unknown, common: Posted, { parentID, variants }: Variants): Posted {
  const child = Child.safeParse(raw);
  if (!child.success) return {};
  const { productID, productName, productURL, price, optionName, picture, stock, campaignInfo } = child.data;
  const names = (variants ?? []).map(({ identifier, name }) => identifier ?? name ?? 'option');
  const chosen = (optionName ?? []).map(
    (value, index) => [names[index] ?? `option ${index + 1}`, value] as const,
  );
  const isBuyable = stock?.isBuyable !== false;
  return {
    ...common,
    ...listing({
      id: productID,
      name: productName,
      url: productURL,
      image: picture?.urlOriginal,
      rating: undefined,
    }),
    ...amounts(String(price), campaignInfo?.isActive ? campaignInfo.originalPrice : undefined),
    availability: isBuyable ? inStock(stock?.stock) : 'out_of_stock',
    variantOf: parentID,
    ...(chosen.length > 0 && { variant: Object.fromEntries(chosen) }),
  };
}

type Variants = ReturnType<typeof Variants.parse>;

const inStock = (pieces: number | null | undefined): string | undefined =>
  typeof pieces === 'number' ? (pieces > 0 ? 'in_stock' : 'out_of_stock') : undefined;

const conditions: Readonly<Record<string, string>> = { NEW: 'new', USED: 'used' };

function factsOf({ basicInfo }: Layout): Posted {
  const { category, condition, stats, shopName } = basicInfo;
  const path = (category?.detail ?? []).map(({ name }) => name.trim().slice(0, 200)).filter(Boolean);
  return {
    ...shopOf(shopName),
    ...(path.length > 0 && { category: path.slice(0, 20) }),
    ...(condition && conditions[condition] && { condition: conditions[condition] }),
    ...(stats?.countReview && { reviewCount: stats.countReview }),
  };
}

/** The first entry of the component of that name, where it has the shape. */
function component<Parsed>(
  { components }: Layout,
  name: string,
  shape: { safeParse(value: unknown): { success: boolean; data?: Parsed } },
): { raw: unknown; parsed: Parsed } | undefined {
  const raw = components.find((one) => one.name === name)?.data[0];
  const parsed = shape.safeParse(raw);
  return parsed.success ? { raw, parsed: parsed.data! } : undefined;
}

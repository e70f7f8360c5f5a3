import type { PostedObservation } from '@souk/contracts';
import type { BrowseNode, Item } from './catalogue-shape.ts';
import { gtinOf } from './gtin.ts';

/** What an item is, in the fields of an observation; what does not fit there is shortened or left out. */
export type ItemFacts = Pick<
  PostedObservation,
  'title' | 'url' | 'brand' | 'category' | 'gtin' | 'image' | 'salesRank' | 'variantOf' | 'variant'
>;

export function factsOf(item: Item): ItemFacts {
  const { itemInfo, browseNodeInfo, images } = item;
  const byLine = itemInfo?.byLineInfo;
  const node = browseNodeInfo?.browseNodes?.[0];
  const picture = images?.primary?.large ?? images?.primary?.medium ?? images?.primary?.small;
  const variant = (item.variationAttributes ?? []).map(
    ({ name, value }) => [name.slice(0, 100), value.slice(0, 200)] as const,
  );
  return {
    title: shortened(itemInfo?.title, 500),
    url: address(item.detailPageURL),
    brand: shortened(byLine?.brand ?? byLine?.manufacturer, 200),
    category: node === undefined ? undefined : pathOf(node).slice(-20),
    gtin: gtinOf([...(itemInfo?.externalIds?.eans ?? []), ...(itemInfo?.externalIds?.upcs ?? [])], item.asin),
    image: address(picture?.url),
    salesRank: browseNodeInfo?.websiteSalesRank?.salesRank ?? node?.salesRank,
    variantOf: item.parentASIN === item.asin ? undefined : shortened(item.parentASIN, 200),
    variant: variant.length > 0 ? Object.fromEntries(variant.slice(0, 20)) : undefined,
  };
}

const MAX_DEPTH = 20;

/** Names from the root down to the node. */
export function pathOf(node: BrowseNode): string[] {
  const names: string[] = [];
  for (
    let at: BrowseNode | undefined = node;
    at !== undefined && names.length < MAX_DEPTH;
    at = at.ancestor
  ) {
    if (at.displayName.trim() !== '') names.unshift(at.displayName.slice(0, 200));
  }
  return names;
}

function shortened(text: string | undefined, max: number): string | undefined {
  const trimmed = text?.trim().slice(0, max).toWellFormed();
  return trimmed === '' ? undefined : trimmed;
}

function address(text: string | undefined): string | undefined {
  const url = URL.parse(text ?? '');
  return url && /^https?:$/.test(url.protocol) && url.href.length <= 2_048 ? url.href : undefined;
}

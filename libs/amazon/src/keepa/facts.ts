import type { PostedObservation } from '@souk/contracts';
import { gtinOf } from '../gtin.ts';
import { marketplaceOfKeepa } from '../marketplaces.ts';
import type { KeepaProduct } from './answer.ts';

/** What the product is, in the fields of an observation. */
export function keepaFacts(
  product: KeepaProduct,
): Pick<PostedObservation, 'title' | 'brand' | 'category' | 'gtin' | 'image' | 'url' | 'variantOf'> {
  const host = marketplaceOfKeepa(product.domainId)?.host;
  const picture = product.images?.[0]?.l ?? product.images?.[0]?.m ?? product.imagesCSV?.split(',')[0];
  return {
    title: shortened(product.title, 500),
    brand: shortened(product.brand ?? product.manufacturer, 200),
    category: (product.categoryTree ?? []).slice(0, 20).flatMap(({ name }) => shortened(name, 200) ?? []),
    gtin: gtinOf([...(product.eanList ?? []), ...(product.upcList ?? [])], product.asin),
    image: picture ? `https://m.media-amazon.com/images/I/${encodeURIComponent(picture)}` : undefined,
    url: host && `https://${host}/dp/${encodeURIComponent(product.asin)}`,
    variantOf: shortened(product.parentAsin, 200),
  };
}

function shortened(text: string | null | undefined, max: number): string | undefined {
  return text?.trim().slice(0, max).toWellFormed() || undefined;
}

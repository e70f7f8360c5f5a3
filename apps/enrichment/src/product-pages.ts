import type { DataOf, ProductChanged, ProductFacts } from '@souk/contracts';

type ChangedProduct = DataOf<typeof ProductChanged>['products'][number];

/** Far below the bus's payload limit of 1 MB, since characters may take three bytes. */
const PAGE_LENGTH = 200_000;
const PAGE_PRODUCTS = 100;

/** What a message changed, in pages that fit an event: facts kept from earlier messages may be larger than it was. */
export function* productPages(
  changed: ReadonlyMap<string, { product: string; facts: ProductFacts }>,
  source: string,
  changedAt: string,
): Generator<ChangedProduct[]> {
  let page: ChangedProduct[] = [];
  let length = 0;
  for (const [productId, { product, facts }] of changed) {
    const size = JSON.stringify(facts).length;
    if (page.length === PAGE_PRODUCTS || (page.length > 0 && length + size > PAGE_LENGTH)) {
      yield page;
      page = [];
      length = 0;
    }
    page.push({ productId, source, product, facts, changedAt });
    length += size;
  }
  if (page.length > 0) yield page;
}

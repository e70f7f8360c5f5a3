import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import { ProductLinked } from '@souk/contracts';
import { type Links, LinkStore } from './link.store.ts';

/** Remembers which listings are the same item, so that people hear of one deal once. */
@Controller()
export class LinkHandlers {
  constructor(private readonly links: LinkStore) {}

  @Subscribe(ProductLinked, { maxMessages: 50 })
  async remember({ tx, messages }: Batch<typeof ProductLinked>): Promise<void> {
    const newest = new Map<string, Links>();
    for (const { data } of messages) {
      const links = {
        productId: data.productId,
        linkedIds: data.links.map(({ productId }) => productId),
        linkedAt: new Date(data.linkedAt),
      };
      const known = newest.get(links.productId);
      if (!known || known.linkedAt <= links.linkedAt) newest.set(links.productId, links);
    }
    await this.links.save(tx, [...newest.values()]);
  }
}

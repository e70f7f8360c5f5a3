import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import { ProductLinked } from '@souk/contracts';
import { ContextStore, type LinkedListing } from './context.store.ts';
import { PlainListings } from './plain-listings.ts';

/** Remembers which listings sell the same item, so that their prices can be compared. */
@Controller()
export class LinksHandlers {
  constructor(
    private readonly store: ContextStore,
    private readonly plain: PlainListings,
  ) {}

  @Subscribe(ProductLinked, { maxMessages: 50 })
  async remember(batch: Batch<typeof ProductLinked>): Promise<void> {
    const newest = new Map<string, LinkedListing>();
    for (const { accountId, data } of batch.messages) {
      const before = newest.get(data.productId);
      if (!before || before.linkedAt <= data.linkedAt) newest.set(data.productId, { ...data, accountId });
    }
    await this.store.saveLinks(batch.tx, [...newest.values()]);
    batch.afterCommit(() => this.plain.forget([...newest.keys()]));
  }
}

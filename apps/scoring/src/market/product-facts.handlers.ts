import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import { ProductChanged } from '@souk/contracts';
import { PlainListings } from '../context/plain-listings.ts';
import { newestFacts } from './product-facts.ts';
import { ProductFactsStore } from './product-facts.store.ts';

/** Remembers what listings are, so that their prices can be told by category and brand. */
@Controller()
export class ProductFactsHandlers {
  constructor(
    private readonly store: ProductFactsStore,
    private readonly plain: PlainListings,
  ) {}

  @Subscribe(ProductChanged, { maxMessages: 50 })
  async remember(batch: Batch<typeof ProductChanged>): Promise<void> {
    const facts = newestFacts(batch.messages);
    await this.store.save(batch.tx, facts);
    batch.afterCommit(() => this.plain.forget(facts.map(({ productId }) => productId)));
  }
}

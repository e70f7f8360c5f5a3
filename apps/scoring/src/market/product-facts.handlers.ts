import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import { ProductChanged } from '@souk/contracts';
import { newestFacts } from './product-facts.ts';
import { ProductFactsStore } from './product-facts.store.ts';

/** Remembers what listings are, so that their prices can be told by category and brand. */
@Controller()
export class ProductFactsHandlers {
  constructor(private readonly store: ProductFactsStore) {}

  @Subscribe(ProductChanged, { maxMessages: 50 })
  async remember({ tx, messages }: Batch<typeof ProductChanged>): Promise<void> {
    await this.store.save(tx, newestFacts(messages));
  }
}

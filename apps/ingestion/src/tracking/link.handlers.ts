import { type Batch, Subscribe } from '@souk/bus';
import { OPERATOR_ACCOUNT_ID, ProductLinked } from '@souk/contracts';
import { Controller } from '@nestjs/common';
import { replaceLinks } from './link.store.ts';

@Controller()
export class LinkHandlers {
  /** Remembers where else an item can be looked up. What accounts post cannot be looked up at all. */
  @Subscribe(ProductLinked)
  async link({ messages, tx }: Batch<typeof ProductLinked>): Promise<void> {
    for (const { accountId, data } of messages) {
      if (accountId === OPERATOR_ACCOUNT_ID) await replaceLinks(tx, data);
    }
  }
}

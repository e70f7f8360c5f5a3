import { Injectable } from '@nestjs/common';
import { Variants } from '../cards/variants.ts';
import type { Block, Reply } from '../conversation/reply.ts';
import { productItem, titleOf } from '../conversation/turn.ts';
import type { SlackListener } from './slack-replies.ts';

/** Lists the variations of a listing: a message of Slack's leafs through nothing. Remote calls: never within a transaction. */
@Injectable()
export class SlackVariants {
  constructor(private readonly variants: Variants) {}

  /** Undefined for a listing that is not there (any more); a sentence where there is nothing to choose from. */
  async of(productId: string, { accountId }: SlackListener): Promise<Reply | undefined> {
    const found = await this.variants.of(accountId, productId);
    if (!found) return undefined;
    const { product, productIds, isSourceDown } = found;
    const title = titleOf(product);
    if (productIds.length > 1) {
      const items = productIds.map(productItem);
      return reply({ kind: 'list', title: { key: 'variants.title', values: { title } }, items, page: 0 });
    }
    return reply({
      kind: 'text',
      text: isSourceDown
        ? { key: 'variants.unavailable', values: { source: product.source } }
        : { key: 'variants.none', values: { title } },
    });
  }
}

const reply = (block: Block): Reply => ({ blocks: [block], replaces: false });

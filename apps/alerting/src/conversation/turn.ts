import type { Product } from '@souk/contracts';
import type { Memory } from './memory.ts';
import type { Block, Choice, ConversationInput, Money, ProductItem, Text, TextKey } from './reply.ts';

/** What one message meets. */
export interface Turn {
  input: ConversationInput;
  memory: Memory;
  now: Date;
}

/** What is answered, and what the chat remembers from now on; a pending question is over unless it is asked again. */
export interface Answered {
  blocks: Block[];
  replaces?: boolean;
  memory?: Memory;
}

export const says = (key: TextKey, values?: Text['values']): Answered => ({
  blocks: [{ kind: 'text', text: { key, ...(values && { values }) } }],
});

export const choice = (key: TextKey, action: Choice['action'], values?: Text['values']): Choice => ({
  label: { key, ...(values && { values }) },
  action,
});

/** What a person calls a product. */
export const titleOf = (product: Product): string =>
  product.facts.title ?? `${product.source} ${product.product}`;

export const priceOf = ({ offers: [offer] }: Product): Money | undefined =>
  offer && { amountMinor: offer.priceMinor, currency: offer.currency };

export const productItem = (productId: string): ProductItem => ({
  kind: 'product',
  productId,
  choices: [
    choice('button.watch', { do: 'watch', productId }),
    choice('button.similar', { do: 'similar', productId }),
    choice('button.bought', { do: 'bought', productId }),
  ],
});

const PAGE = 5;

/** One page of products, and the chat's memory of all of them. */
export function productList(
  title: Text,
  productIds: readonly string[],
  page: number,
): { blocks: Block[]; memory: Memory } {
  const pages = Math.max(1, Math.ceil(productIds.length / PAGE));
  const at = Math.min(page, pages - 1);
  const shown = productIds.slice(at * PAGE, (at + 1) * PAGE);
  const memory: Memory = {
    listed: [...productIds],
    title,
    ...(shown.length === 1 && { productId: shown[0] }),
  };
  const [only] = shown;
  if (productIds.length === 1 && only !== undefined) {
    return {
      blocks: [
        { kind: 'text', text: title },
        { kind: 'card', item: productItem(only) },
      ],
      memory,
    };
  }
  const list: Block = {
    kind: 'list',
    title,
    items: shown.map(productItem),
    page: at,
    of: pages,
    ...(at > 0 && { previous: { do: 'page', page: at - 1 } as const }),
    ...(at + 1 < pages && { next: { do: 'page', page: at + 1 } as const }),
  };
  return { blocks: [list], memory };
}

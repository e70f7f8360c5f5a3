import type { Product } from '@souk/contracts';
import { createHash } from 'node:crypto';
import type { Action } from './actions.ts';
import type { Memory } from './memory.ts';
import type { Block, Choice, ConversationInput, Money, ProductItem, Text, TextKey } from './reply.ts';

/** What one message meets. */
export interface Turn {
  input: ConversationInput;
  memory: Memory;
  now: Date;
  /** Names the question that the answer may ask. */
  question: number;
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

/** A number of six digits at most that fits a button and names a text. */
export const numberOf = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE() % 1_000_000;

/** The button of an option of the question that is asked in this turn. */
export const chooses = ({ question }: Turn, option: number): Action => ({ do: 'choose', option, question });

/** The products of a page. */
export const pageOf = (productIds: readonly string[], page: number): string[] =>
  productIds.slice(page * PAGE, (page + 1) * PAGE);

/** What is remembered of a list. Its number is made of what is on it: buttons of another list do not turn it. */
export function listMemory(title: Text, productIds: readonly string[]): Memory & { list: number } {
  return { listed: [...productIds], title, list: numberOf(productIds.join()) };
}

/** One page of products, and the chat's memory of all of them. */
export function productList(
  title: Text,
  productIds: readonly string[],
  page: number,
): { blocks: Block[]; memory: Memory } {
  const pages = Math.max(1, Math.ceil(productIds.length / PAGE));
  const at = Math.min(page, pages - 1);
  const shown = pageOf(productIds, at);
  const memory = { ...listMemory(title, productIds), ...(shown.length === 1 && { productId: shown[0] }) };
  const { list: number } = memory;
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
    ...(at > 0 && { previous: { do: 'page', page: at - 1, list: number } as const }),
    ...(at + 1 < pages && { next: { do: 'page', page: at + 1, list: number } as const }),
    ...(shown.length > 1 && {
      choices: [choice('button.compare', { do: 'compare', page: at, list: number })],
    }),
  };
  return { blocks: [list], memory };
}

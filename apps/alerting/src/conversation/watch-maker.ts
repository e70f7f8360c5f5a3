import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  commandIdOf,
  CreateWatch,
  type Product,
  Refusal,
  type WatchConditions,
  type WatchSubject,
} from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { Words } from '@souk/words';
import { textOf } from '../texts/said.ts';
import { Listings } from '../watches/listings.ts';
import type { Wish } from './memory.ts';
import { minorOf, ProductFinder } from './product-finder.ts';
import type { Block, Text } from './reply.ts';
import { type Answered, choice, chooses, priceOf, says, titleOf, type Turn } from './turn.ts';
import { isEmpty } from './wish.ts';

const PROPOSED_PERCENTS = [5, 10, 20];
const OFFERED = 5;

/** Makes watches as they are spoken of; what is missing is asked for. */
@Injectable()
export class WatchMaker {
  constructor(
    private readonly bus: Bus,
    private readonly finder: ProductFinder,
    private readonly listings: Listings,
  ) {}

  /** A link, a product by its words, or what the chat was about. */
  async watch(turn: Turn, words: Words, wish: Wish): Promise<Answered> {
    if (words.url !== null) return this.byLink(turn, words.url, wish);
    const name = words.product ?? words.category;
    if (name === null) {
      const productId = turn.memory.productId ?? only(turn.memory.listed);
      return productId === undefined ? says('watch.which') : this.product(turn, productId, wish);
    }
    const anyPrice = { ...words, minPrice: null, maxPrice: null };
    const { products } = await this.finder.find(turn.input.accountId, anyPrice, turn.input.currency);
    const [first, ...others] = products;
    if (first && others.length === 0) return this.product(turn, first.id, wish);
    if (products.length === 0) {
      if (isEmpty(wish)) return says('search.none', { words: name });
      return this.make(turn, { query: { text: name } }, wish, name, undefined);
    }
    const offered = products.slice(0, OFFERED);
    const choices = offered.map((product, option) =>
      choice('button.title', chooses(turn, option), { title: titleOf(product) }),
    );
    if (!isEmpty(wish)) choices.push(choice('button.any', chooses(turn, offered.length)));
    const productIds = offered.map(({ id }) => id);
    return {
      blocks: [{ kind: 'question', text: { key: 'watch.which' }, choices }],
      memory: { listed: productIds, pending: { kind: 'watch', productIds, text: name, wish } },
    };
  }

  /** Watches a product; asks when to speak, if that was not said. */
  async product(turn: Turn, productId: string, wish: Wish): Promise<Answered> {
    const { accountId } = turn.input;
    const product = (await this.listings.get(accountId, [productId])).get(productId);
    if (!product) return says('chat.expired');
    if (isEmpty(wish))
      return { blocks: [whenBlock(product)], memory: { productId, pending: { kind: 'price', productId } } };
    return this.make(turn, { productId }, wish, titleOf(product), product);
  }

  /** One of the products that were proposed, or any listing with the words. */
  async chosen(
    turn: Turn,
    productIds: readonly string[],
    option: number,
    text: string,
    wish: Wish,
  ): Promise<Answered> {
    const productId = productIds[option];
    if (productId !== undefined) return this.product(turn, productId, wish);
    return this.make(turn, { query: { text } }, wish, text, undefined);
  }

  /** Below so many percent less than it costs now, whatever it costs in between. */
  async lower(turn: Turn, productId: string, percent: number): Promise<Answered> {
    const product = (await this.listings.get(turn.input.accountId, [productId])).get(productId);
    const price = product && priceOf(product);
    if (!product) return says('chat.expired');
    if (!price) return says('watch.drop-none');
    const below = Math.floor((price.amountMinor * (100 - percent)) / 100);
    const amount = formatAmount(below, price.currency);
    const wish = { below: { amount, currency: price.currency } };
    return this.make(turn, { productId }, wish, titleOf(product), product);
  }

  private async byLink(turn: Turn, url: string, wish: Wish): Promise<Answered> {
    const said = isEmpty(wish) ? { isLowest: true } : wish;
    try {
      return await this.make(
        turn,
        { url: url.startsWith('http') ? url : `https://${url}` },
        said,
        undefined,
        undefined,
      );
    } catch (error) {
      const isUnknown =
        error instanceof Refusal && error.problems?.some(({ field }) => field === 'url') === true;
      if (isUnknown) return says('watch.unknown-link');
      throw error;
    }
  }

  private async make(
    { input }: Turn,
    subject: WatchSubject,
    wish: Wish,
    name: string | undefined,
    product: Product | undefined,
  ): Promise<Answered> {
    const { accountId, messageId, channels } = input;
    const currency = wish.below?.currency ?? input.currency ?? (product && priceOf(product)?.currency);
    const { watch, alreadyTrue, advice } = await this.bus.ask(CreateWatch, {
      accountId,
      watchId: commandIdOf(accountId, `chat\n${messageId}`),
      ...subject,
      when: conditionsOf(wish, currency),
      channels: [...channels],
    });
    const known =
      product ?? (watch.productId === null ? undefined : await this.known(accountId, watch.productId));
    const title = name ?? (known ? titleOf(known) : (watch.product?.product ?? watch.id));
    const blocks: Block[] = conditionTexts(wish, currency).map((condition) => ({
      kind: 'text',
      text: { key: 'watch.made', values: { title, condition: { text: condition } } },
    }));
    const price = known && priceOf(known);
    if (alreadyTrue.length > 0 && price)
      blocks.push({ kind: 'text', text: { key: 'watch.already', values: { title, price } } });
    for (const told of advice ?? [])
      if (told.kind !== 'always-true') blocks.push({ kind: 'text', text: textOf(told) });
    return {
      blocks,
      memory: { watchId: watch.id, ...(watch.productId !== null && { productId: watch.productId }) },
    };
  }

  private async known(accountId: string, productId: string): Promise<Product | undefined> {
    return (await this.listings.get(accountId, [productId])).get(productId);
  }
}

const only = (ids: readonly string[] | undefined): string | undefined =>
  ids?.length === 1 ? ids[0] : undefined;

function conditionsOf(wish: Wish, currency: string | undefined): WatchConditions {
  return {
    ...(wish.below && {
      priceBelow: decimal(wish.below.amount, currency),
      ...(currency !== undefined && { currency }),
    }),
    ...(wish.percent !== undefined && { dropPercent: wish.percent }),
    ...(wish.isLowest && { allTimeLow: true as const }),
    ...(wish.isBack && { backInStock: true as const }),
  };
}

/** "45000.5" yen have no decimals. */
const decimal = (amount: string, currency: string | undefined): string =>
  currency === undefined ? amount : formatAmount(minorOf(Number(amount), currency), currency);

function conditionTexts(wish: Wish, currency: string | undefined): Text[] {
  return [
    ...(wish.below
      ? [
          {
            key: 'watch.below' as const,
            values: {
              price:
                currency === undefined
                  ? wish.below.amount
                  : { amountMinor: minorOf(Number(wish.below.amount), currency), currency },
            },
          },
        ]
      : []),
    ...(wish.percent === undefined
      ? []
      : [{ key: 'watch.lower' as const, values: { percent: wish.percent } }]),
    ...(wish.isLowest ? [{ key: 'watch.lowest' as const }] : []),
    ...(wish.isBack ? [{ key: 'watch.back' as const }] : []),
  ];
}

/** When to speak of it, with answers to press; a price can be written as well. */
function whenBlock(product: Product): Block {
  const { id: productId } = product;
  const title = titleOf(product);
  const price = priceOf(product);
  if (!price)
    return {
      kind: 'question',
      text: { key: 'watch.when-unpriced', values: { title } },
      choices: [choice('button.lowest', { do: 'watch-lowest', productId })],
    };
  return {
    kind: 'question',
    text: { key: 'watch.when', values: { title, price } },
    choices: [
      ...PROPOSED_PERCENTS.map((percent) =>
        choice('button.lower', { do: 'watch-lower', productId, percent }, { percent }),
      ),
      choice('button.lowest', { do: 'watch-lowest', productId }),
    ],
  };
}

import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { type Deal, FindProducts, GetLinkedProducts } from '@souk/contracts';
import type { Words } from '@souk/words';
import { Listings } from '../watches/listings.ts';
import { wordsOf } from '../watches/words.ts';
import { minorOf, ProductFinder } from './product-finder.ts';
import type { Memory } from './memory.ts';
import type { Text, TextValue } from './reply.ts';
import {
  type Answered,
  listMemory,
  pageOf,
  productItem,
  productList,
  says,
  titleOf,
  type Turn,
} from './turn.ts';

const COMPARED_AT_MOST = 6;
const DEALS_AMONG = 200;
/** From this score on a price is a good deal. */
const GOOD_SCORE = 60;
const DEALS_AT_MOST = 50;
/** Letters and digits that name a model within a longer word. */
const LEAST_PART = 3;

/** Searches, cards, comparisons and deals, out of what is stored. */
@Injectable()
export class ProductTalk {
  constructor(
    private readonly bus: Bus,
    private readonly finder: ProductFinder,
    private readonly listings: Listings,
  ) {}

  async search({ input }: Turn, words: Words): Promise<Answered> {
    const name = words.product ?? words.category;
    if (name === null) return says('search.which');
    const { products, isOutsideBudget } = await this.finder.find(input.accountId, words, input.currency);
    const currency = words.currency ?? input.currency ?? products[0]?.offers[0]?.currency;
    const budget = budgetText(words, currency);
    if (products.length === 0) return says('search.none', { words: name });
    const ids = products.map(({ id }) => id);
    if (isOutsideBudget && budget)
      return productList({ key: 'search.none-in-budget', values: { words: name, budget } }, ids, 0);
    const title: Text = budget
      ? { key: 'search.title-budget', values: { words: name, budget } }
      : { key: 'search.title', values: { words: name } };
    return productList(title, ids, 0);
  }

  show(productId: string): Answered {
    return { blocks: [{ kind: 'card', item: productItem(productId) }], memory: { productId } };
  }

  /** Another page of a list. */
  turnTo({ listed, title }: Memory, page: number): Answered {
    if (!listed || listed.length === 0) return says('chat.expired');
    return { ...productList(title as Text, listed, page), replaces: true };
  }

  /** What stands on one page of a list. */
  comparePage({ listed = [] }: Memory, page: number): Answered {
    const ids = pageOf(listed, page);
    return ids.length < 2 ? says('chat.expired') : compared(ids);
  }

  /** The same item elsewhere first, then listings of a similar name. */
  async similar({ input: { accountId } }: Turn, productId: string): Promise<Answered> {
    const product = (await this.listings.get(accountId, [productId])).get(productId);
    if (!product) return says('chat.expired');
    const title = titleOf(product);
    const [linked, alike] = await Promise.all([
      this.bus.ask(GetLinkedProducts, { accountId, productId }),
      this.finder.like(accountId, title),
    ]);
    const ids = [...linked.products, ...alike].map(({ id }) => id).filter((id) => id !== productId);
    if (ids.length === 0) return says('similar.none', { title });
    return productList({ key: 'similar.title', values: { title } }, [...new Set(ids)].slice(0, 20), 0);
  }

  /** What the sentence names, else what was listed last. What is named and not found, or not exactly, is told. */
  async compare({ input, memory }: Turn, words?: Words): Promise<Answered> {
    const named = await Promise.all(
      (words?.products ?? []).map(async (product) => {
        const wanted = { ...words!, product, minPrice: null, maxPrice: null, condition: null };
        const { products, isPartial } = await this.finder.find(input.accountId, wanted, undefined);
        const [nearest] = products;
        if (!nearest || !isPartial) return { name: product, product: nearest, isPartial };
        return { name: product, product: isLike(titleOf(nearest), product) ? nearest : undefined, isPartial };
      }),
    );
    const nearly = named.flatMap(({ name, product, isPartial }) =>
      product && isPartial ? says('compare.nearest', { name, title: titleOf(product) }).blocks : [],
    );
    const missing = named.flatMap(({ name, product }) => (product ? [] : [name]));
    const found = [...new Map(named.flatMap(({ product }) => (product ? [[product.id, product]] : [])))];
    const namesNothing = words === undefined || (words.products.length === 0 && words.product === null);
    const ids = namesNothing ? (memory.listed ?? []) : found.map(([id]) => id);
    const [only] = found;
    if (ids.length < 2 && missing.length > 0) return says('compare.not-found', namesOf(missing));
    if (ids.length < 2 && only) return says('compare.same', { title: titleOf(only[1]) });
    if (ids.length < 2) return says('compare.too-few');
    const { blocks, memory: remembered } = compared(ids.slice(0, COMPARED_AT_MOST));
    const notFound = missing.length > 0 ? says('compare.also-not-found', namesOf(missing)).blocks : [];
    return { blocks: [...notFound, ...nearly, ...blocks], memory: remembered! };
  }

  /** The best scores among the listings that are newest, or that the sentence names. */
  async deals({ input: { accountId } }: Turn, page: number, words?: Words): Promise<Answered> {
    const text = words?.product ?? words?.category ?? null;
    const { products } = await this.bus.ask(FindProducts, {
      accountId,
      limit: DEALS_AMONG,
      ...(text !== null && { text: text.slice(0, 200), match: 'any' as const }),
    });
    const deals = await this.listings.deals(
      accountId,
      products.map(({ id }) => id),
    );
    const good = [...deals.values()].filter(isGood).toSorted((left, right) => right.score! - left.score!);
    if (good.length === 0) return says('deals.none');
    return {
      ...productList(
        { key: 'deals.title' },
        good.slice(0, DEALS_AT_MOST).map(({ productId }) => productId),
        page,
      ),
      replaces: page > 0,
    };
  }
}

/** Most words of a name stand in the title, "xm5" also within "1000xm5": a brand alone is another product. */
function isLike(title: string, name: string): boolean {
  const [wanted, present] = [wordsOf(name), wordsOf(title)];
  const isThere = (word: string): boolean =>
    present.some((one) => one === word || (word.length >= LEAST_PART && one.includes(word)));
  return wanted.filter(isThere).length * 2 > wanted.length;
}

const compared = (productIds: readonly string[]): Answered => ({
  blocks: [{ kind: 'comparison', title: { key: 'compare.title' }, productIds }],
  memory: listMemory({ key: 'compare.title' }, productIds),
});

const namesOf = (names: readonly string[]): { names: TextValue } => ({
  names: { list: names.map((name): Text => ({ key: 'compare.name', values: { name } })) },
});

const isGood = ({ score, availability }: Deal): boolean =>
  score !== null && score >= GOOD_SCORE && availability !== 'out_of_stock';

function budgetText({ minPrice, maxPrice }: Words, currency: string | undefined): { text: Text } | undefined {
  const amount = (value: number): TextValue =>
    currency === undefined ? String(value) : { amountMinor: minorOf(value, currency), currency };
  if (minPrice !== null && maxPrice !== null)
    return { text: { key: 'budget.between', values: { min: amount(minPrice), max: amount(maxPrice) } } };
  if (maxPrice !== null) return { text: { key: 'budget.max', values: { max: amount(maxPrice) } } };
  return minPrice === null ? undefined : { text: { key: 'budget.min', values: { min: amount(minPrice) } } };
}

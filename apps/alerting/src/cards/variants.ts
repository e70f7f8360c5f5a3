import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetProducts, ListVariations, OPERATOR_ACCOUNT_ID, type Product, Refusal } from '@souk/contracts';
import { Database } from '@souk/service';
import { setTimeout as delay } from 'node:timers/promises';
import { ProductStore } from '../watches/product.store.ts';
import { scopeOf } from '../watches/scopes.ts';

/** Somebody waits for it, in a chat. */
const SOURCE_WITHIN_MS = 8_000;
const LISTINGS_WITHIN_MS = 3_000;
/** What a source has just told becomes a listing in a moment. */
const KNOWN_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 200;
/** Nobody leafs through more. */
const MOST = 50;

export interface VariantsOf {
  product: Product;
  /** Its own id first; alone when no others are known. */
  productIds: readonly string[];
  /** The source was asked, and did not answer. */
  isSourceDown: boolean;
}

/** A listing of a source by its code there. */
interface Variant {
  productId: string;
  product: string;
}

/** Finds the sizes, colours and other variations of a listing. Remote calls: never within a transaction. */
@Injectable()
export class Variants {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly products: ProductStore,
  ) {}

  /** What its source tells, and what has been seen before; undefined for an unknown listing. */
  async of(accountId: string, productId: string): Promise<VariantsOf | undefined> {
    const [product] = await this.listings(accountId, [productId]);
    if (!product) return undefined;
    const told = await this.tell(accountId, product);
    const seen = await this.seen(accountId, product);
    // By their codes: an account's own listing stands for the shared one.
    const byCode = new Map<string, string>();
    for (const one of [{ productId, product: product.product }, ...(told ?? []), ...seen])
      if (!byCode.has(one.product)) byCode.set(one.product, one.productId);
    const productIds = await this.known(accountId, [...byCode.values()].slice(0, MOST));
    return { product, productIds, isSourceDown: told === undefined };
  }

  /** Asks its source; nothing when that tells no variations, undefined when it does not answer. */
  private async tell(accountId: string, { source, product }: Product): Promise<Variant[] | undefined> {
    const request = { accountId, source, product, page: 1 };
    try {
      return (await this.bus.ask(ListVariations, request, { deadlineMs: SOURCE_WITHIN_MS })).items;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.code === 'invalid' || error.code === 'not-found' ? [] : undefined;
    }
  }

  /** Variations that prices came for, newest first. */
  private async seen(accountId: string, { source, product, facts }: Product): Promise<Variant[]> {
    const scope = scopeOf({ kind: 'variants', source, product: facts.variantOf ?? product, attributes: {} });
    const found = await this.database.read([accountId], (tx) => this.products.inScope(tx, scope!, MOST));
    return found.filter((one) => one.accountId === accountId || one.accountId === OPERATOR_ACCOUNT_ID);
  }

  /** Those of them that are listings by now. */
  private async known(accountId: string, productIds: readonly string[]): Promise<string[]> {
    const deadline = performance.now() + KNOWN_WITHIN_MS;
    for (;;) {
      const known = new Set((await this.listings(accountId, productIds)).map(({ id }) => id));
      if (known.size === productIds.length || performance.now() > deadline)
        return productIds.filter((id) => known.has(id));
      await delay(LOOK_EVERY_MS);
    }
  }

  private async listings(accountId: string, productIds: readonly string[]): Promise<Product[]> {
    const request = { accountId, productIds: [...productIds] };
    return (await this.bus.ask(GetProducts, request, { deadlineMs: LISTINGS_WITHIN_MS })).products;
  }
}

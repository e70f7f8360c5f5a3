import { Injectable } from '@nestjs/common';
import type { FieldProblem, Product, WatchSubject } from '@souk/contracts';
import { Database } from '@souk/service';
import { invalid } from '../invalid.ts';
import { boundTo, candidatesOf, type Named } from './binding.ts';
import { productOfLink, readLink } from './links.ts';
import { Listings } from './listings.ts';
import { ProductStore } from './product.store.ts';
import type { StoredWatch } from './stored-watch.ts';
import { wordsOf } from './words.ts';

export const UNKNOWN_ID: FieldProblem = { field: 'productId', problem: 'no such product' };
export const UNKNOWN_LINK: FieldProblem = {
  field: 'url',
  problem:
    'is the address of no product that is known, and no source reads pages of its shop; post its price once, or ask the operator for a source of pages',
};

/** What a new watch is on. */
export interface Subject {
  named: Named | null;
  target: StoredWatch['target'];
  /** Listings that were asked for on the way. */
  known: ReadonlyMap<string, Product>;
}

/** Finds what a command means: remote calls, never within a transaction. */
@Injectable()
export class Subjects {
  constructor(
    private readonly listings: Listings,
    private readonly products: ProductStore,
    private readonly database: Database,
  ) {}

  /** @throws Refusal by field */
  async resolve(accountId: string, given: WatchSubject): Promise<Subject> {
    const ways = [
      given.product,
      given.productId,
      given.url,
      given.variantsOf,
      given.query,
      given.category,
      given.source,
    ].filter((way) => way !== undefined);
    if (ways.length !== 1)
      throw invalid({
        field: 'product',
        problem:
          'name one of: source and product, a productId, a url, variantsOf, a query, a category, a source',
      });
    if (given.product) return this.byCode(accountId, given.product);
    if (given.productId !== undefined) return this.byId(accountId, given.productId);
    if (given.url !== undefined) return this.byLink(accountId, given.url);
    if (given.variantsOf) return this.variants(accountId, given.variantsOf);
    const problem = targetProblem(given);
    if (problem) throw invalid(problem);
    return { named: null, target: targetOf(given), known: new Map() };
  }

  private async byCode(accountId: string, code: { source: string; product: string }): Promise<Subject> {
    const { source, product } = code;
    const named: Named = { accountId, source, product, pinned: false, productId: null };
    const known = await this.listings.get(accountId, Object.values(candidatesOf(named)));
    return { named: { ...named, productId: boundTo(named, (id) => known.has(id)) }, target: null, known };
  }

  private async byId(accountId: string, productId: string): Promise<Subject> {
    const known = await this.listings.get(accountId, [productId]);
    const listing = known.get(productId);
    if (!listing) throw invalid(UNKNOWN_ID);
    const { source, product } = listing;
    return { named: { accountId, source, product, pinned: true, productId }, target: null, known };
  }

  private async byLink(accountId: string, url: string): Promise<Subject> {
    const link = readLink(url);
    const listed = await this.database.read([accountId], (tx) => this.products.withUrl(tx, link.addresses));
    const listing = listed.find((one) => one.accountId === accountId) ?? listed[0];
    if (listing) return this.byCode(accountId, listing);
    const product = productOfLink(link, await this.listings.sources());
    if (product) return this.byCode(accountId, product);
    throw invalid(UNKNOWN_LINK);
  }

  private async variants(accountId: string, of: NonNullable<WatchSubject['variantsOf']>): Promise<Subject> {
    const one =
      'productId' in of ? await this.byId(accountId, of.productId) : await this.byCode(accountId, of);
    const { source, product, productId } = one.named!;
    const listing = productId === null ? undefined : one.known.get(productId);
    const parent = listing?.facts.variantOf ?? product;
    return {
      named: null,
      target: { kind: 'variants', source, product: parent, attributes: of.attributes },
      known: one.known,
    };
  }
}

/** What is wrong with a search before it is asked. */
export const targetProblem = ({ query }: WatchSubject): FieldProblem | undefined =>
  query && wordsOf(query.text).length === 0
    ? { field: 'query.text', problem: 'has no word in it' }
    : undefined;

export function targetOf({ query, category, source }: WatchSubject): NonNullable<StoredWatch['target']> {
  if (query) return { kind: 'query', ...query };
  if (category) {
    const { name, ...rest } = category;
    return { kind: 'category', category: name, ...rest };
  }
  return { kind: 'source', source: source! };
}

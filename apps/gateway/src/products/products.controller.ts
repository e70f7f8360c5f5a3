import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { FindProducts, GetDeals, type Product, TARIFF } from '@souk/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import type { Answered } from '../lookups/looked-up.ts';
import { ProductLookups } from '../lookups/product-lookups.ts';
import { PopularProducts } from './popular-products.ts';
import { dealSummary, productView } from './product-view.ts';
import { SourceTier, type Wanted } from './source-tier.ts';
import { DealView, ProductPage, ProductQuery, ProductsQuery, ProductView } from './product.schemas.ts';
import type { z } from 'zod';

const read = { scope: 'read', credits: TARIFF.read } as const;

@Controller('v1/products')
export class ProductsController {
  constructor(
    private readonly bus: Bus,
    private readonly lookups: ProductLookups,
    private readonly sources: SourceTier,
    private readonly popular: PopularProducts,
  ) {
    lookups.onRead((product) => popular.note(product));
  }

  @Get()
  @Operation({
    ...read,
    id: 'listProducts',
    summary: 'Find products',
    description:
      "Own products and those shared by the operator, own ones first. A product id names a listing: one shop's " +
      'product. With `source` and `product` what is not stored, or is older than `maxAge`, is looked up at the ' +
      'source; when that declines, what is stored is told as `stale` with its age.',
    query: ProductsQuery,
    responses: { 200: { description: 'A page of products.', schema: ProductPage } },
  })
  async list(
    @Caller() caller: CallerInfo,
    @Query() query: ProductsQuery,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof ProductPage>> {
    const { q, source, product, limit, cursor, include } = query;
    request.subjects = [
      q ? `q:${q}` : '',
      source || product ? `${source ?? ''}:${product ?? ''}` : '',
    ].filter(Boolean);
    const { accountId } = caller;
    const found = await this.bus.ask(FindProducts, { accountId, source, product, text: q, limit, cursor });
    const isOne = source !== undefined && product !== undefined && q === undefined && cursor === undefined;
    const items = isOne
      ? await this.withSource(caller, { source, product }, found.products, query.maxAge)
      : found.products.map(productView);
    if (include !== 'deal' || items.length === 0) return { items, next: found.next };
    const { deals } = await this.bus.ask(GetDeals, { accountId, productIds: items.map(({ id }) => id) });
    const dealOf = new Map(deals.map((deal) => [deal.productId, dealSummary(deal)]));
    return { items: items.map((item) => ({ ...item, deal: dealOf.get(item.id) ?? null })), next: found.next };
  }

  @Get(':id')
  @Operation({
    ...read,
    id: 'getProduct',
    summary: 'One product',
    params: IdParams,
    query: ProductQuery,
    responses: { 200: { description: 'The product with its current offer.', schema: ProductView } },
  })
  async get(
    @Caller() caller: CallerInfo,
    @Param() { id }: IdParams,
    @Query() { maxAge }: ProductQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | ProductView> {
    request.subjects = [id];
    const found = (await this.lookups.product(caller.accountId, id)) ?? noProduct();
    this.popular.note(found.value);
    if (maxAge === undefined || !found.value.shared) return this.send(reply, found);
    const { source, product: code } = found.value;
    const wanted = { source, product: code };
    const served = await this.sources.upToDate(caller.accountId, wanted, found.value, maxAge);
    const { product, freshness } = served!; // what is stored is told at least
    reply.header('age', String(freshness.ageSeconds ?? 0));
    return { ...productView(product), freshness };
  }

  @Get(':id/deal')
  @Operation({
    ...read,
    id: 'getDeal',
    summary: 'How good its present price is, and why',
    params: IdParams,
    responses: {
      200: { description: 'The score with its factors and the statistics behind it.', schema: DealView },
    },
  })
  async deal(
    @Caller() caller: CallerInfo,
    @Param() { id }: IdParams,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    request.subjects = [id];
    const found = await this.lookups.deal(caller.accountId, id);
    if (found) return this.send(reply, found);
    await this.mustFind(caller, id);
    throw new Problem('not-found', 'The product has no price yet; once one is stored there is a deal.');
  }

  /** An own listing stands for itself; otherwise the shared one, as fresh as it can be had. */
  private async withSource(
    { accountId }: CallerInfo,
    wanted: Wanted,
    stored: readonly Product[],
    maxAge: number | undefined,
  ): Promise<ProductView[]> {
    const shared = stored.find((one) => one.shared);
    if (shared) this.popular.note(shared);
    const own = stored.filter((one) => !one.shared).map(productView);
    if (own.length > 0 && maxAge === undefined) return stored.map(productView);
    const served = await this.sources.upToDate(accountId, wanted, shared, maxAge).catch((error: unknown) => {
      if (own.length > 0) return null;
      throw error;
    });
    if (!served) return own;
    const view = productView(served.product);
    const isPlain = maxAge === undefined && served.product === shared && !served.freshness.stale;
    return [...own, isPlain ? view : { ...view, freshness: served.freshness }];
  }

  private async mustFind(caller: CallerInfo, id: string): Promise<Product> {
    return ((await this.lookups.product(caller.accountId, id)) ?? noProduct()).value;
  }

  /** An answer that was looked up, with its age (RFC 9111, section 5.1): 0 when it was asked for just now. */
  private send(reply: FastifyReply, found: Answered<unknown>): string {
    reply.header('content-type', 'application/json; charset=utf-8');
    reply.header('age', String(this.lookups.ageSeconds(found)));
    return found.text;
  }
}

function noProduct(): never {
  throw new Problem('not-found', 'There is no such product among those of the account and the shared ones.');
}

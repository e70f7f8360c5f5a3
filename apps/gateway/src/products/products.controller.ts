import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { FindProducts, GetDeals, GetHistory, GetProducts, type Product, TARIFF } from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { dealSummary, dealView, offerView, pointView, productView } from './product-view.ts';
import {
  DealView,
  HistoryPage,
  HistoryQuery,
  OfferList,
  ProductPage,
  ProductsQuery,
  ProductView,
} from './product.schemas.ts';
import type { z } from 'zod';

const read = { scope: 'read', credits: TARIFF.read } as const;

@Controller('v1/products')
export class ProductsController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Operation({
    ...read,
    id: 'listProducts',
    summary: 'Find products',
    description:
      "Own products and those shared by the operator, own ones first. A product id names a listing: one shop's product.",
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
    const items = found.products.map(productView);
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
    responses: { 200: { description: 'The product with its current offer.', schema: ProductView } },
  })
  async get(
    @Caller() caller: CallerInfo,
    @Param() { id }: IdParams,
    @Req() request: FastifyRequest,
  ): Promise<ProductView> {
    request.subjects = [id];
    return productView(await this.mustFind(caller, id));
  }

  @Get(':id/history')
  @Operation({
    ...read,
    id: 'getHistory',
    summary: 'Its prices, oldest first',
    params: IdParams,
    query: HistoryQuery,
    responses: { 200: { description: 'A page of price points.', schema: HistoryPage } },
  })
  async history(
    @Caller() caller: CallerInfo,
    @Param() { id }: IdParams,
    @Query() query: HistoryQuery,
    @Req() request: FastifyRequest,
  ): Promise<HistoryPage> {
    request.subjects = [id];
    const { points, next } = await this.bus.ask(GetHistory, {
      accountId: caller.accountId,
      productId: id,
      ...query,
    });
    if (points.length === 0) await this.mustFind(caller, id);
    return { points: points.map(pointView), next };
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
  ): Promise<DealView> {
    request.subjects = [id];
    const { deals } = await this.bus.ask(GetDeals, { accountId: caller.accountId, productIds: [id] });
    if (deals[0]) return dealView(deals[0]);
    await this.mustFind(caller, id);
    throw new Problem('not-found', 'The product has no price yet; once one is stored there is a deal.');
  }

  @Get(':id/offers')
  @Operation({
    ...read,
    id: 'listOffers',
    summary: 'Its offers by seller and condition, newest first',
    params: IdParams,
    responses: { 200: { description: 'All offers.', schema: OfferList } },
  })
  async offers(
    @Caller() caller: CallerInfo,
    @Param() { id }: IdParams,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof OfferList>> {
    request.subjects = [id];
    const { offers } = await this.mustFind(caller, id);
    return { items: offers.map(offerView), next: null };
  }

  private async mustFind(caller: CallerInfo, id: string): Promise<Product> {
    const { products } = await this.bus.ask(GetProducts, { accountId: caller.accountId, productIds: [id] });
    if (products[0]) return products[0];
    throw new Problem(
      'not-found',
      'There is no such product among those of the account and the shared ones.',
    );
  }
}

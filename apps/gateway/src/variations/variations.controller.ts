import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetProducts, ListVariations, Refusal, type ResponseOf, TARIFF } from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { productOfLookUp } from '../products/looked-up-view.ts';
import { productView } from '../products/product-view.ts';
import type { ProductView } from '../products/product.schemas.ts';
import { VariationList, VariationsQuery } from './variation.schemas.ts';

@Controller('v1/products')
export class VariationsController {
  constructor(private readonly bus: Bus) {}

  @Get(':id/variations')
  @Operation({
    id: 'listVariations',
    scope: 'read',
    credits: TARIFF.read,
    summary: 'Its sizes, colours and other variations, asked of its source',
    description:
      'Asks the source now, within its budget, and stores the prices as those of any look-up. Not every source ' +
      'can tell variations: `abilities` in `/v1/sources` says which can.',
    params: IdParams,
    query: VariationsQuery,
    responses: { 200: { description: 'A page of variations.', schema: VariationList } },
  })
  async list(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Query() { page }: VariationsQuery,
    @Req() request: FastifyRequest,
  ): Promise<VariationList> {
    request.subjects = [id];
    const [listing] = (await this.bus.ask(GetProducts, { accountId, productIds: [id] })).products;
    if (!listing)
      throw new Problem(
        'not-found',
        'There is no such product among those of the account and the shared ones.',
      );
    const { source, product } = listing;
    const told = await this.bus
      .ask(ListVariations, { accountId, source, product, page })
      .catch((error: unknown) => Promise.reject(inFieldsGiven(error)));
    return { items: viewsOf(source, told), total: told.total, fetchedAt: told.fetchedAt, next: null };
  }
}

/** Who asks gave an id: what is wrong with the source or code that it stands for is wrong with that. */
function inFieldsGiven(error: unknown): unknown {
  if (!(error instanceof Refusal) || !error.problems) return error;
  const problems = error.problems.map(({ problem }) => ({ field: 'id', problem }));
  return new Refusal(error.code, error.message, { problems });
}

/** A product may have several offers; they come one by one. */
function viewsOf(
  source: string,
  { items, fetchedAt, fetchId, policy }: ResponseOf<typeof ListVariations>,
): ProductView[] {
  return [...Map.groupBy(items, ({ productId }) => productId)].map(([productId, offers]) => {
    const { product } = offers[0]!;
    const observations = offers.map(({ productId: _productId, ...observation }) => observation);
    const common = { isCached: false, problem: null };
    return productView(
      productOfLookUp({ ...common, source, product, productId, observations, fetchedAt, fetchId, policy }),
    );
  });
}

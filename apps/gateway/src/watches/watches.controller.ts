import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  CreateWatch,
  DeleteWatch,
  type Freshness,
  GetWatch,
  ListWatches,
  PlanFreshness,
  Refusal,
  UpdateWatch,
} from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { reasonView } from '../alerts/alert-view.ts';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import {
  CreatedWatch,
  CreateWatchBody,
  UpdatedWatch,
  UpdateWatchBody,
  WatchesQuery,
  WatchPage,
  WatchView,
} from './watch.schemas.ts';
import { freshnessOfMany } from './freshness-of-many.ts';
import { adviceView, watchView } from './watch-view.ts';

const FRESHNESS_WITHIN_MS = 1_000;
type Listing = { source: string; product: string };

@Controller('v1/watches')
export class WatchesController {
  constructor(private readonly bus: Bus) {}

  @Post()
  @Operation({
    id: 'createWatch',
    summary: 'Watch a product',
    scope: 'watches',
    body: CreateWatchBody,
    bodyExample: {
      product: { source: 'steam', product: '730' },
      when: { dropPercent: 30 },
      channels: ['inbox'],
    },
    responses: { 201: { description: 'The watch.', schema: CreatedWatch } },
  })
  async create(
    @Caller() { accountId }: CallerInfo,
    @Body() body: CreateWatchBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof CreatedWatch>> {
    const watchId = idFor(request, accountId);
    const {
      watch,
      alreadyTrue,
      advice = [],
      followed,
    } = await this.bus.ask(CreateWatch, {
      accountId,
      watchId,
      ...body,
    });
    const freshness = await this.freshnessOf(watch.product, followed);
    return {
      ...watchView(watch),
      alreadyTrue: alreadyTrue.map(reasonView),
      advice: adviceView(advice),
      ...(freshness && { freshness }),
    };
  }

  @Get()
  @Operation({
    id: 'listWatches',
    summary: 'Watches, newest first',
    scope: 'read',
    query: WatchesQuery,
    responses: { 200: { description: 'A page of watches.', schema: WatchPage } },
  })
  async list(
    @Caller() { accountId }: CallerInfo,
    @Query() query: WatchesQuery,
  ): Promise<z.infer<typeof WatchPage>> {
    const { watches, next } = await this.bus.ask(ListWatches, { accountId, ...query });
    return { items: watches.map(watchView), next };
  }

  @Get(':id')
  @Operation({
    id: 'getWatch',
    summary: 'One watch',
    scope: 'read',
    params: IdParams,
    responses: { 200: { description: 'The watch.', schema: WatchView } },
  })
  async get(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
  ): Promise<z.infer<typeof WatchView>> {
    return watchView((await this.bus.ask(GetWatch, { accountId, watchId: id })).watch);
  }

  @Patch(':id')
  @Operation({
    id: 'updateWatch',
    summary: 'Change conditions, channels, settings or pause',
    scope: 'watches',
    params: IdParams,
    body: UpdateWatchBody,
    bodyExample: { paused: true },
    responses: { 200: { description: 'The watch as it is now.', schema: UpdatedWatch } },
  })
  async update(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Body() body: UpdateWatchBody,
  ): Promise<z.infer<typeof UpdatedWatch>> {
    const { watch, advice = [] } = await this.bus.ask(UpdateWatch, { accountId, watchId: id, ...body });
    return { ...watchView(watch), advice: adviceView(advice) };
  }

  @Delete(':id')
  @Operation({
    id: 'deleteWatch',
    summary: 'Delete a watch; its alerts stay',
    scope: 'watches',
    params: IdParams,
    responses: { 204: { description: 'It is gone.' } },
  })
  async delete(@Caller() { accountId }: CallerInfo, @Param() { id }: IdParams): Promise<void> {
    await this.bus.ask(DeleteWatch, { accountId, watchId: id });
  }

  /** The watch is made already: not to know this is no failure. */
  private async freshnessOf(
    product: Listing | null,
    followed: readonly Listing[] = [],
  ): Promise<Freshness | undefined> {
    const products = product ? [product] : [...followed];
    try {
      const planned =
        products.length === 0
          ? []
          : (await this.bus.ask(PlanFreshness, { products }, { deadlineMs: FRESHNESS_WITHIN_MS })).products;
      return product ? planned[0] : freshnessOfMany(planned);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return undefined;
    }
  }
}

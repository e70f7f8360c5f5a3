import { Controller, Get, Param, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetThresholdAdvice, type ResponseOf, TARIFF } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { ProductLookups } from '../lookups/product-lookups.ts';
import { AdviceView } from './advice.schemas.ts';

@Controller('v1/products')
export class AdviceController {
  constructor(
    private readonly bus: Bus,
    private readonly lookups: ProductLookups,
  ) {}

  @Get(':id/advice')
  @Operation({
    scope: 'read',
    credits: TARIFF.read,
    id: 'getAdvice',
    summary: 'Which watch would have spoken how often, and similar products',
    description:
      'Counted over the history of the offer that the product is judged by, in the currency of its last observation.',
    params: IdParams,
    responses: { 200: { description: 'What watches may expect.', schema: AdviceView } },
  })
  async advice(
    @Caller() caller: CallerInfo,
    @Param() { id }: IdParams,
    @Req() request: FastifyRequest,
  ): Promise<AdviceView> {
    request.subjects = [id];
    const { accountId } = caller;
    const found = await this.bus.ask(GetThresholdAdvice, { accountId, productId: id });
    if (!found.advice && !(await this.lookups.product(accountId, id)))
      throw new Problem(
        'not-found',
        'There is no such product among those of the account and the shared ones.',
      );
    return adviceView(found);
  }
}

function adviceView({ advice, alternatives }: ResponseOf<typeof GetThresholdAdvice>): AdviceView {
  if (!advice)
    return {
      price: null,
      currency: null,
      days: 0,
      prices: [],
      drops: [],
      recommended: null,
      alternatives: [],
    };
  const { currency, days, recommended } = advice;
  const amount = (minor: number): string => formatAmount(minor, currency);
  return {
    price: amount(advice.priceMinor),
    currency,
    days,
    prices: advice.prices.map(({ priceMinor, ...one }) => ({ priceBelow: amount(priceMinor), ...one })),
    drops: advice.drops.map(({ percent, ...one }) => ({ dropPercent: percent, ...one })),
    recommended: recommended && { priceBelow: amount(recommended.priceMinor), why: recommended.why },
    alternatives: alternatives.map(({ priceMinor, ...one }) => ({
      ...one,
      price: amount(priceMinor),
      currency,
    })),
  };
}

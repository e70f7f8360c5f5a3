import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  type Forecast,
  GetForecast,
  ListForecastTrainings,
  type RequestOf,
  TARIFF,
  TrainForecasts,
} from '@souk/contracts';
import { formatAmount, parseAmount } from '@souk/money';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { ProductLookups } from '../lookups/product-lookups.ts';
import { ForecastQuery, ForecastView, TrainingList, TrainingRequested } from './forecast.schemas.ts';

@Controller('v1')
export class ForecastController {
  constructor(
    private readonly bus: Bus,
    private readonly lookups: ProductLookups,
  ) {}

  @Get('products/:id/forecast')
  @Operation({
    id: 'getForecast',
    summary: 'What is to be expected of its price: buy now or wait',
    description:
      'The chance of a price within 7, 14 and 30 days, and the lowest one to expect, by a model trained on the stored ' +
      'histories; where that is no better than the base rate, the base rate answers, says so, and advises neither.',
    scope: 'read',
    credits: TARIFF.read,
    params: IdParams,
    query: ForecastQuery,
    responses: { 200: { description: 'The forecast.', schema: ForecastView } },
  })
  async forecast(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Query() { target }: ForecastQuery,
    @Req() request: FastifyRequest,
  ): Promise<ForecastView> {
    request.subjects = [id];
    const product = (await this.lookups.product(accountId, id))?.value;
    if (!product)
      throw new Problem(
        'not-found',
        'There is no such product among those of the account and the shared ones.',
      );
    const forecast = await this.ask({ accountId, productId: id });
    if (target === undefined) return forecastView(forecast);
    // The newest offer can be in another currency, while a change of it is doubted: the target is of what is forecast.
    const targetMinor = minorOf(target, forecast.currency);
    const ofTarget = await this.ask({ accountId, productId: id, targetMinor });
    if (ofTarget.currency === forecast.currency) return forecastView(ofTarget);
    throw new Problem('unavailable', 'The currency of its price has just changed.', { retryAfterMs: 1_000 });
  }

  @Get('forecasts/training')
  @Operation({
    id: 'listForecastTrainings',
    summary: 'The forecast models: their training and how they did',
    scope: 'operator',
    responses: { 200: { description: 'One for each account with a model.', schema: TrainingList } },
  })
  async trainings(): Promise<z.infer<typeof TrainingList>> {
    return { items: (await this.bus.ask(ListForecastTrainings, {})).trainings, next: null };
  }

  @Post('forecasts/training')
  @HttpCode(202)
  @Operation({
    id: 'trainForecasts',
    summary: 'Train all forecast models anew',
    description:
      'Begins within seconds, in the background; models are trained every day without being asked.',
    scope: 'operator',
    responses: { 202: { description: 'It will be done.', schema: TrainingRequested } },
  })
  train(): Promise<z.infer<typeof TrainingRequested>> {
    return this.bus.ask(TrainForecasts, {});
  }

  private async ask(request: RequestOf<typeof GetForecast>): Promise<Forecast> {
    const { forecast } = await this.bus.ask(GetForecast, request);
    if (forecast) return forecast;
    throw new Problem('not-found', 'The product has no price yet; once one is stored there is a forecast.');
  }
}

function minorOf(target: string, currency: string): number {
  const amount = parseAmount(target, currency);
  const problem = 'minor' in amount ? 'it has to be above 0' : amount.problem;
  if ('minor' in amount && amount.minor > 0) return amount.minor;
  throw new Problem('invalid', 'The target is no price.', { errors: [{ field: 'target', problem }] });
}

function forecastView({ priceMinor, targetMinor, horizons, currency, ...rest }: Forecast): ForecastView {
  return {
    ...rest,
    price: formatAmount(priceMinor, currency),
    currency,
    target: formatAmount(targetMinor, currency),
    horizons: horizons.map(({ expectedLowMinor, lowMinor, highMinor, ...horizon }) => ({
      ...horizon,
      expectedLow: formatAmount(expectedLowMinor, currency),
      low: formatAmount(lowMinor, currency),
      high: formatAmount(highMinor, currency),
    })),
  };
}

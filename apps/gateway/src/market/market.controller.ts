import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { TARIFF } from '@souk/contracts';
import { Clock } from '@souk/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { Pictures } from '../pictures/pictures.ts';
import { sendPicture } from '../pictures/send-picture.ts';
import { MarketReports } from './market-reports.ts';
import { marketChart, marketView } from './market-view.ts';
import { MarketQuery, MarketReportView } from './market.schemas.ts';

const YEAR_MS = 365 * 86_400_000;
const MINUTE_MS = 60_000;

@Controller('v1/market')
export class MarketController {
  constructor(
    private readonly reports: MarketReports,
    private readonly pictures: Pictures,
    private readonly clock: Clock,
  ) {}

  @Get('report')
  @Operation({
    id: 'getMarketReport',
    summary: 'How prices of a category, brand or source move, and which discounts are real',
    description:
      'Of the own and the shared listings: a chained price index, the biggest real drops, the share of claimed discounts ' +
      'that are none, lows and movers; up to a quarter of an hour old. As `svg` or `png` one of its pictures.',
    scope: 'read',
    credits: TARIFF.read,
    query: MarketQuery,
    responses: {
      200: {
        description: 'The report.',
        schema: MarketReportView,
        otherTypes: ['image/svg+xml', 'image/png'],
      },
      304: { description: 'The picture that `If-None-Match` names is still the one.' },
    },
  })
  async report(
    @Caller() { accountId }: CallerInfo,
    @Query() query: MarketQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { category, brand, source, currency, format } = query;
    const wanted = { accountId, category, brand, source, currency };
    const report = await this.reports.of({ ...wanted, ...this.spanOf(query) });
    reply.header('cache-control', 'private, max-age=300');
    if (format === 'json') await reply.send(marketView(report));
    else await sendPicture(request, reply, this.pictures.of(marketChart(report, query), format));
  }

  /** Of full minutes, so that the same question a moment later has the same answer. */
  private spanOf({ from, to }: MarketQuery): { from: string; to: string } {
    const nowMs = Math.floor(this.clock.now().getTime() / MINUTE_MS) * MINUTE_MS;
    const end = to ?? new Date(nowMs).toISOString();
    const start = from ?? new Date(Date.parse(end) - YEAR_MS).toISOString();
    if (start <= end) return { from: start, to: end };
    throw new Problem('invalid', 'The report would end before it begins.', {
      errors: [{ field: 'from', problem: 'must not lie in the future: a report without `to` ends now' }],
    });
  }
}

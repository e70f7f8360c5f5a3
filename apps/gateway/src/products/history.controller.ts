import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetHistory, GetPriceChart, GetPriceSeries, type PriceSeries, TARIFF } from '@souk/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { ProductLookups } from '../lookups/product-lookups.ts';
import { Pictures } from '../pictures/pictures.ts';
import { sendPicture } from '../pictures/send-picture.ts';
import { chartOf } from './history-chart.ts';
import { POINTS_HEADER, pointRow, pointView, SERIES_HEADER, seriesRows, seriesView } from './history-view.ts';
import { HistoryPage, HistoryQuery, PriceSeriesView } from './history.schemas.ts';

const ROWS_AT_ONCE = 1_000;
/** Histories grow by the minute at most; whoever shows a picture again need not ask. */
const CACHE = 'private, max-age=60';

@Controller('v1/products')
export class HistoryController {
  constructor(
    private readonly bus: Bus,
    private readonly lookups: ProductLookups,
    private readonly pictures: Pictures,
  ) {}

  @Get(':id/history')
  @Operation({
    id: 'getHistory',
    summary: 'Its prices, oldest first: every observation, days, weeks, a table or a picture',
    description:
      'As JSON `raw` is told page by page, days and weeks at once. `csv` is streamed whole. `svg` and `png` show price, ' +
      'list price, usual range of a year, lowest price, times out of stock, and gaps, where nothing is drawn; a title in letters ' +
      'that the font lacks is left out.',
    scope: 'read',
    credits: TARIFF.read,
    params: IdParams,
    query: HistoryQuery,
    responses: {
      200: {
        description: 'A page of price points, or all days or weeks.',
        schema: z.union([HistoryPage, PriceSeriesView]),
        otherTypes: ['text/csv', 'image/svg+xml', 'image/png'],
      },
      304: { description: 'The picture that `If-None-Match` names is still the one.' },
    },
  })
  async history(
    @Caller() caller: CallerInfo,
    @Param() { id }: IdParams,
    @Query() query: HistoryQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    request.subjects = [id];
    const { format, resolution } = query;
    if (format === 'svg' || format === 'png') return this.picture(caller, id, query, format, request, reply);
    if (resolution !== 'raw') return this.series(caller, id, query, resolution, reply);
    return format === 'csv' ? this.table(caller, id, query, reply) : this.page(caller, id, query, reply);
  }

  private async page(
    caller: CallerInfo,
    id: string,
    query: HistoryQuery,
    reply: FastifyReply,
  ): Promise<void> {
    const { points, next } = await this.bus.ask(
      GetHistory,
      pageOf(caller, id, query, query.limit, query.cursor),
    );
    if (points.length === 0) await this.titleOf(caller, id);
    await reply.send({ points: points.map(pointView), next } satisfies HistoryPage);
  }

  /** Page after page as the client takes them; what is refused is refused before the answer begins. */
  private async table(
    caller: CallerInfo,
    id: string,
    query: HistoryQuery,
    reply: FastifyReply,
  ): Promise<void> {
    const pageAfter = (cursor: string | undefined) =>
      this.bus.ask(GetHistory, pageOf(caller, id, query, ROWS_AT_ONCE, cursor));
    const first = await pageAfter(undefined);
    if (first.points.length === 0) await this.titleOf(caller, id);
    async function* rows(): AsyncGenerator<string> {
      yield `${POINTS_HEADER}\r\n`;
      for (let page = first; ; page = await pageAfter(page.next)) {
        yield page.points.map((point) => `${pointRow(point)}\r\n`).join('');
        if (page.next === null) return;
      }
    }
    await asTable(reply, `history-${id}`).send(Readable.from(rows()));
  }

  private async series(
    caller: CallerInfo,
    id: string,
    query: HistoryQuery,
    resolution: 'day' | 'week',
    reply: FastifyReply,
  ): Promise<void> {
    const { series: all } = await this.bus.ask(GetPriceSeries, {
      ...listingOf(caller, id, query),
      resolution,
    });
    if (all.length === 0) await this.titleOf(caller, id);
    const series = all.filter(({ currency }) => !query.currency || currency === query.currency);
    reply.header('cache-control', CACHE);
    if (query.format === 'csv') await asTable(reply, `history-${id}-${resolution}`).send(tableOf(series));
    else await reply.send({ resolution, series: series.map(seriesView) } satisfies PriceSeriesView);
  }

  private async picture(
    caller: CallerInfo,
    id: string,
    query: HistoryQuery,
    format: 'svg' | 'png',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const title = await this.titleOf(caller, id);
    const { chart } = await this.bus.ask(GetPriceChart, {
      ...listingOf(caller, id, query),
      currency: query.currency,
    });
    reply.header('cache-control', CACHE);
    await sendPicture(request, reply, this.pictures.of(chartOf(chart, title, query.width), format));
  }

  /** @throws Problem not-found: nobody who asks for a listing of others learns more than that */
  private async titleOf(caller: CallerInfo, id: string): Promise<string | null> {
    const found = await this.lookups.product(caller.accountId, id);
    if (found) return found.value.facts.title ?? null;
    throw new Problem(
      'not-found',
      'There is no such product among those of the account and the shared ones.',
    );
  }
}

const listingOf = ({ accountId }: CallerInfo, productId: string, { offer, from, to }: HistoryQuery) => ({
  accountId,
  productId,
  offerId: offer,
  from,
  to,
});

const pageOf = (
  { accountId }: CallerInfo,
  productId: string,
  { from, to }: HistoryQuery,
  limit: number,
  cursor: string | undefined,
) => ({ accountId, productId, from, to, limit, cursor });

const asTable = (reply: FastifyReply, name: string): FastifyReply =>
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`);

const tableOf = (series: readonly PriceSeries[]): string =>
  [SERIES_HEADER, ...series.flatMap(seriesRows), ''].join('\r\n');

import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ChangeWatches, ExplainWatch, ImportWatches, ListWatches, type Watch } from '@souk/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { EXPORT_HEADER, exportedRow, exportedWatch } from './exported.ts';
import {
  ChangedWatches,
  ChangeWatchesBody,
  ExportedWatches,
  ExportQuery,
  ImportedWatches,
  ImportWatchesBody,
  WatchExplanation,
} from './many.schemas.ts';
import { explanationView } from './watch-view.ts';

const WATCHES_AT_ONCE = 200;

/** Watches by the many, and why one of them spoke or did not. */
@Controller('v1/watches')
export class ManyWatchesController {
  constructor(private readonly bus: Bus) {}

  @Post('bulk')
  @Operation({
    id: 'changeWatches',
    summary: 'Change or delete up to 500 watches at once, by ids or a tag',
    scope: 'watches',
    body: ChangeWatchesBody,
    bodyExample: { tag: 'laptops', patch: { paused: true } },
    responses: { 200: { description: 'How many were changed, and which were not.', schema: ChangedWatches } },
  })
  async change(
    @Caller() { accountId }: CallerInfo,
    @Body() body: ChangeWatchesBody,
  ): Promise<z.infer<typeof ChangedWatches>> {
    return this.bus.ask(ChangeWatches, { accountId, ...body });
  }

  @Post('import')
  @Operation({
    id: 'importWatches',
    summary: 'Make watches of a file of Souk, changedetection.io or PriceBuddy',
    description:
      'Every line is checked first; those that are wrong are told with their field, the others are made.',
    scope: 'watches',
    body: ImportWatchesBody,
    bodyExample: { format: 'csv', content: 'source,product,priceBelow,currency\nsteam,730,9.99,USD\n' },
    responses: { 200: { description: 'What was made, and what was not.', schema: ImportedWatches } },
  })
  async import(
    @Caller() { accountId }: CallerInfo,
    @Body() { format, content, channels, dryRun }: ImportWatchesBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof ImportedWatches>> {
    const importId = idFor(request, accountId);
    return this.bus.ask(
      ImportWatches,
      { accountId, importId, format, channels, dryRun },
      { body: Buffer.from(content) },
    );
  }

  @Get('export')
  @Operation({
    id: 'exportWatches',
    summary: 'All watches, as they can be imported again',
    scope: 'read',
    query: ExportQuery,
    responses: {
      200: {
        description: 'A list as JSON, or CSV.',
        schema: ExportedWatches,
        otherTypes: ['text/csv'],
      },
    },
  })
  async export(
    @Caller() { accountId }: CallerInfo,
    @Query() { format, tag }: ExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const pageAfter = (cursor?: string) =>
      this.bus.ask(ListWatches, { accountId, tag, cursor, limit: WATCHES_AT_ONCE });
    const first = await pageAfter(); // what is refused is refused before the answer begins
    async function* all(): AsyncGenerator<Watch> {
      for (let page = first; ; page = await pageAfter(page.next)) {
        yield* page.watches;
        if (page.next === null) return;
      }
    }
    const watches = all();
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8';
    await reply
      .header('content-type', type)
      .header('content-disposition', `attachment; filename="watches.${format}"`)
      .send(Readable.from(format === 'csv' ? csvOf(watches) : jsonOf(watches)));
  }

  @Get(':id/explain')
  @Operation({
    id: 'explainWatch',
    summary: 'Why a watch spoke, or did not',
    scope: 'read',
    params: IdParams,
    responses: {
      200: { description: 'Each condition, what held it back, what happened.', schema: WatchExplanation },
    },
  })
  async explain(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
  ): Promise<z.infer<typeof WatchExplanation>> {
    return explanationView(await this.bus.ask(ExplainWatch, { accountId, watchId: id }));
  }
}

async function* csvOf(watches: AsyncIterable<Watch>): AsyncGenerator<string> {
  yield EXPORT_HEADER;
  for await (const watch of watches) yield exportedRow(watch);
}

async function* jsonOf(watches: AsyncIterable<Watch>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const watch of watches) {
    yield `${before}${JSON.stringify(exportedWatch(watch))}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

import { Controller, Get, Query } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ListConflicts, ListQuarantined, ListSources } from '@souk/contracts';
import type { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { QuarantinePage, QuarantineQuery, SourceList } from './operation.schemas.ts';

@Controller('v1')
export class OperationsController {
  constructor(private readonly bus: Bus) {}

  @Get('sources')
  @Operation({
    id: 'listSources',
    summary: 'Sources that Souk polls, and how they fare',
    scope: 'operator',
    responses: { 200: { description: 'All sources.', schema: SourceList } },
  })
  async sources(): Promise<z.infer<typeof SourceList>> {
    return { items: (await this.bus.ask(ListSources, {})).sources, next: null };
  }

  @Get('quarantine')
  @Operation({
    id: 'listQuarantine',
    summary: 'Observations that were set apart, with the reason, newest first',
    description: 'Two lists, by who set them apart: `judgedBy=form` and `judgedBy=history`.',
    scope: 'read',
    query: QuarantineQuery,
    responses: { 200: { description: 'A page of one list.', schema: QuarantinePage } },
  })
  async quarantine(
    @Caller() { accountId }: CallerInfo,
    @Query() { judgedBy, ...page }: QuarantineQuery,
  ): Promise<z.infer<typeof QuarantinePage>> {
    const list = judgedBy === 'form' ? ListQuarantined : ListConflicts;
    return this.bus.ask(list, { accountId, ...page });
  }
}

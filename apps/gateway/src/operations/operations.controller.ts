import { Controller, Get, Param, Query } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ListCategories, ListConflicts, ListQuarantined, ListSources, TARIFF } from '@souk/contracts';
import type { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import {
  CategoryList,
  CategoryQuery,
  QuarantinePage,
  QuarantineQuery,
  SourceList,
  SourceParams,
} from './operation.schemas.ts';

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

  @Get('sources/:source/categories')
  @Operation({
    id: 'listSourceCategories',
    summary: 'Names and paths of categories, asked of their source',
    description:
      "Categories by the source's own ids, such as Amazon's browse nodes. Asks the source now, within its budget. " +
      'Not every source can tell them: `abilities` in `/v1/sources` says which can.',
    scope: 'read',
    credits: TARIFF.read,
    params: SourceParams,
    query: CategoryQuery,
    responses: { 200: { description: 'The categories that the source knows.', schema: CategoryList } },
  })
  async categories(
    @Caller() { accountId }: CallerInfo,
    @Param() { source }: SourceParams,
    @Query() { ids }: CategoryQuery,
  ): Promise<z.infer<typeof CategoryList>> {
    const { categories, missing, fetchedAt } = await this.bus.ask(ListCategories, { accountId, source, ids });
    return { items: categories, missing, fetchedAt, next: null };
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

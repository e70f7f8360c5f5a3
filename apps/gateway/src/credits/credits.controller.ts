import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { GetCredits, GrantCredits, ListEntries } from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { CreditsView, EntriesQuery, EntryPage, GrantBody } from './credit.schemas.ts';

@Controller('v1/credits')
export class CreditsController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Operation({
    id: 'getCredits',
    summary: 'Balance',
    scope: 'read',
    responses: { 200: { description: 'The balance.', schema: CreditsView } },
  })
  async balance(@Caller() { accountId }: CallerInfo): Promise<z.infer<typeof CreditsView>> {
    return (await this.bus.ask(GetCredits, { accountId })).credits;
  }

  @Get('entries')
  @Operation({
    id: 'listEntries',
    summary: 'Ledger, newest first',
    scope: 'read',
    query: EntriesQuery,
    responses: { 200: { description: 'A page of entries.', schema: EntryPage } },
  })
  async entries(
    @Caller() { accountId }: CallerInfo,
    @Query() query: EntriesQuery,
  ): Promise<z.infer<typeof EntryPage>> {
    const { entries, next } = await this.bus.ask(ListEntries, { accountId, ...query });
    return { items: entries, next };
  }

  @Post('grants')
  @Operation({
    id: 'grantCredits',
    summary: 'Give credits to an account',
    scope: 'operator',
    body: GrantBody,
    bodyExample: {
      accountId: '0192f0c1-2f3a-7c7e-9d57-0a2b7f6e1c11',
      credits: 10_000,
      reason: 'first month',
    },
    responses: { 201: { description: "The account's balance.", schema: CreditsView } },
  })
  async grant(
    @Caller() caller: CallerInfo,
    @Body() body: GrantBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof CreditsView>> {
    const grantId = idFor(request, caller.accountId);
    return (await this.bus.ask(GrantCredits, { ...body, grantId })).credits;
  }
}

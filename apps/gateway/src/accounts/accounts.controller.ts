import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { CreateAccount, ListAccounts } from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { KeyMaker } from '../keys/key-maker.ts';
import { AccountPage, AccountsQuery, CreateAccountBody, CreatedAccount } from './account.schemas.ts';

@Controller('v1/accounts')
export class AccountsController {
  constructor(
    private readonly bus: Bus,
    private readonly keys: KeyMaker,
  ) {}

  @Post()
  @Operation({
    id: 'createAccount',
    summary: 'Make an account with its first key',
    scope: 'operator',
    body: CreateAccountBody,
    bodyExample: { name: 'Ada', credits: 1_000 },
    responses: {
      201: { description: 'The account and its key, whose text is shown this once.', schema: CreatedAccount },
    },
  })
  async create(
    @Caller() caller: CallerInfo,
    @Body() body: CreateAccountBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof CreatedAccount>> {
    const accountId = idFor(request, caller.accountId);
    const { account, credits } = await this.bus.ask(CreateAccount, { accountId, ...body });
    const keyId = idFor(request, caller.accountId, 'first key');
    return { ...account, credits, key: await this.keys.make(account.id, keyId, 'first key', ['*']) };
  }

  @Get()
  @Operation({
    id: 'listAccounts',
    summary: 'All accounts, newest first',
    scope: 'operator',
    query: AccountsQuery,
    responses: { 200: { description: 'A page of accounts.', schema: AccountPage } },
  })
  async list(@Query() query: AccountsQuery): Promise<z.infer<typeof AccountPage>> {
    const { accounts, next } = await this.bus.ask(ListAccounts, query);
    return { items: accounts, next };
  }
}

import { Body, Controller, Delete, Get, Param, Post, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ListKeys, RevokeKey, type Scope } from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { hasScope } from '../auth/authentication.ts';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { KeyMaker } from './key-maker.ts';
import { CreatedKey, CreateKeyBody, KeyPage, KeysQuery } from './key.schemas.ts';

@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly bus: Bus,
    private readonly keys: KeyMaker,
  ) {}

  @Post()
  @Operation({
    id: 'createKey',
    summary: 'Make an API key',
    scope: 'keys',
    body: CreateKeyBody,
    bodyExample: { name: 'importer', scopes: ['observations'] },
    responses: { 201: { description: 'The key, with its text.', schema: CreatedKey } },
  })
  async create(
    @Caller() caller: CallerInfo,
    @Body() { name, scopes }: CreateKeyBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof CreatedKey>> {
    for (const scope of scopes) mustBeAbleToGive(caller, scope);
    return this.keys.make(caller.accountId, idFor(request, caller.accountId), name, scopes);
  }

  @Get()
  @Operation({
    id: 'listKeys',
    summary: 'Keys, newest first, revoked ones too',
    scope: 'keys',
    query: KeysQuery,
    responses: { 200: { description: 'A page of keys, without their texts.', schema: KeyPage } },
  })
  async list(
    @Caller() { accountId }: CallerInfo,
    @Query() query: KeysQuery,
  ): Promise<z.infer<typeof KeyPage>> {
    const { keys, next } = await this.bus.ask(ListKeys, { accountId, ...query });
    return { items: keys, next };
  }

  @Delete(':id')
  @Operation({
    id: 'revokeKey',
    summary: 'Revoke a key; refused everywhere within 5 s',
    scope: 'keys',
    params: IdParams,
    responses: { 204: { description: 'It is revoked.' } },
  })
  async revoke(@Caller() { accountId }: CallerInfo, @Param() { id }: IdParams): Promise<void> {
    await this.bus.ask(RevokeKey, { accountId, keyId: id });
  }
}

/** A key makes no stronger keys than itself. */
function mustBeAbleToGive(caller: CallerInfo, scope: Scope): void {
  const may = scope === '*' ? caller.scopes.includes('*') : hasScope(caller, scope);
  if (may) return;
  throw new Problem('missing-scope', `A key can give no scope that it does not have: "${scope}".`, {
    members: { missingScope: scope },
  });
}

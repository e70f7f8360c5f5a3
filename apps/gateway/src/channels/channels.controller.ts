import { Body, Controller, Delete, Get, Param, Post, Query, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { CreateChannel, DeleteChannel, ListChannels, TestChannel } from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import {
  ChannelPage,
  ChannelsQuery,
  ChannelTest,
  CreateChannelBody,
  CreatedChannel,
} from './channel.schemas.ts';

@Controller('v1/channels')
export class ChannelsController {
  constructor(private readonly bus: Bus) {}

  @Post()
  @Operation({
    id: 'createChannel',
    summary: 'Make a channel that alerts go through',
    scope: 'channels',
    body: CreateChannelBody,
    bodyExample: { type: 'webhook', url: 'https://hooks.example/souk', name: 'My hook' },
    responses: { 201: { description: 'The channel; secrets are shown this once.', schema: CreatedChannel } },
  })
  async create(
    @Caller() { accountId }: CallerInfo,
    @Body() { name, ...body }: CreateChannelBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof CreatedChannel>> {
    const channelId = idFor(request, accountId);
    const { language, ...channel } = { language: undefined, ...body };
    const made = await this.bus.ask(CreateChannel, { accountId, channelId, name, language, channel });
    const { signingSecret, link } = made;
    return { ...made.channel, ...(signingSecret && { signingSecret }), ...(link && { link }) };
  }

  @Get()
  @Operation({
    id: 'listChannels',
    summary: 'Channels',
    scope: 'channels',
    query: ChannelsQuery,
    responses: { 200: { description: 'A page of channels.', schema: ChannelPage } },
  })
  async list(
    @Caller() { accountId }: CallerInfo,
    @Query() query: ChannelsQuery,
  ): Promise<z.infer<typeof ChannelPage>> {
    const { channels, next } = await this.bus.ask(ListChannels, { accountId, ...query });
    return { items: channels, next };
  }

  @Delete(':id')
  @Operation({
    id: 'deleteChannel',
    summary: 'Delete a channel; watches no longer deliver there',
    scope: 'channels',
    params: IdParams,
    responses: { 204: { description: 'It is gone.' } },
  })
  async delete(@Caller() { accountId }: CallerInfo, @Param() { id }: IdParams): Promise<void> {
    await this.bus.ask(DeleteChannel, { accountId, channelId: id });
  }

  @Post(':id/test')
  @Operation({
    id: 'testChannel',
    summary: 'Send a test message',
    scope: 'channels',
    params: IdParams,
    responses: { 200: { description: 'How it went.', schema: ChannelTest } },
  })
  async test(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
  ): Promise<z.infer<typeof ChannelTest>> {
    return this.bus.ask(TestChannel, { accountId, channelId: id });
  }
}

import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ConfirmChannel, EnableChannel, ListDeliveries, ResendDelivery } from '@souk/contracts';
import type { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import {
  ChannelsQuery,
  ChannelView,
  ConfirmChannelBody,
  deliveryView,
  DeliveryPage,
  DeliveryParams,
  DeliveryView,
} from './channel.schemas.ts';

/** Looks after a channel: confirms it, switches it on again, tells what became of its alerts. */
@Controller('v1/channels')
export class DeliveriesController {
  constructor(private readonly bus: Bus) {}

  @Post(':id/confirm')
  @Operation({
    id: 'confirmChannel',
    summary: 'Confirm an e-mail address with the code that was sent there',
    scope: 'channels',
    params: IdParams,
    body: ConfirmChannelBody,
    bodyExample: { code: 'H7KQ2MXP' },
    responses: { 200: { description: 'The channel, ready.', schema: ChannelView } },
  })
  async confirm(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Body() { code }: ConfirmChannelBody,
  ): Promise<z.infer<typeof ChannelView>> {
    return (await this.bus.ask(ConfirmChannel, { accountId, channelId: id, code })).channel;
  }

  @Post(':id/enable')
  @Operation({
    id: 'enableChannel',
    summary: 'Switch a paused channel on again',
    description: 'A test that arrives does the same. What failed meanwhile can be sent again.',
    scope: 'channels',
    params: IdParams,
    responses: { 200: { description: 'The channel, ready.', schema: ChannelView } },
  })
  async enable(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
  ): Promise<z.infer<typeof ChannelView>> {
    return (await this.bus.ask(EnableChannel, { accountId, channelId: id })).channel;
  }

  @Get(':id/deliveries')
  @Operation({
    id: 'listDeliveries',
    summary: 'What became of alerts and digests for a channel, newest first',
    scope: 'channels',
    params: IdParams,
    query: ChannelsQuery,
    responses: { 200: { description: 'A page of deliveries.', schema: DeliveryPage } },
  })
  async list(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Query() query: ChannelsQuery,
  ): Promise<z.infer<typeof DeliveryPage>> {
    const { deliveries, next } = await this.bus.ask(ListDeliveries, { accountId, channelId: id, ...query });
    return { items: deliveries.map(deliveryView), next };
  }

  @Post(':id/deliveries/:deliveryId/resend')
  @Operation({
    id: 'resendDelivery',
    summary: 'Send an alert or a digest to a channel again',
    description:
      'Under the same id, so that a webhook can tell the repeat; one that still waits is tried at once.',
    scope: 'channels',
    params: DeliveryParams,
    responses: { 200: { description: 'The delivery, waiting.', schema: DeliveryView } },
  })
  async resend(
    @Caller() { accountId }: CallerInfo,
    @Param() { id, deliveryId }: DeliveryParams,
  ): Promise<z.infer<typeof DeliveryView>> {
    return deliveryView(
      (await this.bus.ask(ResendDelivery, { accountId, channelId: id, deliveryId })).delivery,
    );
  }
}

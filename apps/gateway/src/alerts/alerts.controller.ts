import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ListAlerts } from '@souk/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastEventIdOf } from '../http/last-event-id.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { newestPosition } from './account-feed.ts';
import { alertView } from './alert-view.ts';
import { AlertPage, AlertsQuery, StreamQuery } from './alert.schemas.ts';
import { AlertStreams } from './alert-streams.ts';
import { positionMark } from './event-text.ts';
import { StreamClient } from './stream-client.ts';
import type { z } from 'zod';

@Controller('v1/alerts')
export class AlertsController {
  constructor(
    private readonly bus: Bus,
    private readonly streams: AlertStreams,
  ) {}

  @Get()
  @Operation({
    id: 'listAlerts',
    summary: 'Alerts, newest first',
    scope: 'read',
    query: AlertsQuery,
    responses: { 200: { description: 'A page of alerts.', schema: AlertPage } },
  })
  async list(@Caller() caller: CallerInfo, @Query() query: AlertsQuery): Promise<z.infer<typeof AlertPage>> {
    const { alerts, next } = await this.bus.ask(ListAlerts, { accountId: caller.accountId, ...query });
    return { items: alerts.map(alertView), next };
  }

  @Get('stream')
  @Operation({
    id: 'streamAlerts',
    summary: 'Alerts and notices as they are raised (server-sent events)',
    description:
      'Each event `alert` carries an alert as in the list, each event `notice` a notice; `id:` is the position. After a break send the last id ' +
      'in the header Last-Event-ID (or as `?after=`): what was missed comes first, nothing twice, in order. Without ' +
      'it the stream begins now. A comment every 15 s keeps the connection open; a client that does not read is closed.',
    scope: 'read',
    query: StreamQuery,
    headers: { 'Last-Event-ID': 'The last `id:` received.' },
    responses: {
      200: {
        description: 'The stream.',
        contentType: 'text/event-stream',
        example: 'id: 42\nevent: alert\ndata: {"id":"…","price":"9.99","currency":"USD","reason":"…"}\n\n',
      },
    },
  })
  async stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Caller() caller: CallerInfo,
    @Query() query: StreamQuery,
  ): Promise<void> {
    this.streams.takePlace(caller.accountId, reply.raw);
    // A client is believed at first, also while alerting is away; what it missed is read before it is live.
    const after = lastEventIdOf(request) ?? query.after;
    const position = after ?? (await newestPosition(this.bus, caller.accountId));
    if (request.method === 'HEAD') return void reply.header('content-type', 'text/event-stream').send();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const client = new StreamClient(caller, raw, position);
    raw.once('close', () => this.streams.leave(client));
    client.write(positionMark(position));
    if (client.isOpen) this.streams.join(client);
  }
}

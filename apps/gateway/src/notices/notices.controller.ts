import { Controller, Get, Query } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ListNotices } from '@souk/contracts';
import { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { cursorQuery, pageOf, Time } from '../http/shapes.ts';

const NoticeView = z
  .object({
    id: z.uuid(),
    position: z.int().meta({ description: 'Place among alerts and notices; the id in the stream.' }),
    kind: z.enum(['channel-paused', 'channel-resumed']),
    channelId: z.uuid().nullable(),
    text: z.string(),
    raisedAt: Time,
  })
  .meta({ id: 'Notice' });
const NoticePage = pageOf(NoticeView).meta({ id: 'NoticePage' });
const NoticesQuery = cursorQuery({});
type NoticesQuery = z.infer<typeof NoticesQuery>;

@Controller('v1/notices')
export class NoticesController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Operation({
    id: 'listNotices',
    summary: 'Notices, newest first: what the account should know, such as a paused channel',
    scope: 'read',
    query: NoticesQuery,
    responses: { 200: { description: 'A page of notices.', schema: NoticePage } },
  })
  async list(
    @Caller() { accountId }: CallerInfo,
    @Query() query: NoticesQuery,
  ): Promise<z.infer<typeof NoticePage>> {
    const { notices, next } = await this.bus.ask(ListNotices, { accountId, ...query });
    return { items: notices, next };
  }
}

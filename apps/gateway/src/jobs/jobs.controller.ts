import { Readable } from 'node:stream';
import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { CancelJob, CreateJob, GetJob, type JobItem, ListJobItems, ListJobs } from '@souk/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { idempotencyKeyOf, idFor } from '../http/idempotency-key.ts';
import { lastEventIdOf } from '../http/last-event-id.ts';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { CommandHooks, sendReplay } from '../idempotency/command-hooks.ts';
import { mustBeSame } from '../idempotency/idempotency.ts';
import { IncomingBody } from '../observations/incoming-body.ts';
import { UploadPlaces } from '../observations/upload-places.ts';
import { CSV_HEADER, csvRowOf, resultOf } from './job-result.ts';
import { JobStreams } from './job-streams.ts';
import {
  CreatedJob,
  CreateJobQuery,
  JobPage,
  JobResult,
  JobResultsQuery,
  JobsQuery,
  JobStreamQuery,
  JobView,
  jobView,
} from './job.schemas.ts';
import { JobInput, readCsvLines, readJsonLines } from './read-lines.ts';

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const ITEMS_AT_ONCE = 500;
const ERRORS_NAMED = 100;

@Controller('v1/jobs')
export class JobsController {
  private readonly places = new UploadPlaces();

  constructor(
    private readonly bus: Bus,
    private readonly commands: CommandHooks,
    private readonly streams: JobStreams,
  ) {}

  @Post()
  @Operation({
    id: 'createJob',
    summary: 'Look up to 10,000 products up in bulk',
    description:
      'Identifiers as JSON or CSV (header: `asin`, `product`, `identifier` or `fnsku`; `marketplace`, `source`). All ' +
      'lines are checked first; a wrong one refuses the job unless `onInvalid=skip`. A credit a line is set aside, ' +
      'spent for each product found, and given back for everything else.',
    scope: 'read',
    isMetered: true,
    query: CreateJobQuery,
    streamedBody: {
      contentTypes: {
        'application/json': {
          description: 'A list, or an object with `products`.',
          example: '{"source":"amazon-in","products":["B0CHX1W1XY","0306406152"]}',
          schema: JobInput,
        },
        'text/csv': {
          description: 'Commas, semicolons or tabs.',
          example: 'asin,marketplace\nB0CHX1W1XY,IN\n',
        },
      },
    },
    responses: { 202: { description: 'It has begun.', schema: CreatedJob } },
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: CallerInfo,
    @Query() query: CreateJobQuery,
  ): Promise<CreatedJob | void> {
    const giveBack = this.places.take(caller.accountId);
    let body: IncomingBody | undefined;
    try {
      const key = idempotencyKeyOf(request);
      body = new IncomingBody(request, key !== undefined);
      const replay = key === undefined ? undefined : await this.commands.start(request, key);
      const text = await textOf(body);
      if (replay) {
        mustBeSame(replay, body.fingerprint()!);
        return void sendReplay(reply, replay);
      }
      if (request.command) request.command.bodySha256 = body.fingerprint();
      return await this.begin(request, caller, query, text);
    } finally {
      body?.close();
      giveBack();
    }
  }

  @Get()
  @Operation({
    id: 'listJobs',
    summary: 'Bulk look-ups, newest first',
    scope: 'read',
    query: JobsQuery,
    responses: { 200: { description: 'A page of jobs.', schema: JobPage } },
  })
  async list(
    @Caller() { accountId }: CallerInfo,
    @Query() query: JobsQuery,
  ): Promise<z.infer<typeof JobPage>> {
    const { jobs, next } = await this.bus.ask(ListJobs, { accountId, ...query });
    return { items: jobs.map(jobView), next };
  }

  @Get(':id')
  @Operation({
    id: 'getJob',
    summary: 'How far a bulk look-up is',
    scope: 'read',
    params: IdParams,
    responses: { 200: { description: 'The job.', schema: JobView } },
  })
  async get(@Caller() { accountId }: CallerInfo, @Param() { id }: IdParams): Promise<JobView> {
    return jobView((await this.bus.ask(GetJob, { accountId, jobId: id })).job);
  }

  @Post(':id/cancel')
  @Operation({
    id: 'cancelJob',
    summary: 'Stop a bulk look-up',
    description: 'What is found already stays and is paid; the credits of the rest are given back.',
    scope: 'read',
    params: IdParams,
    responses: { 200: { description: 'The job as it is now.', schema: JobView } },
  })
  async cancel(@Caller() { accountId }: CallerInfo, @Param() { id }: IdParams): Promise<JobView> {
    return jobView((await this.bus.ask(CancelJob, { accountId, jobId: id })).job);
  }

  @Get(':id/results')
  @Operation({
    id: 'getJobResults',
    summary: 'Every line of the input with its result',
    description:
      'In the order of the input, streamed, also while the job runs. CSV tells the first offer of each product, ' +
      'NDJSON (one object a line, `JobResult`) all.',
    scope: 'read',
    params: IdParams,
    query: JobResultsQuery,
    responses: {
      200: {
        description: 'The lines.',
        contentType: 'application/x-ndjson',
        schema: JobResult,
        otherTypes: ['text/csv'],
      },
    },
  })
  async results(
    @Res() reply: FastifyReply,
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Query() { format }: JobResultsQuery,
  ): Promise<void> {
    const pageAfter = (after: number) =>
      this.bus.ask(ListJobItems, { accountId, jobId: id, after, limit: ITEMS_AT_ONCE });
    const first = await pageAfter(0); // what is refused is refused before the answer begins
    async function* lines(): AsyncGenerator<string> {
      if (format === 'csv') yield `${CSV_HEADER}\r\n`;
      for (let page = first; ; page = await pageAfter(page.next)) {
        yield page.items.map(format === 'csv' ? csvLine : jsonLine).join('');
        if (page.next === null) return;
      }
    }
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8';
    reply.header('content-type', type);
    reply.header('content-disposition', `attachment; filename="job-${id}.${format}"`);
    await reply.send(Readable.from(lines()));
  }

  @Get(':id/stream')
  @Operation({
    id: 'streamJob',
    summary: 'How far a bulk look-up is, as it goes (server-sent events)',
    description:
      'Each event `progress` is the job as `GET /v1/jobs/{id}` answers it; its `id:` is the position. After a break ' +
      'send the last id in Last-Event-ID (or as `?after=`): the state comes at once, unless it is the same. The ' +
      'stream ends with the job; 204: it has ended, and the client has its last state.',
    scope: 'read',
    params: IdParams,
    query: JobStreamQuery,
    headers: { 'Last-Event-ID': 'The last `id:` received.' },
    responses: {
      200: {
        description: 'The stream.',
        contentType: 'text/event-stream',
        example: 'id: 42\nevent: progress\ndata: {"id":"…","state":"running","found":40}\n\n',
      },
      204: { description: 'Nothing more will come.' },
    },
  })
  async stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Caller() caller: CallerInfo,
    @Param() { id }: IdParams,
    @Query() query: JobStreamQuery,
  ): Promise<void> {
    this.streams.takePlace(caller.accountId, reply.raw);
    const after = lastEventIdOf(request) ?? query.after;
    const { job } = await this.bus.ask(GetJob, { accountId: caller.accountId, jobId: id });
    if (job.finishedAt && job.position === after) return void reply.code(204).send();
    if (request.method === 'HEAD') return void reply.header('content-type', 'text/event-stream').send();
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await this.streams.follow(caller, id, reply.raw, after);
  }

  private async begin(
    request: FastifyRequest,
    { accountId }: CallerInfo,
    { onInvalid, priority, ...place }: CreateJobQuery,
    text: string,
  ): Promise<CreatedJob> {
    const lines = isCsv(request) ? readCsvLines(text, place) : readJsonLines(text, place);
    const { job, rejectedCount, rejected } = await this.bus.ask(
      CreateJob,
      { accountId, jobId: idFor(request, accountId), onInvalid, priority },
      { body: Buffer.from(JSON.stringify(lines)) },
    );
    if (!job) {
      const [first] = rejected;
      const example = first ? ` The first: line ${first.line}, ${first.field} ${first.problem}.` : '';
      throw new Problem('invalid', `${rejectedCount} of ${lines.length} lines are wrong.${example}`, {
        errors: rejected.slice(0, ERRORS_NAMED),
        members: { rejectedCount, rejected },
      });
    }
    request.usedCount = job.items;
    return { ...jobView(job), rejectedLines: rejected };
  }
}

const jsonLine = (item: JobItem): string => `${JSON.stringify(resultOf(item))}\n`;
const csvLine = (item: JobItem): string => `${csvRowOf(resultOf(item))}\r\n`;

function isCsv({ headers }: FastifyRequest): boolean {
  const type = headers['content-type']?.split(';')[0]!.trim().toLowerCase();
  if (type === 'text/csv') return true;
  if (type === 'application/json') return false;
  throw new Problem(
    'unsupported-media-type',
    `Send application/json or text/csv, not ${type ?? 'a body without a type'}.`,
  );
}

async function textOf(body: IncomingBody): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES)
      throw new Problem('too-large', `The body is larger than ${MAX_BODY_BYTES} bytes.`, {
        headers: { connection: 'close' },
      });
    pieces.push(piece);
  }
  if (!body.isWhole) throw new Problem('incomplete-body', 'Not all of the body was read; nothing was begun.');
  return Buffer.concat(pieces).toString();
}

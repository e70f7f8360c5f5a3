import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { AcceptObservations, type Mode } from '@souk/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { postedLines } from '../http/metrics.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { CommandHooks, sendReplay } from '../idempotency/command-hooks.ts';
import { mustBeSame, type Replay } from '../idempotency/idempotency.ts';
import { IncomingBody } from './incoming-body.ts';
import { Observation, OBSERVATION_EXAMPLE, ObservationsQuery, UploadResult } from './observation.schemas.ts';
import { answerOf } from './upload-answer.ts';
import { UploadPlaces } from './upload-places.ts';
import { type Progress, Upload } from './upload.ts';

const LINE = JSON.stringify(OBSERVATION_EXAMPLE);

@Controller('v1/observations')
export class ObservationsController {
  private readonly places = new UploadPlaces();

  constructor(
    private readonly bus: Bus,
    private readonly commands: CommandHooks,
  ) {}

  /** Streams: neither the body nor its lines are ever held as a whole. */
  @Post()
  @Operation({
    id: 'postObservations',
    summary: 'Post prices',
    description:
      'Up to 100,000 observations as NDJSON, one a line, or as a JSON array; streamed, gzip or zstd if you like. ' +
      'Good lines are stored before the answer, bad ones are named and do not hold the others up. It is not all or ' +
      'nothing: whatever happens, `accepted` says how many are stored, and sending the same again stores none twice. ' +
      'Cost: none.',
    scope: 'observations',
    isMetered: true,
    query: ObservationsQuery,
    streamedBody: {
      contentTypes: {
        'application/x-ndjson': {
          description: 'One observation a line, at most 64 KiB each.',
          example: `${LINE}\n${LINE}\n`,
        },
        'application/json': {
          description: 'An array of observations.',
          example: `[${LINE}]`,
          schema: z.array(Observation).max(100_000),
        },
      },
    },
    responses: {
      202: {
        description: 'Lines were accepted.',
        schema: UploadResult,
        example: {
          accepted: 1,
          rejectedCount: 1,
          rejected: [{ line: 2, field: 'price', problem: 'is negative' }],
        },
      },
    },
  })
  async accept(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: CallerInfo,
    @Query() query: ObservationsQuery,
  ): Promise<UploadResult | void> {
    // Whatever can refuse the request from here on gives the place back.
    const giveBack = this.places.take(caller.accountId);
    let body: IncomingBody | undefined;
    try {
      const key = idempotencyKeyOf(request);
      body = new IncomingBody(request, key !== undefined);
      const replay = key === undefined ? undefined : await this.commands.start(request, key);
      if (replay) return await this.replay(replay, body, reply);
      const progress = await this.upload(body, caller.accountId, query.mode);
      if (!progress.stop && request.command) request.command.bodySha256 = body.fingerprint();
      request.usedCount = progress.accepted;
      return answerOf(progress);
    } finally {
      body?.close();
      giveBack();
    }
  }

  private async upload(body: IncomingBody, accountId: string, mode: Mode): Promise<Progress> {
    const upload = new Upload(({ firstLine, body: lines }) =>
      this.bus.ask(AcceptObservations, { accountId, mode, firstLine }, { body: lines }),
    );
    const progress = await upload.read(body);
    postedLines.inc({ outcome: 'accepted' }, progress.accepted);
    postedLines.inc({ outcome: 'rejected' }, progress.rejectedCount);
    return progress;
  }

  /** The body is read to its end and compared, not kept. */
  private async replay(replay: Replay, body: IncomingBody, reply: FastifyReply): Promise<void> {
    const { stop } = await new Upload(async () => ({ accepted: 0, rejected: [] })).read(body);
    if (stop?.kind === 'cut' || stop?.kind === 'too-large') {
      answerOf({ accepted: 0, rejectedCount: 0, rejected: [], stop });
    }
    mustBeSame(replay, body.fingerprint()!);
    void sendReplay(reply, replay);
  }
}

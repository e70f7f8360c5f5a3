import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { AcceptObservations } from '@souk/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fingerprintOf } from '../http/bodies.ts';
import { whenCutOff } from '../http/client-errors.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { postedLines } from '../http/metrics.ts';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { CommandHooks, sendReplay } from '../idempotency/command-hooks.ts';
import { mustBeSame, type Replay } from '../idempotency/idempotency.ts';
import { decoded } from './body-stream.ts';
import { OBSERVATION_EXAMPLE, ObservationsQuery, UploadResult } from './observation.schemas.ts';
import { answerOf } from './upload-answer.ts';
import { UploadPlaces } from './upload-places.ts';
import { Upload } from './upload.ts';

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
        'application/json': { description: 'An array of observations.', example: `[${LINE}]` },
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
    const giveBack = this.places.take(caller.accountId);
    let cutBy: 'cut' | 'timeout' | undefined;
    const unwatch = whenCutOff(request.raw.socket, (cause) => {
      cutBy = cause;
      request.raw.push(null);
    });
    try {
      const body = decoded(request.raw, request.headers['content-encoding']);
      const key = idempotencyKeyOf(request);
      const hash = key === undefined ? undefined : fingerprintOf(request);
      const replay = key === undefined ? undefined : await this.commands.start(request, key);
      if (replay) return await this.replay(replay, hash!, body, reply);
      const upload = new Upload((chunk) =>
        this.bus.ask(
          AcceptObservations,
          { accountId: caller.accountId, mode: query.mode, firstLine: chunk.firstLine },
          { body: chunk.body },
        ),
      );
      const progress = await upload.read(hash ? hashing(body, hash) : body, () => request.raw.complete);
      if (cutBy === 'timeout') progress.stop = { kind: 'cut', reason: 'timeout' };
      if (!progress.stop && request.command && hash) request.command.bodySha256 = hash.digest();
      request.usedCount = progress.accepted;
      postedLines.inc({ outcome: 'accepted' }, progress.accepted);
      postedLines.inc({ outcome: 'rejected' }, progress.rejectedCount);
      return answerOf(progress);
    } finally {
      unwatch();
      giveBack();
    }
  }

  /** The body is read to its end and compared, not kept. */
  private async replay(
    replay: Replay,
    hash: ReturnType<typeof fingerprintOf>,
    body: AsyncIterable<Buffer>,
    reply: FastifyReply,
  ): Promise<void> {
    const { stop } = await new Upload(() => Promise.resolve({ accepted: 0, rejected: [] })).read(
      hashing(body, hash),
      () => reply.request.raw.complete,
    );
    if (stop?.kind === 'cut' || stop?.kind === 'too-large') {
      answerOf({ accepted: 0, rejectedCount: 0, rejected: [], stop });
    }
    mustBeSame(replay, hash.digest());
    void sendReplay(reply, replay);
  }
}

/** The fingerprint is taken as the body passes; before its bytes are rewritten into lines. */
function hashing(body: AsyncIterable<Buffer>, hash: ReturnType<typeof fingerprintOf>): AsyncIterable<Buffer> {
  const pieces = body[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const next = await pieces.next();
        if (!next.done) hash.update(next.value);
        return next;
      },
    }),
  };
}

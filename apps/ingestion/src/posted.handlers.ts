import { activeTraceId, Answer, Bus, type QueryContext } from '@souk/bus';
import { AcceptObservations, newId, ObservationsCollected, Refusal, type ResponseOf } from '@souk/contracts';
import { Clock } from '@souk/service';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { INGESTION_CONFIG, type IngestionConfig } from './config.ts';
import { logFetch } from './fetch-log.store.ts';
import { groupObservations, type ReadLine } from './group-observations.ts';
import { linesRead } from './metrics.ts';
import { MAX_LINES_PER_CHUNK, readChunk } from './read-chunk.ts';
import type { z } from 'zod';

type Request = z.output<typeof AcceptObservations.request>;

const RETRY_WHEN_BEHIND_MS = 1_000;

@Controller()
export class PostedHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** Answers once the good lines are durable; bad ones are named and do not hold the good ones up. */
  @Answer(AcceptObservations)
  async accept(
    @Payload() request: Request,
    @Ctx() context: QueryContext,
  ): Promise<ResponseOf<typeof AcceptObservations>> {
    this.refuseWhenBehind();
    const limits = { nowMs: this.clock.now().getTime(), maxFutureMs: this.config.SOUK_MAX_FUTURE_MS };
    const chunk = readChunk(context.body ?? new Uint8Array(), request.firstLine, limits);
    if (!chunk) throw new Refusal('invalid', `send at most ${MAX_LINES_PER_CHUNK} lines in one chunk`);
    if (chunk.accepted.length > 0) await this.store(request, chunk.accepted, chunk.rejected.length);
    linesRead.inc({ origin: 'posted', outcome: 'accepted' }, chunk.accepted.length);
    linesRead.inc({ origin: 'posted', outcome: 'rejected' }, chunk.rejected.length);
    return { accepted: chunk.accepted.length, rejected: chunk.rejected };
  }

  /** Rather a pause for the poster than an outbox that grows without end. */
  private refuseWhenBehind(): void {
    const waiting = this.bus.backlog();
    if (waiting <= this.config.SOUK_MAX_BACKLOG_MESSAGES) return;
    throw new Refusal('unavailable', `${waiting} messages wait to be published: send again in a moment`, {
      retryAfterMs: RETRY_WHEN_BEHIND_MS,
    });
  }

  private async store({ accountId, mode }: Request, lines: ReadLine[], unreadable: number): Promise<void> {
    const fetchId = newId();
    const collectedAt = this.clock.now();
    const groups = groupObservations(accountId, lines, this.config.SOUK_PARTITIONS);
    await this.bus.transaction([accountId], async ({ tx, publish }) => {
      const sources = [...new Set(groups.map((group) => group.source))].slice(0, 100);
      const record = { fetchId, accountId, sources, origin: 'posted', mode, collectedAt } as const;
      const counts = { observations: lines.length, unreadable, traceId: activeTraceId() };
      await logFetch(tx, { ...record, ...counts }, this.config.SOUK_FETCH_LOG_DAYS);
      for (const { source, key, observations } of groups) {
        const data = {
          source,
          fetchId,
          origin: 'posted',
          collectedAt: collectedAt.toISOString(),
          mode,
        } as const;
        publish(ObservationsCollected, { ...data, observations, unreadable: [] }, { accountId, key });
      }
    });
  }
}

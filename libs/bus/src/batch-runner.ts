import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { EventContract } from '@souk/contracts';
import { type Clock, type Database, telemetry, type Tx } from '@souk/service';
import { type Batch, Fenced } from './batch.ts';
import type { Message } from './incoming.ts';
import { appendToOutbox, envelopeOf, type Outgoing } from './outgoing.ts';
import { contextOf, traceparentOf, tracer, withSpan } from './tracing.ts';

export type BatchHandler = (batch: Batch) => Promise<void>;

/** Who handles which event under which name. */
export interface Reader {
  contract: EventContract;
  consumer: string;
  handler: BatchHandler;
}

/** What a batch runs with; the same for every subscription of a service. */
export interface BatchGround {
  database: Database;
  clock: Clock;
  partitions: number;
  /** Tells the relay that the outbox has something new. */
  committed: (events: readonly Outgoing[]) => void;
}

/**
 * Runs a handler over messages within one transaction: `before` opens it (inbox, fencing) and says which
 * messages to hand over, then the handler, then its events go to the outbox, then commit. Answers how many were
 * handed over.
 */
export async function runBatch(
  ground: BatchGround,
  reader: Reader,
  messages: Message[],
  before: (tx: Tx) => Promise<Message[]>,
): Promise<number> {
  const { contract, consumer, handler } = reader;
  const spans = new Map<Message, Span>(
    messages.map((message) => [
      message,
      tracer.startSpan(
        `process ${contract.type}`,
        {
          kind: SpanKind.CONSUMER,
          attributes: { 'messaging.system': 'nats', 'messaging.consumer.group.name': consumer },
        },
        contextOf(message.parent),
      ),
    ]),
  );
  const batchSpan = tracer.startSpan(
    `batch ${consumer}`,
    {
      kind: SpanKind.INTERNAL,
      attributes: { 'messaging.batch.message_count': messages.length },
      links: [...spans.values()].slice(0, 128).map((span) => ({ context: span.spanContext() })),
    },
    ROOT_CONTEXT,
  );
  const afterCommit: (() => void)[] = [];
  let handedOver = 0;
  try {
    await withSpan(batchSpan, () =>
      ground.database.transaction(
        messages.map((message) => message.accountId),
        async (tx) => {
          const fresh = await before(tx);
          handedOver = fresh.length;
          if (fresh.length === 0) return;
          const outgoing: Outgoing[] = [];
          await handler({
            messages: fresh,
            tx,
            publish: (published, data, { causedBy, key, accountId }) => {
              const cause = {
                accountId: accountId ?? causedBy.accountId,
                correlationId: causedBy.correlationId,
                causationId: causedBy.id,
                span: spans.get(causedBy)?.spanContext(),
              };
              const { partitions, clock } = ground;
              outgoing.push(envelopeOf(published, data, { cause, key, partitions, now: clock.now() }));
            },
            traceparentOf: (message) => traceparentOf(spans.get(message)!.spanContext()),
            keepTrace: (message) => afterCommit.push(() => telemetry().keeper.keep(message.traceId)),
            afterCommit: (work) => afterCommit.push(work),
          });
          if (outgoing.length > 0) {
            appendToOutbox(tx, outgoing);
            afterCommit.unshift(() => ground.committed(outgoing));
          }
        },
      ),
    );
  } catch (error) {
    for (const span of spans.values()) span.setStatus({ code: SpanStatusCode.ERROR });
    throw isFenced(error) ? new Fenced() : error;
  } finally {
    for (const span of spans.values()) span.end();
  }
  for (const work of afterCommit) work();
  return handedOver;
}

const isFenced = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'SKF01';

/** Trace id of the work at hand, for rows that must lead back to it. */
export const activeTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

import { SpanKind } from '@opentelemetry/api';
import { Logger } from '@nestjs/common';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import {
  answersOf,
  type QueryContract,
  Refusal,
  RefusalData,
  type RequestOf,
  type ResponseOf,
} from '@souk/contracts';
import { isDependencyFailure } from '@souk/service';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Questions, Unanswered } from './questions.ts';
import { activeSpanContext, contextOf, readTraceparent, traceparentOf, tracer, withSpan } from './tracing.ts';

/** A span of time, not a moment: the clocks of asker and answerer need not agree. */
const TIMEOUT_HEADER = 'souk-timeout-ms';
const REQUEST_HEADER = 'souk-request';
const ANSWERS_IN_HAND_AT_MOST = 256;
const RETRY_AFTER_MS = 1_000;
/** Longest that stopping waits for the answers in hand: a look-up at a shop may take the half of a minute. */
const FINISH_WITHIN_MS = 2_000;
/** Escapes of characters that Postgres keeps in no text: JSON.stringify writes just these as escapes. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

export interface QueryContext {
  /** Raw bytes of a query that has a body. */
  body?: Uint8Array;
  /** When the asker stops waiting, by our own clock; its question's way here is not counted. */
  deadline: Date;
}

export type QueryHandler = (request: unknown, context: QueryContext) => Promise<unknown>;

const Answer = z.union([z.object({ response: z.unknown() }), z.object({ refusal: RefusalData })]);

/** Asks a service and waits for its answer until the deadline. Throws the service's Refusal, or `unavailable`. */
export async function ask<Q extends QueryContract>(
  questions: Questions,
  contract: Q,
  request: RequestOf<Q>,
  options: { body?: Uint8Array; deadlineMs?: number; signal?: AbortSignal } = {},
): Promise<ResponseOf<Q>> {
  const timeoutMs = options.deadlineMs ?? contract.deadlineMs;
  const head = headers();
  head.set(TIMEOUT_HEADER, String(timeoutMs));
  const span = activeSpanContext();
  if (span) head.set('traceparent', traceparentOf(span));
  const text = JSON.stringify(request);
  if (contract.hasBody) head.set(REQUEST_HEADER, text);
  let reply: Msg;
  try {
    const body = contract.hasBody ? (options.body ?? new Uint8Array()) : text;
    const { subject, owner } = contract;
    reply = await questions.ask(owner, { subject, body, headers: head, timeoutMs, signal: options.signal });
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    const detail = `${contract.owner} ${error.why}; try again`;
    throw new Refusal('unavailable', detail, { retryAfterMs: RETRY_AFTER_MS });
  }
  const answer = JSON.parse(reply.string()) as z.infer<typeof Answer>;
  if ('refusal' in answer) {
    const { code, detail, problems, retryAfterMs } = RefusalData.parse(answer.refusal);
    throw new Refusal(code, detail, {
      ...(problems && { problems }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  return answer.response as ResponseOf<Q>;
}

/** Not the question's fault: the same one may be answered in a moment. */
const away = ({ owner }: QueryContract): Refusal =>
  new Refusal('unavailable', `${owner} cannot reach what it depends on; try again`, {
    retryAfterMs: RETRY_AFTER_MS,
  });

/** Answers a query for as long as the process runs; replicas share the questions. */
export class QueryResponder {
  private readonly logger = new Logger('queries');
  private readonly inHand = new Map<Promise<void>, Msg>();
  private hasStopped = false;
  private readonly subscriptions: { drain(): Promise<void> }[] = [];

  constructor(
    private readonly nats: NatsConnection,
    private readonly queue: string,
    /** Checks answers against their contract: in tests, where the cost does not matter. */
    private readonly checkResponses: boolean,
  ) {}

  serve(contract: QueryContract, handler: QueryHandler): void {
    const subscription = this.nats.subscribe(contract.subject, {
      queue: this.queue,
      callback: (error, message) => {
        if (error) return this.logger.error({ error, query: contract.name }, 'cannot listen for a query');
        // The server would not let an answer of ours go anywhere else.
        if (!message.reply?.startsWith(answersOf(contract.owner))) {
          return this.logger.warn({ query: contract.name, reply: message.reply }, 'asked without an inbox');
        }
        if (this.inHand.size >= ANSWERS_IN_HAND_AT_MOST) {
          return this.refuse(
            message,
            new Refusal('unavailable', `${contract.owner} is busy`, { retryAfterMs: RETRY_AFTER_MS }),
          );
        }
        const work = this.answer(contract, handler, message).finally(() => this.inHand.delete(work));
        this.inHand.set(work, message);
      },
    });
    this.subscriptions.push(subscription);
  }

  /** Takes no more questions and finishes those in hand; who asked what takes too long is told to repeat it. */
  async stop(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.drain().catch(() => undefined)));
    await Promise.race([Promise.all(this.inHand.keys()), delay(FINISH_WITHIN_MS, undefined, { ref: false })]);
    const stopping = new Refusal('unavailable', `${this.queue} is stopping; try again`, {
      retryAfterMs: RETRY_AFTER_MS,
    });
    for (const message of this.inHand.values()) this.refuse(message, stopping);
    this.hasStopped = true;
  }

  private async answer(contract: QueryContract, handler: QueryHandler, message: Msg): Promise<void> {
    const timeoutMs = Number(message.headers?.get(TIMEOUT_HEADER) || Number.NaN);
    const deadline = new Date(Date.now() + (Number.isFinite(timeoutMs) ? timeoutMs : contract.deadlineMs));
    const parent = readTraceparent(message.headers?.get('traceparent') || undefined);
    const span = tracer.startSpan(`answer ${contract.name}`, { kind: SpanKind.SERVER }, contextOf(parent));
    try {
      await withSpan(span, async () => {
        const request = this.readRequest(contract, message);
        const response = await handler(request, {
          deadline,
          ...(contract.hasBody && { body: message.data }),
        });
        if (this.checkResponses) contract.response.parse(response);
        this.respond(message, { response });
      });
    } catch (error) {
      if (error instanceof Refusal) return this.refuse(message, error);
      if (isDependencyFailure(error)) {
        this.logger.warn(
          { error, query: contract.name },
          'a dependency is away; the asker is told to repeat',
        );
        return this.refuse(message, away(contract));
      }
      this.logger.error({ error, query: contract.name }, 'query failed');
      this.refuse(message, new Refusal('internal', `${contract.name} failed`));
    }
  }

  private readRequest(contract: QueryContract, message: Msg): unknown {
    const text = contract.hasBody ? (message.headers?.get(REQUEST_HEADER) ?? '') : message.string();
    if (UNSTORABLE.test(text))
      throw new Refusal('invalid', 'a text holds a NUL character or half of a character pair');
    const result = contract.request.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    throw new Refusal('invalid', 'the request is not valid', {
      problems: result.error.issues.map((issue) => ({ field: issue.path.join('.'), problem: issue.message })),
    });
  }

  private refuse(message: Msg, refusal: Refusal): void {
    this.respond(message, { refusal: refusal.toData() });
  }

  private respond(message: Msg, answer: z.infer<typeof Answer>): void {
    if (!this.hasStopped) message.respond(JSON.stringify(answer));
  }
}

import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import type { OperationSpec } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { type FirstTime, Idempotency, mustBeSame, type Replay } from './idempotency.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The command that this request is the first of; its answer is stored once it is sent. */
    command: { first: FirstTime; bodySha256: Buffer | null } | null;
  }
}

/** Answers that a repeated request may find changed: credit can be granted, a service can come back. */
const NOT_KEPT = new Set([402, 408, 413, 429]);

/** Does every POST with an Idempotency-Key once. Streamed bodies begin in their handler, once they are read. */
@Injectable()
export class CommandHooks {
  private readonly logger = new Logger('idempotency');

  constructor(private readonly idempotency: Idempotency) {}

  /** Before the handler: the first request goes on, a repeated one is answered here. */
  begin(request: FastifyRequest, reply: FastifyReply, operation: OperationSpec): void | Promise<void> {
    if (request.method !== 'POST' || operation.streamedBody || !request.caller) return;
    const key = idempotencyKeyOf(request);
    if (key === undefined) return;
    const fingerprint = request.fingerprint ?? Buffer.alloc(32);
    return this.start(request, key).then((replay) => {
      if (!replay) {
        request.command!.bodySha256 = fingerprint;
        return;
      }
      mustBeSame(replay, fingerprint);
      void sendReplay(reply, replay);
    });
  }

  /** The answer of the first time, or undefined when this is the first; then `request.command` is set. */
  async start(request: FastifyRequest, key: string): Promise<Replay | undefined> {
    const caller = request.caller;
    if (!caller) throw new Error('only a known caller has commands');
    const begun = await this.idempotency.begin(caller, key, routeOf(request));
    if (begun.kind === 'replay') return begun;
    request.command = { first: begun, bodySha256: null };
    return undefined;
  }

  /** Stores the answer before it is sent, so that it can be had again once the client has seen it. */
  finish(request: FastifyRequest, reply: FastifyReply, payload: unknown): void | Promise<void> {
    const { command } = request;
    if (!command) return;
    request.command = null;
    const { first, bodySha256 } = command;
    const isKept = bodySha256 !== null && reply.statusCode < 500 && !NOT_KEPT.has(reply.statusCode);
    const body = typeof payload === 'string' ? payload : '';
    const stored = isKept ? first.complete({ bodySha256, status: reply.statusCode, body }) : first.release();
    // The work is done: a client that repeats it makes the same things with the same ids.
    return stored.catch((error: unknown) => this.logger.warn({ error }, 'an answer could not be stored'));
  }
}

export function sendReplay(reply: FastifyReply, { status, body }: Replay): FastifyReply {
  const contentType =
    status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8';
  return reply
    .code(status)
    .header('content-type', contentType)
    .header('idempotency-replayed', 'true')
    .send(body);
}

/** Method and path: what a key is used for. The query is part of the fingerprint. */
function routeOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0]!;
  if (path.length > 500) throw new Problem('not-found', 'There is no such address.');
  return `${request.method} ${path}`;
}

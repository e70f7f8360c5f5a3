import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { newId, type Scope } from '@souk/contracts';
import { type Context, isSpanContextValid, type Span } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';

/** Who asks, as the key says. */
export interface CallerKey {
  keyId: string;
  accountId: string;
  scopes: Scope[];
  /** Counted, and never refused for lack of credit. */
  unmetered: boolean;
}

export interface CallerInfo extends CallerKey {
  /** SHA-256 of the key's text. */
  sha256: string;
  /** The text itself, to seal what only this caller may read again; never logged or stored. */
  apiKey: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: CallerInfo | null;
    span: Span | null;
    spanContext: Context | null;
    /** Set by the first of our hooks, because `routeOptions` is put together anew each time it is read. */
    route: FastifyRequest['routeOptions'] | null;
    receivedAtMs: number;
  }
}

export const traceIdOf = (request: FastifyRequest): string | undefined => {
  const current = request.span?.spanContext();
  return current && isSpanContextValid(current) ? current.traceId : undefined;
};

/** Names the request in problems: its span, or a new id where there is none. */
export function instanceOf(request: FastifyRequest): string {
  const current = request.span?.spanContext();
  return current && isSpanContextValid(current)
    ? `/requests/${current.traceId}-${current.spanId}`
    : `/requests/${newId()}`;
}

/** The caller, in a handler's parameters; only on routes with a scope. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerInfo => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('a route that asks for its caller needs a scope');
  return caller;
});

import { isSpanContextValid, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { contextOf, readTraceparent, traceparentOf } from '@souk/bus';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const tracer = trace.getTracer('souk.gateway');

/**
 * One server span for each request, under the client's trace if it sent one; the answer names it. Whatever asks others
 * enters its context: most reads are answered from memory and need none.
 */
export function useTracing(fastify: FastifyInstance): void {
  fastify.decorateRequest('span', null);
  fastify.decorateRequest('spanContext', null);
  fastify.decorateRequest('route', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    start(request, reply);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    end(request, reply);
    done();
  });
}

function start(request: FastifyRequest, reply: FastifyReply): void {
  const header = request.headers['traceparent'];
  const parent = contextOf(readTraceparent(typeof header === 'string' ? header : undefined));
  request.route = request.routeOptions;
  const route = request.route.url ?? 'unknown route';
  const span = tracer.startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER }, parent);
  // Given to startSpan they would be copied and checked even where nothing is recorded.
  if (span.isRecording()) span.setAttributes({ 'http.request.method': request.method, 'http.route': route });
  request.span = span;
  request.spanContext = trace.setSpan(parent, span);
  if (isSpanContextValid(span.spanContext())) reply.header('traceparent', traceparentOf(span.spanContext()));
}

function end(request: FastifyRequest, reply: FastifyReply): void {
  const { span } = request;
  if (!span?.isRecording()) return;
  span.setAttribute('http.response.status_code', reply.statusCode);
  if (request.caller) span.setAttribute('souk.account', request.caller.accountId);
  if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

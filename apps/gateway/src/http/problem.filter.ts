import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { Refusal } from '@souk/contracts';
import { isDependencyFailure } from '@souk/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { throwError } from 'rxjs';
import { UNREADABLE_ADDRESS } from './addresses.ts';
import { Operations } from './operations.ts';
import { documentOf, Problem, problemOfRefusal } from './problem.ts';
import { instanceOf, traceIdOf } from './request.ts';

/** Whatever goes wrong in a request is answered as a problem document; what is not foreseen is logged, not told. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('gateway');

  constructor(private readonly operations: Operations) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') return throwError(() => error);
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = this.problemOf(error, request);
    if (problem.code === 'internal') {
      this.logger.error(
        { error, route: request.routeOptions?.url, traceId: traceIdOf(request) },
        'request failed',
      );
    }
    return sendProblem(http.getResponse<FastifyReply>(), problem);
  }

  private problemOf(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof Refusal) return problemOfRefusal(error);
    if (isDependencyFailure(error)) {
      this.logger.warn({ error, route: request.routeOptions?.url }, 'a dependency is away');
      const detail = 'The gateway cannot reach what it depends on; try again.';
      return problemOfRefusal({ code: 'unavailable', message: detail });
    }
    if (request.is404) return this.unknownRoute(request);
    const status = error instanceof HttpException ? error.getStatus() : undefined;
    if (status === 413) return new Problem('too-large', 'The body is too large.');
    if (status === 415) return new Problem('unsupported-media-type', 'Send application/json.');
    if (status !== undefined && status < 500)
      return new Problem('malformed-request', 'The request cannot be read.');
    return new Problem(
      'internal',
      'Something failed that should not have. The trace id names it in the logs.',
    );
  }

  private unknownRoute(request: FastifyRequest): Problem {
    if (request.url === UNREADABLE_ADDRESS) {
      return new Problem(
        'malformed-request',
        'The address is not well encoded, or a part of it is too long.',
      );
    }
    // A key that slipped into the address is not repeated: problems end up in logs of clients.
    const path = request.url
      .split('?', 1)[0]!
      .slice(0, 200)
      .replaceAll(/souk_\w+/g, 'souk_…');
    const allowed = this.operations.methodsOf(request.url);
    if (allowed.length === 0)
      return new Problem('not-found', `There is no ${path}; see /docs for what there is.`);
    const allow = allowed.join(', ');
    return new Problem('method-not-allowed', `${path} takes ${allow}, not ${request.method}.`, {
      headers: { allow },
    });
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { request } = reply;
  const about = { instance: instanceOf(request), traceId: traceIdOf(request) };
  const { status, headers, document } = documentOf(problem, about);
  return reply
    .code(status)
    .headers(headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(document));
}

import type { FastifyRequest } from 'fastify';
import type { CallerInfo } from './request.ts';

/** An answer that is in memory already. */
export interface EarlyAnswer {
  /** JSON. */
  text: string;
  /** Whole seconds since its owner was asked (RFC 9111, section 5.1). */
  ageSeconds: number;
}

export type FindEarly = (request: FastifyRequest, caller: CallerInfo) => EarlyAnswer | undefined;

/**
 * Who can answer an operation from memory. Such an answer is sent as soon as key and credits are checked: reading the
 * input, the router of the framework and the handler would cost more than all the rest.
 */
export class EarlyAnswers {
  private readonly finders = new Map<string, FindEarly>();

  /** `find` must not rely on anything that is checked later: of the address it sees the raw parameters. */
  offer(operationId: string, find: FindEarly): void {
    this.finders.set(operationId, find);
  }

  of(operationId: string): FindEarly | undefined {
    return this.finders.get(operationId);
  }
}

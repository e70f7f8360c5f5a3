import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/** The header of a client that reconnects to a stream. @throws Problem when it is none of ours */
export function lastEventIdOf({ headers }: Pick<FastifyRequest, 'headers'>): number | undefined {
  const header = headers['last-event-id'];
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  const problem = 'must be an `id:` of this stream';
  throw new Problem('invalid', `The header Last-Event-ID ${problem}.`, {
    errors: [{ field: 'Last-Event-ID', problem }],
  });
}

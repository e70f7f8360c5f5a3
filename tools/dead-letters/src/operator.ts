import { randomUUID } from 'node:crypto';
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { answerSubject, inboxPrefixOf, type QueryContract, RefusalData } from '@souk/contracts';
import { z } from 'zod';

/** What a service answers to a query: the answer itself, or why it declined. */
const Answer = z.union([z.object({ response: z.unknown() }), z.object({ refusal: RefusalData })]);

/**
 * Connects as the operator's NATS user, which may ask every query and do nothing else.
 * @param server `host:port`
 */
export function connectOperator(
  server: string,
  password: string,
  options: NodeConnectionOptions,
): Promise<NatsConnection> {
  return connect({
    ...options,
    servers: server,
    user: 'operator',
    pass: password,
    inboxPrefix: inboxPrefixOf('operator'),
  });
}

/**
 * Asks a service as the operator.
 * @throws RequestError when no service answers within that time
 * @throws Error with the service's own words when it declines
 */
export async function askAsOperator<Response extends z.ZodType>(
  nats: NatsConnection,
  { owner, subject, response }: Pick<QueryContract, 'owner' | 'subject'> & { response: Response },
  request: unknown,
  timeoutMs: number,
): Promise<z.output<Response>> {
  const reply = await nats.request(subject, JSON.stringify(request), {
    timeout: timeoutMs,
    // Who was asked may write to a subject of its own for us, and nowhere else.
    noMux: true,
    reply: answerSubject(owner, 'operator', randomUUID()),
  });
  const answer = Answer.parse(reply.json());
  if ('refusal' in answer) throw new Error(`${owner}: ${answer.refusal.detail}`);
  return response.parse(answer.response);
}

import { randomUUID } from 'node:crypto';
import { connect, RequestError } from '@nats-io/transport-node';
import {
  answerSubject,
  type DeadLetter,
  inboxPrefixOf,
  ListDeadLettersResponse,
  RefusalData,
  ReplayDeadLettersResponse,
  type ServiceName,
} from '@souk/contracts';
import { z } from 'zod';

const ANSWER_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const PAGE = 200;

/** What a service answers to a query: the answer itself, or why it declined. */
const Answer = z.union([z.object({ response: z.unknown() }), z.object({ refusal: RefusalData })]);

/** Looks into the dead letters of every service, as the operator's NATS user, which may only ask queries. */
export interface DeadLetterDesk {
  /** Newest first, at most `atMost`. */
  list(service: ServiceName, atMost: number): Promise<DeadLetter[]>;
  /** Has them handled again; all that were not replayed yet unless ids are given. Answers how many. */
  replay(service: ServiceName, ids?: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param server `nats://host:port`
 * @throws when the server cannot be reached, or a service does not answer, naming which
 */
export async function openDesk(server: string, password: string): Promise<DeadLetterDesk> {
  const nats = await connect({
    servers: new URL(server).host,
    user: 'operator',
    pass: password,
    inboxPrefix: inboxPrefixOf('operator'),
    timeout: CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: 5,
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`NATS at ${new URL(server).host} cannot be reached (${reason}): is npm start running?`, {
      cause: error,
    });
  });
  const ask = async <Response>(
    service: ServiceName,
    name: string,
    request: unknown,
    response: z.ZodType<Response>,
  ): Promise<Response> => {
    const subject = `query.${service}.${name}`;
    try {
      const reply = await nats.request(subject, JSON.stringify(request), {
        timeout: ANSWER_TIMEOUT_MS,
        noMux: true,
        reply: answerSubject(service, 'operator', randomUUID()),
      });
      const answer = Answer.parse(reply.json());
      if ('refusal' in answer) throw new Error(`${service}: ${answer.refusal.detail}`);
      return response.parse(answer.response);
    } catch (error) {
      if (error instanceof RequestError && error.isNoResponders())
        throw new Error(`${service} is not running: start it and ask again`, { cause: error });
      throw error;
    }
  };
  return {
    async list(service, atMost) {
      const letters: DeadLetter[] = [];
      for (let cursor: string | undefined; letters.length < atMost;) {
        const limit = Math.min(PAGE, atMost - letters.length);
        const page: z.infer<typeof ListDeadLettersResponse> = await ask(
          service,
          'list-dead-letters',
          { limit, ...(cursor !== undefined && { cursor }) },
          ListDeadLettersResponse,
        );
        letters.push(...page.items);
        if (page.next === null) break;
        cursor = page.next;
      }
      return letters;
    },
    async replay(service, ids) {
      const request = ids ? { ids } : {};
      return (await ask(service, 'replay-dead-letters', request, ReplayDeadLettersResponse)).replayed;
    },
    close: () => nats.close(),
  };
}

import { RequestError } from '@nats-io/transport-node';
import {
  type DeadLetter,
  ListDeadLettersResponse,
  ReplayDeadLettersResponse,
  type ServiceName,
} from '@souk/contracts';
import type { z } from 'zod';
import { askAsOperator, connectOperator } from './operator.ts';

const ANSWER_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const PAGE = 200;

/** Looks into the dead letters of every service, as the operator's NATS user, which may only ask queries. */
export interface DeadLetterDesk {
  /** Newest first, at most `atMost`. */
  list(service: ServiceName, atMost: number): Promise<DeadLetter[]>;
  /** Has them handled again; all that were not replayed yet unless ids are given. */
  replay(service: ServiceName, ids?: readonly string[]): Promise<ReplayDeadLettersResponse>;
  close(): Promise<void>;
}

/**
 * @param server `nats://host:port`
 * @throws when the server cannot be reached, or a service does not answer, naming which
 */
export async function openDesk(server: string, password: string): Promise<DeadLetterDesk> {
  const { host } = new URL(server);
  const options = { timeout: CONNECT_TIMEOUT_MS, maxReconnectAttempts: 5 };
  const nats = await connectOperator(host, password, options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`NATS at ${host} cannot be reached (${reason}): is npm start running?`, { cause: error });
  });
  const ask = async <Response>(
    service: ServiceName,
    name: string,
    request: unknown,
    response: z.ZodType<Response>,
  ): Promise<Response> => {
    const query = { owner: service, subject: `query.${service}.${name}`, response };
    try {
      return await askAsOperator(nats, query, request, ANSWER_TIMEOUT_MS);
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
    replay: (service, ids) =>
      ask(service, 'replay-dead-letters', ids ? { ids } : {}, ReplayDeadLettersResponse),
    close: () => nats.close(),
  };
}

import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { listen, readBody, send, sendJson, type RunningServer } from './http.ts';
import { Recording } from './recording.ts';

/** A request that the receiver got; `verified` tells whether its Standard Webhooks signature was right. */
export interface ReceivedWebhook {
  at: number;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  verified: boolean;
  /** Why the signature was refused. */
  problem?: string;
  /** What its sender was told: a status; nothing, ever (`hang`); or nothing although it was taken (`lost`). */
  answered: number | 'hang' | 'lost';
}

/** How a request is answered: a status, after a delay if one is given; or not at all. */
export type WebhookAnswer =
  { status: number; delayMs?: number; retryAfterSeconds?: number } | 'hang' | 'lost';

export interface WebhookReceiverOptions {
  port?: number;
  /** Signing secret, `whsec_…`; without one nothing is verified. */
  secret?: string;
  now?: () => number;
  /** Decides, request by request, how it is answered; asked when nothing was told by `answerNext`. */
  answerOf?: (request: { headers: IncomingHttpHeaders; body: string }) => WebhookAnswer | undefined;
}

export interface WebhookReceiver extends RunningServer {
  readonly requests: Recording<ReceivedWebhook>;
  setSecret(secret: string): void;
  /** The next answers: a status, or a delay first; afterwards 200 again. */
  answerNext(...answers: WebhookAnswer[]): void;
}

/** Starts a receiver that records every POST and answers 200. Control: GET /recorded. */
export async function startWebhookReceiver(options: WebhookReceiverOptions = {}): Promise<WebhookReceiver> {
  const requests = new Recording<ReceivedWebhook>();
  const answers: WebhookAnswer[] = [];
  let secret = options.secret;
  const stopped = new AbortController();

  const server = await listen(options.port ?? 0, (request, response) => {
    const receive = async (): Promise<void> => {
      const path = request.url ?? '/';
      if (path === '/recorded') return sendJson(response, 200, { requests: requests.items });
      const body = (await readBody(request)).toString();
      const { headers } = request;
      const answer = answers.shift() ?? options.answerOf?.({ headers, body }) ?? { status: 200 };
      requests.add({
        at: (options.now ?? Date.now)(),
        path,
        headers,
        body,
        ...verdict(secret, body, headers),
        answered: typeof answer === 'string' ? answer : answer.status,
      });
      if (answer === 'hang') return; // the sender's own deadline has to end this
      if (answer === 'lost') return void response.destroy();
      if (answer.delayMs !== undefined) await delay(answer.delayMs, undefined, { signal: stopped.signal });
      const { retryAfterSeconds } = answer;
      const told: Record<string, string> =
        retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      send(response, answer.status, 'text/plain', '', told);
    };
    receive().catch(() => response.destroy());
  });
  return {
    url: server.url,
    requests,
    setSecret: (value) => void (secret = value),
    answerNext: (...next) => void answers.push(...next),
    close: () => {
      stopped.abort();
      return server.close();
    },
  };
}

function verdict(
  secret: string | undefined,
  body: string,
  headers: IncomingHttpHeaders,
): { verified: boolean; problem?: string } {
  if (secret === undefined) return { verified: false, problem: 'the receiver has no secret' };
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return { verified: true };
  } catch (error) {
    return { verified: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

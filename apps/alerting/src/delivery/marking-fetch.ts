import { Agent, buildConnector, fetch as undiciFetch } from 'undici';

/** The connection was never made: nothing was sent. */
export class NotConnected extends Error {
  constructor(cause: Error) {
    super('no connection', { cause });
    this.name = 'NotConnected';
  }
}

/** Whether a failure was one to connect, however deep client libraries have wrapped it. */
export function wasNotConnected(error: unknown): boolean {
  if (error instanceof NotConnected) return true;
  if (typeof error !== 'object' || error === null) return false;
  const { cause, original } = error as { cause?: unknown; original?: unknown };
  return (
    (cause !== undefined && wasNotConnected(cause)) || (original !== undefined && wasNotConnected(original))
  );
}

/** Connections whose failures to connect can be told from answers that were lost. */
export function markingAgent(connections: number): Agent {
  const connect = buildConnector({ timeout: 5_000, allowH2: false });
  return new Agent({
    connections,
    connect: (options, callback) =>
      connect(options, (...result) =>
        result[0] === null ? callback(...result) : callback(new NotConnected(result[0]), null),
      ),
  });
}

/** A fetch through such connections; redirects are failures. */
export const fetchThrough =
  (dispatcher: Agent) =>
  (url: string, init?: object): ReturnType<typeof undiciFetch> =>
    undiciFetch(url, { ...init, redirect: 'error', dispatcher });

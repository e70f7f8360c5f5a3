import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that is listening, its address, and how to end it. */
export interface RunningServer {
  readonly url: string;
  /** Ends every connection, open ones too. */
  close(): Promise<void>;
}

/** Bodies of the fakes' clients are small; anything larger is cut off with an error. */
const maxBodyBytes = 1_048_576;

/** Starts on 127.0.0.1; port 0 takes a free one. */
export async function listen(port: number, handle: RequestListener): Promise<RunningServer> {
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  send(response, status, 'application/json', JSON.stringify(body), headers);
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, ...headers });
  response.end(body);
}

/** The whole body as it came over the wire. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBodyBytes) throw new RangeError(`a body larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** A whole number from the query within bounds, or the default when it is absent or nonsense. */
export function queryNumber(url: URL, name: string, low: number, high: number, byDefault: number): number {
  const value = Number(url.searchParams.get(name) ?? byDefault);
  return Number.isInteger(value) ? Math.min(Math.max(value, low), high) : byDefault;
}

import type { lookup } from 'node:dns';
import { Client } from 'undici';
import { acceptEncoding, boundedBody, boundedChunks } from './bounded-body.ts';
import { AddressRefused, type AllowList, guardedConnector, targetProblem } from './dialled-address.ts';
import { SafeHttpFailure } from './failure.ts';

export interface RawAnswer {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

export type Receive = (chunks: AsyncIterable<Buffer>) => Promise<void>;

export interface CallOptions {
  allow: AllowList;
  headers: Record<string, string>;
  maxBytes: number;
  /** Ends the call, body included; its reason says why. */
  signal: AbortSignal;
  /** Takes the body of an answer 200 piece by piece; `bytes` is empty then. Returning before its end ends the call. */
  receive?: Receive | undefined;
  /** How names are looked up; the system's way unless given. */
  resolve?: typeof lookup | undefined;
}

/** One GET without redirects, on a connection of its own, of a checked address. Throws SafeHttpFailure. */
export async function callOnce(url: URL, options: CallOptions): Promise<RawAnswer> {
  const { allow, headers, maxBytes, signal, resolve, receive } = options;
  const client = new Client(url.origin, {
    connect: guardedConnector(allow, resolve),
    maxHeaderSize: 32 * 1_024,
  });
  try {
    const response = await client.request({
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: {
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        'accept-encoding': acceptEncoding,
        ...headers,
      },
      signal,
    });
    const received = headersOf(response.headers);
    if (isRedirect(response.statusCode)) {
      response.body.on('error', () => undefined).destroy();
      return { status: response.statusCode, headers: received, bytes: Buffer.alloc(0) };
    }
    const encoding = received.get('content-encoding') ?? undefined;
    if (receive && response.statusCode === 200) {
      await receive(boundedChunks(response.body, encoding, maxBytes, signal));
      return { status: response.statusCode, headers: received, bytes: Buffer.alloc(0) };
    }
    const bytes = await boundedBody(response.body, encoding, maxBytes, signal);
    return { status: response.statusCode, headers: received, bytes };
  } catch (error) {
    throw failureOf(error, url, signal);
  } finally {
    await client.destroy();
  }
}

/** Throws SafeHttpFailure for an address that is refused without dialling it. */
export function checkAddress(url: URL, allow: AllowList): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SafeHttpFailure(
      'address',
      `${url.protocol}// cannot be fetched: give an http or https address`,
    );
  }
  const problem = targetProblem(url.href, allow);
  if (problem !== undefined) throw new SafeHttpFailure('address', `the address ${problem}`);
}

export const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

function headersOf(received: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const each of [value].flat()) if (each !== undefined) headers.append(name, each);
  }
  return headers;
}

function failureOf(error: unknown, url: URL, signal: AbortSignal): SafeHttpFailure {
  if (error instanceof SafeHttpFailure) return error;
  if (error instanceof AddressRefused) return new SafeHttpFailure('address', error.message);
  if (signal.aborted) {
    return signal.reason instanceof SafeHttpFailure
      ? signal.reason
      : new SafeHttpFailure('aborted', 'the call was given up');
  }
  const { code, message } = error as { code?: unknown; message?: string };
  const reason = typeof code === 'string' ? code : (message ?? 'no reason given').slice(0, 200);
  return new SafeHttpFailure('connection', `${url.host} cannot be reached: ${reason}`);
}

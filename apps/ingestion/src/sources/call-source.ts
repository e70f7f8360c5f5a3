import { decodeBody } from '@souk/safe-http';
import type { SourceAnswer, SourceRequest } from './adapter.ts';

/** Nothing came back that could be read: no answer in time, a broken connection, too much of it. */
export class CallFailed extends Error {
  override name = 'CallFailed';
}

const DEFAULT_MAX_BYTES = 5_000_000;
/** Whatever an adapter asks for. */
export const MOST_BYTES = 50_000_000;

export const maxBytesOf = ({ maxBytes }: SourceRequest): number =>
  Math.min(maxBytes ?? DEFAULT_MAX_BYTES, MOST_BYTES);

export interface CallLimits {
  /** For the whole call, its body included. */
  timeoutMs: number;
  /** Aborted when the service stops. */
  signal: AbortSignal;
  now: () => Date;
}

/** Makes one call, whatever the answer's status is. Throws CallFailed only. */
export async function callSource(request: SourceRequest, limits: CallLimits): Promise<SourceAnswer> {
  const deadline = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      // A redirect could lead anywhere, also into the operator's own network.
      redirect: 'error',
      signal: AbortSignal.any([deadline, limits.signal]),
      headers: { accept: 'application/json', 'user-agent': 'souk', ...request.headers },
      ...(request.body !== undefined && { body: request.body }),
    });
    const bytes = await bytesOf(response, maxBytesOf(request));
    const { status, headers } = response;
    const body = decodeBody(bytes, headers.get('content-type'));
    return { status, headers, body, url: request.url, fetchedAt: limits.now() };
  } catch (error) {
    if (error instanceof CallFailed) throw error;
    if (deadline.aborted) throw new CallFailed(`no answer within ${limits.timeoutMs} ms`);
    throw new CallFailed(`the call failed: ${causeOf(error)}`);
  }
}

async function bytesOf(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the body. What is counted is decompressed, so that a small bomb is one too.
    if (bytes > maxBytes) throw new CallFailed(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** fetch says only "fetch failed"; the reason is in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

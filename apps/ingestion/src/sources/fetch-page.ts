/** How one call to a source went; `failed` and `throttled` say why in a sentence. */
export type FetchedPage =
  | { outcome: 'succeeded'; body: string }
  | { outcome: 'failed'; reason: string }
  | { outcome: 'throttled'; reason: string; retryAfterMs: number | undefined };

const MAX_BODY_BYTES = 5_000_000;

/** Gets a page within the deadline, its body included. Never throws: every way to fail is an outcome. */
export async function fetchPage(
  url: URL,
  options: { timeoutMs: number; signal: AbortSignal; nowMs: number },
): Promise<FetchedPage> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await fetch(url, {
      // A redirect could lead anywhere, also into the operator's own network.
      redirect: 'error',
      signal: AbortSignal.any([deadline, options.signal]),
      headers: { accept: 'application/json', 'user-agent': 'souk' },
    });
    if (response.status === 200) return await bodyOf(response);
    await response.body?.cancel();
    const retryAfterMs = retryAfter(response.headers.get('retry-after'), options.nowMs);
    const reason = `the source answered ${response.status}`;
    const asksForPause = response.status === 429 || (response.status === 503 && retryAfterMs !== undefined);
    return asksForPause ? { outcome: 'throttled', reason, retryAfterMs } : { outcome: 'failed', reason };
  } catch (error) {
    if (deadline.aborted) return { outcome: 'failed', reason: `no answer within ${options.timeoutMs} ms` };
    return { outcome: 'failed', reason: `the call failed: ${causeOf(error)}` };
  }
}

async function bodyOf(response: Response): Promise<FetchedPage> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the body.
    if (bytes > MAX_BODY_BYTES)
      return { outcome: 'failed', reason: `the answer is larger than ${MAX_BODY_BYTES} bytes` };
    chunks.push(chunk);
  }
  return { outcome: 'succeeded', body: Buffer.concat(chunks).toString('utf8') };
}

/** Milliseconds of a Retry-After header: seconds, or a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** fetch says only "fetch failed"; the reason is in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

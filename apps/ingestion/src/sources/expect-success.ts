import { RefusedBySource, type SourceAnswer } from './adapter.ts';

/** Throws RefusedBySource unless the answer's status is 2xx; the header Retry-After is heard. */
export function expectSuccess({ status, headers, fetchedAt }: SourceAnswer): void {
  if (status >= 200 && status < 300) return;
  const retryAfterMs = retryAfter(headers.get('retry-after'), fetchedAt.getTime());
  const asksForPause = status === 429 || (status === 503 && retryAfterMs !== undefined);
  throw new RefusedBySource(
    asksForPause ? 'throttled' : kindOf(status),
    `the source answered ${status}`,
    retryAfterMs,
  );
}

/** Milliseconds of a Retry-After header: seconds, or a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

function kindOf(status: number): RefusedBySource['kind'] {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  return status >= 500 ? 'unavailable' : 'invalid';
}

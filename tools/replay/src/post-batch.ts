import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** Where observations go, and how long a request may take and be repeated. */
export interface Target {
  url: string;
  apiKey: string;
  mode: 'live' | 'backfill';
  /** A request without an answer for so long is given up and repeated. */
  requestTimeoutMs?: number;
  /** How long one batch is tried before the replay gives up. */
  giveUpAfterMs?: number;
}

/** What the service said about one request; `line` counts from 1 within it. */
export interface BatchAnswer {
  accepted: number;
  rejectedCount: number;
  rejected: { line: number; field?: string; problem: string }[];
  /** How often the request was repeated. */
  retries: number;
}

/** The service refused for good: repeating the same request cannot help. */
class RefusedError extends Error {
  override name = 'RefusedError';
}

/**
 * Posts lines as one request of the public API. Its Idempotency-Key is the hash of its content: repeated after a
 * lost answer, it stores nothing twice. Repeats on 409 (the first attempt still runs), 429, 5xx and broken
 * connections, waiting as long as Retry-After says or ever longer; throws a RefusedError on any other refusal.
 * The signal ends it at once.
 */
export async function postBatch(
  target: Target,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<BatchAnswer> {
  const body = `${lines.join('\n')}\n`;
  const key = createHash('sha256').update(`${target.mode}\n`).update(body).digest('hex');
  const giveUpAt = Date.now() + (target.giveUpAfterMs ?? 300_000);
  for (let retries = 0; ; retries += 1) {
    const outcome = await attempt(target, body, key, signal);
    if ('accepted' in outcome) return { ...outcome, retries };
    const waitMs = outcome.retryAfterMs ?? Math.min(100 * 2 ** retries, 5_000);
    if (Date.now() + waitMs > giveUpAt)
      throw new Error(`Gave up after ${retries + 1} attempts: ${outcome.problem}`);
    await delay(waitMs, undefined, { signal });
  }
}

type Outcome = Omit<BatchAnswer, 'retries'> | { problem: string; retryAfterMs?: number };

async function attempt(target: Target, body: string, key: string, signal: AbortSignal): Promise<Outcome> {
  try {
    const response = await fetch(new URL(`/v1/observations?mode=${target.mode}`, target.url), {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${target.apiKey}`,
        'content-type': 'application/x-ndjson',
        'idempotency-key': key,
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(target.requestTimeoutMs ?? 120_000)]),
    });
    const text = await response.text();
    const answer = answerOf(text);
    // A request of which nothing was accepted is answered with 422, and with the same members.
    if (answer && (response.status === 202 || response.status === 422)) return answer;
    const problem = `${response.status} ${text.slice(0, 500)}`;
    if (response.status === 202) throw new RefusedError(`Not understood: ${problem}`);
    if (response.status < 500 && response.status !== 429 && response.status !== 409)
      throw new RefusedError(problem);
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return { problem, ...(seconds >= 0 && { retryAfterMs: Math.min(seconds * 1000, 60_000) }) };
  } catch (error) {
    if (error instanceof RefusedError || signal.aborted) throw error;
    return { problem: causeOf(error) };
  }
}

/** The counts of an answer, or undefined when it has none. */
function answerOf(text: string): Omit<BatchAnswer, 'retries'> | undefined {
  let answer: Partial<BatchAnswer>;
  try {
    answer = JSON.parse(text) as Partial<BatchAnswer>;
  } catch {
    return undefined;
  }
  const { accepted, rejectedCount, rejected } = answer;
  if (accepted === undefined || rejectedCount === undefined) return undefined;
  return { accepted, rejectedCount, rejected: rejected ?? [] };
}

/** fetch hides what went wrong with the connection in the error's cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

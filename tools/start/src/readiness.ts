import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const ANSWER_TIMEOUT_MS = 5_000;

/** Whether a URL answers 2xx; otherwise what it says, shortened. */
async function problemOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    const body = await response.text();
    return response.ok ? undefined : `${response.status} ${body.slice(0, 500)}`;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/**
 * Waits until a URL answers 2xx.
 * @param isHopeless ends the wait early, e.g. when the process behind the URL keeps ending
 * @throws with the last answer, past the deadline
 */
export async function waitUntilReady(
  url: string,
  deadlineMs: number,
  isHopeless: () => boolean = () => false,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const problem = await problemOf(url);
    if (problem === undefined) return;
    if (isHopeless()) throw new Error(`it keeps ending (${url}: ${problem})`);
    if (Date.now() > end) throw new Error(`not ready within ${deadlineMs / 1000} s (${url}: ${problem})`);
    await delay(POLL_MS);
  }
}

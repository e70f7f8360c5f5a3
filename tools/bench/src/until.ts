import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a fact. @throws naming what did not come true within the deadline */
export async function until(
  what: string,
  fact: () => Promise<boolean>,
  { everyMs = 20, deadlineMs = 120_000 } = {},
): Promise<void> {
  for (const end = Date.now() + deadlineMs; !(await fact()); await delay(everyMs)) {
    if (Date.now() > end) throw new Error(`it did not come true within ${deadlineMs / 1_000} s: ${what}`);
  }
}

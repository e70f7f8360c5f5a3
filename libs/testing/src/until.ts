const POLL_MS = 15;
/** Long enough for a busy machine: a fact that comes is never waited for this long. */
const WITHIN_MS = 45_000;

/**
 * Waits for a fact: polls until the probe answers something other than false, null or undefined, and returns
 * it. A probe that throws is asked again; the last error stands in the failure.
 */
export async function until<T>(
  probe: () => T | Promise<T>,
  options: { withinMs?: number; what?: string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const withinMs = options.withinMs ?? WITHIN_MS;
  const end = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== false && value !== null && value !== undefined)
        return value as NonNullable<Exclude<T, false>>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${withinMs} ms: ${options.what ?? probe.toString().slice(0, 200)}`, {
        cause: last,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

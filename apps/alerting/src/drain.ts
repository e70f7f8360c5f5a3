/** Longest that shutting down waits: relays and leases need some of the ten seconds that there are. */
const DRAIN_MS = 5_000;

/** Waits for what is under way; what takes longer is broken off, and noted as unknown. */
export async function drain(breakOff: AbortController, underWay: () => Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => breakOff.abort(), DRAIN_MS);
  await underWay();
  clearTimeout(timer);
}

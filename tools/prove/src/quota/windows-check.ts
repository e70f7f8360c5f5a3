/** At most `calls` in any half-open window of `periodMs`. */
export interface Window {
  calls: number;
  periodMs: number;
}

export interface WindowFinding extends Window {
  /** Every window that begins with a call; no other one can hold more. */
  checked: number;
  above: number;
  /** The most calls that any of them held. */
  most: number;
  /** How much later than it had to be the closest call was that no longer fit; negative: it came too early. */
  closestMs: number | null;
}

/** @param arrivalsMs in order */
export function checkWindow(arrivalsMs: readonly number[], { calls, periodMs }: Window): WindowFinding {
  let above = 0;
  let most = 0;
  let closestMs: number | null = null;
  for (let start = 0, end = 0; start < arrivalsMs.length; start += 1) {
    while (end < arrivalsMs.length && arrivalsMs[end]! < arrivalsMs[start]! + periodMs) end += 1;
    most = Math.max(most, end - start);
    if (end - start > calls) above += 1;
    const next = arrivalsMs[start + calls];
    if (next !== undefined) closestMs = Math.min(closestMs ?? Infinity, next - arrivalsMs[start]! - periodMs);
  }
  return { calls, periodMs, checked: arrivalsMs.length, above, most, closestMs };
}

export interface Span {
  fromMs: number;
  toMs: number;
}

/** What is left of a span when others are taken out of it. */
export function without(whole: Span, holes: readonly Span[]): Span[] {
  let rest = [whole];
  for (const hole of holes) {
    rest = rest.flatMap(({ fromMs, toMs }) => [
      { fromMs, toMs: Math.min(toMs, hole.fromMs) },
      { fromMs: Math.max(fromMs, hole.toMs), toMs },
    ]);
    rest = rest.filter(({ fromMs, toMs }) => fromMs < toMs);
  }
  return rest;
}

/**
 * Share of a window's rate that calls used: over whole periods, from a call to the one that is a number of windows
 * later, so that it does not matter where in a period a span begins. Time without calls that a period does not explain
 * counts as not used. Nothing when no span is long enough to tell.
 */
export function usedShare(
  arrivalsMs: readonly number[],
  { calls, periodMs }: Window,
  spans: readonly Span[],
  mayBeSilentMs: number,
): number | null {
  let used = 0;
  let possible = 0;
  for (const { fromMs, toMs } of spans) {
    const within = arrivalsMs.filter((at) => at >= fromMs && at < toMs);
    const first = within[0] ?? toMs;
    const last = within.at(-1) ?? toMs;
    const silentMs = Math.max(0, first - fromMs - mayBeSilentMs) + Math.max(0, toMs - last - mayBeSilentMs);
    possible += (calls * silentMs) / periodMs;
    const lengthMs = (within[within.length - calls] ?? first) - first;
    if (lengthMs < periodMs) continue;
    used += within.length - calls;
    possible += (calls * lengthMs) / periodMs;
  }
  return possible === 0 ? null : used / possible;
}

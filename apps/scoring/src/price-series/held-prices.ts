import { placeOf, type PriceColumns } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';

const SHORTEST_GAP_MS = 2 * DAY_MS;
const USUAL_PAUSES = 4;

/**
 * How long nobody may look before it is a gap: four times the pause that is usual between two observations (their
 * median), and two days at least.
 */
export function longestSilenceMs(atMs: Float64Array): number {
  if (atMs.length < 2) return SHORTEST_GAP_MS;
  const pauses = new Float64Array(atMs.length - 1);
  for (let index = 1; index < atMs.length; index += 1) pauses[index - 1] = atMs[index]! - atMs[index - 1]!;
  return Math.max(SHORTEST_GAP_MS, USUAL_PAUSES * pauses.sort()[pauses.length >>> 1]!);
}

/** Whether nobody has looked for longer than the last price is taken to be in force. */
export function isLongSilent(atMs: Float64Array, nowMs: number): boolean {
  const silentMs = nowMs - (atMs.at(-1) ?? nowMs);
  return silentMs > SHORTEST_GAP_MS && silentMs > longestSilenceMs(atMs);
}

/**
 * Until when the price of an observation is taken to be in force: until the next one, or not at all when that came
 * after a gap, or never.
 */
export function heldUntilMs({ atMs }: PriceColumns, index: number, silenceMs: number): number {
  const nextMs = atMs[index + 1];
  return nextMs !== undefined && nextMs - atMs[index]! <= silenceMs ? nextMs : atMs[index]!;
}

/** For the times of observations: when the one before was, where a gap lies between the two. */
export function gapsBefore(atMs: Float64Array): (timeMs: number) => number | undefined {
  const silenceMs = longestSilenceMs(atMs);
  return (timeMs) => {
    const beforeMs = atMs[placeOf(atMs, timeMs) - 1];
    return beforeMs !== undefined && timeMs - beforeMs > silenceMs ? beforeMs : undefined;
  };
}

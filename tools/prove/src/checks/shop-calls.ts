import type { Evidence } from '../evidence.ts';
import { Tally, type Finding } from './finding.ts';

/** No window of the period, wherever it begins, holds more calls than the shop allows. */
export function checkShopCalls({ shop: { calls, limit, windowMs } }: Evidence): Finding {
  const tally = new Tally('calls at the shop', calls.length);
  const sorted = calls.toSorted((one, other) => one - other);
  for (const [place, at] of sorted.entries()) {
    const since = at - (sorted[place - limit] ?? -Infinity);
    if (since < windowMs)
      tally.unexpected(`${limit + 1} calls within ${since} ms at ${new Date(at).toISOString()}`);
  }
  return tally.finding;
}

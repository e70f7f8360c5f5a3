import { instantMs, localMs } from './local-time.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SHORT_STEPS_MS = [
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

/** Round times within a span, at most so many: full hours and days, or first days of months and years, by the clocks there. */
export const timeTicks = (fromMs: number, toMs: number, atMost: number, timeZone: string): number[] =>
  localTicks(localMs(fromMs, timeZone), localMs(toMs, timeZone), atMost)
    .map((local) => instantMs(local, timeZone))
    .filter((atMs) => fromMs <= atMs && atMs <= toMs);

function localTicks(fromMs: number, toMs: number, atMost: number): number[] {
  const shortStepMs = SHORT_STEPS_MS.find((stepMs) => (toMs - fromMs) / stepMs <= atMost);
  if (shortStepMs !== undefined) {
    const first = Math.ceil(fromMs / shortStepMs);
    const count = Math.floor(toMs / shortStepMs) - first + 1;
    return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * shortStepMs);
  }
  const months = MONTH_STEPS.map((step) => monthTicks(fromMs, toMs, step));
  return months.find((ticks) => ticks.length <= atMost) ?? months.at(-1)!;
}

function monthTicks(fromMs: number, toMs: number, step: number): number[] {
  const from = new Date(fromMs);
  const first = Math.floor((from.getUTCFullYear() * 12 + from.getUTCMonth()) / step) * step;
  const ticks: number[] = [];
  for (let month = first; ; month += step) {
    const atMs = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (atMs > toMs) return ticks;
    if (atMs >= fromMs) ticks.push(atMs);
  }
}

/** A round step for so many ticks over this range: 1, 2, 2.5 or 5 times a power of ten. */
export function roundStep(range: number, ticks: number): number {
  const rough = range / ticks;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough)!;
}

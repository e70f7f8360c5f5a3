/** Turns time into ticks and back. Ticks count from the epoch, so that a restarted shop goes on where it was. */
export interface ShopClock {
  readonly tickMs: number;
  now(): number;
  tickAt(timeMs: number): number;
  /** ISO time at which a tick begins: the observation's time, the same for every answer within the tick. */
  startOf(tick: number): string;
}

/** `speed` 2 makes time pass twice as fast: a tick lasts 2 s divided by it. */
export function shopClock(speed: number, now: () => number = Date.now): ShopClock {
  if (!(speed > 0 && speed <= 200))
    throw new RangeError(`speed must be above 0 and at most 200, not ${speed}`);
  const tickMs = Math.max(1, Math.round(2000 / speed));
  return {
    tickMs,
    now,
    tickAt: (timeMs) => Math.floor(timeMs / tickMs),
    startOf: (tick) => new Date(tick * tickMs).toISOString(),
  };
}

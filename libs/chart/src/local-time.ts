const formats = new Map<string, Intl.DateTimeFormat>();
const KEPT_AT_MOST = 600;

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = 'numeric' as const;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric },
  });
  if (formats.size >= KEPT_AT_MOST) formats.clear();
  formats.set(timeZone, made);
  return made;
}

/** How far the clocks of a zone are ahead of UTC at an instant, in ms. */
function aheadMs(atMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const wholeMs = Math.floor(atMs / 1_000) * 1_000;
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(wholeMs)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeMs;
}

/** What clocks and calendars of a zone show at an instant, as if that were UTC. */
export const localMs = (atMs: number, timeZone: string): number => atMs + aheadMs(atMs, timeZone);

/** The instant at which they show it; an hour that clocks skip is the one after. */
export function instantMs(local: number, timeZone: string): number {
  const guess = local - aheadMs(local, timeZone);
  return local - aheadMs(guess, timeZone);
}

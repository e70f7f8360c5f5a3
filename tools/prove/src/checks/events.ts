import type { Evidence } from '../evidence.ts';
import { Tally, type Finding } from './finding.ts';

/** What follows from a message is told once, however often the message came. */
export function checkEvents({ events }: Evidence): Finding {
  const tally = new Tally('events told', events.told);
  for (const { what, times } of events.again) tally.duplicated(`${what}, ${times} times`, times - 1);
  return tally.finding;
}

import type { Evidence } from '../evidence.ts';
import { Tally, type Finding } from './finding.ts';

const ATTEMPTS_AT_MOST = 5;

/** Poison ends among the dead letters, within five attempts; no good message does. */
export function checkDeadLetters({ poison, deadLetters }: Evidence): Finding {
  const tally = new Tally('poison in the dead letters', poison.length);
  for (const { mark } of poison) {
    const found = deadLetters.filter(({ payload }) => payload.includes(mark));
    if (found.length === 0) tally.lost(mark);
    if (found.length > 1) tally.duplicated(mark, found.length - 1);
    const attempts = found[0]?.attempts ?? 0;
    if (attempts > ATTEMPTS_AT_MOST) tally.unexpected(`${mark}: ${attempts} attempts`);
  }
  for (const { service, payload } of deadLetters) {
    if (!poison.some(({ mark }) => payload.includes(mark)))
      tally.unexpected(`a good message of ${service}: ${payload.slice(0, 200)}`);
  }
  return tally.finding;
}

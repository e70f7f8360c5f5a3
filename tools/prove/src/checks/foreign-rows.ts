import type { Evidence } from '../evidence.ts';
import { Tally, type Finding } from './finding.ts';

/** No account sees anything of another. */
export function checkForeignRows({ foreign }: Evidence): Finding {
  const tally = new Tally('foreign rows seen', foreign.looked);
  for (const what of foreign.seen) tally.unexpected(what);
  return tally.finding;
}

import { countFalls, type Falls } from './fall-count.ts';
import { ALIKE, LastingLevels, LEVELS_AT_MOST } from './lasting-levels.ts';
import type { PastRuns } from './past-runs.ts';
import { ONE_SALE_MS } from './prior-price.ts';

/** How often a price as good as the present one was there before, and how long it was not undercut. */
export interface SuchPrices extends Falls {
  /** Share of the time before the present observation, 0 to 1. */
  share: number;
  /**
   * What counts as good for `times` and `lasted`: up to 2 % above the present price, or a higher level if what was below
   * it lasted more often. What undercuts the lower of two prices undercuts the higher one too, so that a lower price
   * never lasts less.
   */
  levelMinor: number;
  /** Times that it came, and 60 days or a lower price have come since. */
  times: number;
  /** Of these, times that it was not undercut by more than 4 % of the level then or within the 60 days after. */
  lasted: number;
}

/**
 * Share of such prices that last, by Laplace's rule of succession: what is known of prices as good is mixed with one
 * case of the product's falls in general, and these with one of each outcome.
 * @see https://en.wikipedia.org/wiki/Rule_of_succession
 */
export const lastingShare = ({
  times,
  lasted,
  falls,
  lastedFalls,
}: Omit<SuchPrices, 'share' | 'levelMinor'>) => (lasted + (lastedFalls + 1) / (falls + 2)) / (times + 1);

/** Counts prices as good as the present one in what was in force before it. */
export function suchPrices(past: PastRuns, priceMinor: number): SuchPrices {
  const likeMinor = priceMinor * (1 + ALIKE);
  const { reals, boundsMs, length } = past;
  let suchMs = 0;
  for (let run = 0; run < length; run += 1)
    suchMs += (boundsMs[run]! - boundsMs[run + 1]!) * (reals[run]! <= likeMinor ? 1 : 0);
  const falls = countFalls(past);
  return { share: suchMs / past.coveredMs, ...bestLevel(past, likeMinor, falls), ...falls };
}

/** At how many levels above the present price it is asked how long they lasted. */
const LEVELS_ASKED = LEVELS_AT_MOST - 1;
// Room to work in, used again by every count: nothing waits in between.
const levels = new LastingLevels();

/** The level, of the present one and those of runs before, whose prices lasted most. */
function bestLevel(
  past: PastRuns,
  likeMinor: number,
  falls: Falls,
): Pick<SuchPrices, 'levelMinor' | 'times' | 'lasted'> {
  const { reals, length } = past;
  const first = stepsOf(past);
  const step = Math.ceil((length - first) / LEVELS_ASKED);
  levels.clear();
  levels.ask(likeMinor);
  for (let run = first; run < length; run += step) if (reals[run]! > likeMinor) levels.ask(reals[run]!);
  levels.sweep(past, first);
  let best = { levelMinor: likeMinor, ...levels.at(0) };
  let most = lastingShare({ ...best, ...falls });
  for (let run = first; run < length; run += step) {
    if (reals[run]! <= likeMinor) continue;
    const counted = levels.at(levels.rankOf(run));
    const share = lastingShare({ ...counted, ...falls });
    if (share <= most) continue;
    best = { levelMinor: reals[run]!, ...counted };
    most = share;
  }
  return best;
}

/** Steps of a sale that goes on undercut nothing yet: the present price would seem worse for each of them. */
function stepsOf({ prices, boundsMs, length }: PastRuns): number {
  const sinceMs = boundsMs[0]! - ONE_SALE_MS;
  let steps = 0;
  while (
    steps < length &&
    boundsMs[steps + 1]! > sinceMs &&
    (steps === 0 || prices[steps]! >= prices[steps - 1]!)
  )
    steps += 1;
  return steps;
}

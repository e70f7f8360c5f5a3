import { type BaseRates, baseRatesOf } from './base-rates.ts';
import { fitHazards, type Followed } from './fit-hazards.ts';
import { type ForecastModel, NO_MODEL } from './forecast-model.ts';
import { levelsOf } from './levels.ts';
import { eachPaced } from './paced.ts';
import { followedUntil, type TrainingSample } from './training-samples.ts';

/** Below this nothing is learnt: a few days of one shop would be taken for the way of the world. */
const WEEKS_AT_LEAST = 5;
const EVENTS_AT_LEAST = 100;
/** More teach no more; a fit takes a second or two. */
const SAMPLES_AT_MOST = 80_000;

/** What samples, oldest first, teach of what was known at a time; undefined where that is too little. */
export function* learnt(
  known: readonly TrainingSample[],
  nowMs: number,
): Generator<void, Pick<ForecastModel, 'weights' | 'levels' | 'baseRates'> | undefined> {
  const step = Math.ceil(known.length / SAMPLES_AT_MOST);
  const followed: Followed[] = [];
  const weeks = new Set<number>();
  let events = 0;
  yield* eachPaced(known, (sample, index) => {
    if (index % step !== 0) return;
    const one = followedUntil(sample, nowMs);
    if (!one) return;
    followed.push(one);
    weeks.add(one.week);
    if (one.reached) events += 1;
  });
  if (events < EVENTS_AT_LEAST || weeks.size < WEEKS_AT_LEAST) return undefined;
  const baseRates: BaseRates = yield* baseRatesOf(known, nowMs);
  const weights = yield* fitHazards(followed);
  const levels = yield* levelsOf(weights, baseRates, known, nowMs);
  return { weights, baseRates, levels: levels ?? NO_MODEL.levels };
}

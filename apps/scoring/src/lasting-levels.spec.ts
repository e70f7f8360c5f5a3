import * as fc from 'fast-check';
import { DAY_MS } from './day.ts';
import { ALIKE, LASTING_MS, LastingLevels, LEVELS_AT_MOST } from './lasting-levels.ts';
import { PastRuns } from './past-runs.ts';
import { PriceTimeline } from './price-timeline.ts';
import { TodaysMoney } from './price-trend.ts';

/** The same, level by level and run by run: slow, and plain enough to be seen to be right. */
function countedPlainly({ reals, boundsMs, length }: PastRuns, levelMinor: number, skipped: number) {
  const lowerMinor = (levelMinor * (1 - ALIKE)) / (1 + ALIKE);
  let [times, lasted] = [0, 0];
  for (let last = skipped; last < length; last += 1) {
    const endsStay = reals[last]! <= levelMinor && (last === skipped || reals[last - 1]! > levelMinor);
    if (!endsStay) continue;
    const untilMs = boundsMs[last]! + LASTING_MS;
    let before = last;
    while (before < length && reals[before]! <= levelMinor) before += 1;
    let isUndercut = false;
    for (let run = skipped; run < before; run += 1)
      if (reals[run]! < lowerMinor && (run >= last || boundsMs[run + 1]! <= untilMs)) isUndercut = true;
    if (!isUndercut && untilMs > boundsMs[0]!) continue;
    times += 1;
    if (!isUndercut) lasted += 1;
  }
  return { times, lasted };
}

/** Runs from old to new, the last one in force until now; prices that are no whole numbers as if the money had changed. */
function pastOf(history: readonly (readonly [days: number, price: number])[]): PastRuns {
  const timeline = new PriceTimeline();
  let day = 0;
  for (const [at, [days, priceMinor]] of history.entries()) {
    timeline.append(day * DAY_MS, { priceMinor, availability: at % 2 });
    day += days;
  }
  const { availability } = timeline.last()!;
  timeline.append(day * DAY_MS, { priceMinor: history.at(-1)![1], availability });
  const past = new PastRuns();
  past.read(timeline, 0, -Infinity, new TodaysMoney(undefined, 0, 0));
  return past;
}

const levels = new LastingLevels();

function expectPlainCounts(past: PastRuns, asked: readonly number[], skipped = 0): void {
  levels.clear();
  for (const level of asked) levels.ask(level);
  levels.sweep(past, skipped);
  const sorted = asked.toSorted((one, other) => one - other);
  expect(sorted.map((_, level) => levels.at(level))).toEqual(
    sorted.map((level) => countedPlainly(past, level, skipped)),
  );
  for (let run = 0; run < past.length; run += 1)
    expect(levels.rankOf(run)).toBe(sorted.filter((level) => level < past.reals[run]!).length);
}

const days = fc.constantFrom(0.01, 0.5, 2, 7, 19.99, 20, 30, 59.99, 60, 60.01, 90);
const price = fc.oneof(
  fc.constantFrom(0, 500, 960, 961, 1000, 1000, 1020, 1040),
  fc.integer({ min: 900, max: 1_100 }),
  fc.integer({ min: 0, max: 1e12 }),
  fc.double({ min: 900, max: 1_100, noNaN: true }),
);

describe('levels of the past', () => {
  it('are counted all at once as each of them alone, for any history and any levels', () => {
    const history = fc.array(fc.tuple(days, price), { minLength: 1, maxLength: 60 });
    const asked = fc.array(price, { minLength: 1, maxLength: LEVELS_AT_MOST });
    fc.assert(
      fc.property(history, asked, fc.nat(), fc.nat({ max: 3 }), (runs, others, seed, skipped) => {
        const own = runs.filter((_, at) => (seed + at) % 3 === 0).map(([, level]) => level);
        expectPlainCounts(pastOf(runs), [...own, ...others].slice(0, LEVELS_AT_MOST), skipped);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are counted as each alone where there are more runs than are kept room for, whether prices jump, drift or stay', () => {
    const jumping = (at: number) => 1_000 + ((at * 7_919) % 1_000);
    const rising = (at: number) => 1_000 + at;
    const falling = (at: number) => 2_000 - at;
    const narrow = (at: number) => 1_000 + ((at * 7_919) % 23);
    const constant = () => 1_000;
    for (const priceOf of [jumping, rising, falling, narrow, constant]) {
      const past = pastOf(Array.from({ length: 700 }, (_, at) => [0.5, priceOf(at)] as const));
      const asked = Array.from({ length: LEVELS_AT_MOST }, (_, at) => past.reals[at * 14]!);
      expectPlainCounts(past, asked);
    }
  });
});

import type { PriceTimeline } from '../price-timeline.ts';
import { SHARE_ENDS } from './base-rates.ts';
import { TARGET_CUTS } from './hazard-features.ts';
import { type PriceState, RUNS_READ } from './price-state.ts';

/** Prices of the past that are told apart at most; of more, every so many-th. */
const PAST_PRICES = 24;

/**
 * The targets, rising and all below the price, at which what is known of a target changes: where it crosses a share of the
 * price or of the usual one, or a price of the past. Between two of them nothing changes.
 */
export function targetsOf({ priceMinor, usualMinor }: PriceState, timeline: PriceTimeline): number[] {
  const cuts = [
    ...[...TARGET_CUTS.ofPrice, ...SHARE_ENDS].map((share) => Math.floor(priceMinor * share)),
    ...TARGET_CUTS.ofUsual.map((share) => Math.floor(usualMinor * share)),
    ...pastPrices(timeline, priceMinor).map((price) => price - 1),
  ];
  const targets = new Set([0, priceMinor - 1, ...cuts.flatMap((cut) => [cut, cut + 1])]);
  return [...targets]
    .filter((target) => target >= 0 && target < priceMinor)
    .sort((one, other) => one - other);
}

/** Prices of the past below a price, rising: all of few, every so many-th of many, the lowest always. */
export function pastPrices({ prices, length }: PriceTimeline, belowMinor: number): number[] {
  const distinct = new Set<number>();
  for (let run = Math.max(0, length - RUNS_READ); run < length; run += 1)
    if (prices[run]! < belowMinor) distinct.add(prices[run]!);
  const rising = [...distinct].sort((one, other) => one - other);
  const step = Math.ceil(rising.length / PAST_PRICES);
  return rising.filter((_, at) => at % step === 0);
}

/**
 * Probabilities that never fall as the target rises. What a model says of targets one by one may do so, since it puts them
 * into buckets: half-way between the highest of all lower targets and the lowest of all higher ones it does not, and what
 * rises anyway stays as it is.
 */
export class TargetCurve {
  private readonly targets: readonly number[];
  private readonly highest: readonly number[];
  private readonly lowest: readonly number[];

  /** @param targets rising, 0 the first of them */
  constructor(targets: readonly number[], probability: (targetMinor: number) => number) {
    const said = targets.map(probability);
    let most = 0;
    let least = 1;
    this.targets = targets;
    this.highest = said.map((one) => (most = Math.max(most, one)));
    this.lowest = said
      .toReversed()
      .map((one) => (least = Math.min(least, one)))
      .reverse();
  }

  /** Of a target that is not above the last one. */
  at(targetMinor: number): number {
    const next = this.targets.findIndex((target) => target >= targetMinor);
    const last = this.targets[next] === targetMinor ? next : next - 1;
    return (this.highest[last]! + this.lowest[next]!) / 2;
  }
}

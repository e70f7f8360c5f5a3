import type { PriceTimeline } from '../price-timeline.ts';
import { baseRate, type HorizonDays } from './base-rates.ts';
import { type ForecastModel, probabilityOf } from './forecast-model.ts';
import { type HazardInput, hazardInput } from './hazard-features.ts';
import { type PriceState, priceState, targetPast } from './price-state.ts';
import { TargetCurve, targetsOf } from './target-curve.ts';
import { TARGET_SHARES, targetOf } from './training-samples.ts';

/** Shares of the price at which the lowest price to come is looked for, falling. */
const GRID = [0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.35, 0.2] as const;
/** The ends of the interval: one time in ten the lowest price is below it, one in ten above. */
const INTERVAL = [0.1, 0.9] as const;

/** The lowest price to be expected within some days, with the interval that holds it eight times in ten. */
export interface ExpectedLow {
  expectedMinor: number;
  lowMinor: number;
  highMinor: number;
}

/** Tells what to expect of the price that a timeline ends with. Nothing of an empty timeline. */
export class PriceForecast {
  readonly state: PriceState;
  private readonly model: ForecastModel;
  private readonly targets: readonly number[];
  private readonly inputs: ReadonlyMap<number, HazardInput>;
  private readonly curves = new Map<HorizonDays, TargetCurve>();

  constructor(timeline: PriceTimeline, model: ForecastModel) {
    this.model = model;
    this.state = priceState(timeline)!;
    this.targets = targetsOf(this.state, timeline);
    this.inputs = new Map(
      this.targets.map((target) => [target, hazardInput(this.state, targetPast(timeline, target))]),
    );
  }

  /**
   * The probability that the price is at or below a target at some time within the days; 1 where it is already. It never
   * falls as the target rises, and rises with the days.
   */
  probability(targetMinor: number, days: HorizonDays): number {
    if (this.state.priceMinor <= targetMinor) return 1;
    return this.curve(days).at(Math.max(0, Math.floor(targetMinor)));
  }

  private curve(days: HorizonDays): TargetCurve {
    let curve = this.curves.get(days);
    if (!curve) {
      curve = new TargetCurve(this.targets, (target) =>
        probabilityOf(this.model, this.inputs.get(target)!, target / this.state.priceMinor, days),
      );
      this.curves.set(days, curve);
    }
    return curve;
  }

  /** The probability that the price falls by more than 2 % within the days. */
  undercut(days: HorizonDays): number {
    return this.probability(targetOf(this.state.priceMinor, TARGET_SHARES[0]), days);
  }

  /** What the base rate says where the model says `probability`. */
  base(targetMinor: number, days: HorizonDays): number {
    const { priceMinor } = this.state;
    return priceMinor <= targetMinor ? 1 : baseRate(this.model.baseRates, targetMinor / priceMinor, days);
  }

  /** The lowest price within the days: a lower target is never likelier than a higher one. */
  lowest(days: HorizonDays): ExpectedLow {
    const { priceMinor } = this.state;
    const reached = this.reachedWithin(days);
    let expected = priceMinor;
    let above = 1;
    for (const [at, share] of GRID.entries()) {
      expected -= reached[at]! * (above - share) * priceMinor;
      above = share;
    }
    const [low, high] = INTERVAL.map((part) => shareReached(reached, part));
    return {
      expectedMinor: Math.round(expected),
      lowMinor: Math.round(low! * priceMinor),
      highMinor: Math.round(high! * priceMinor),
    };
  }

  private reachedWithin(days: HorizonDays): number[] {
    const { priceMinor } = this.state;
    return GRID.map((share) => {
      const targetMinor = targetOf(priceMinor, share);
      return targetMinor < priceMinor ? this.probability(targetMinor, days) : 0;
    });
  }
}

/** The lowest share of the price that is reached at least so often; 1 when none is. */
function shareReached(reached: readonly number[], atLeast: number): number {
  const index = reached.findLastIndex((probability) => probability >= atLeast);
  return index < 0 ? 1 : GRID[index]!;
}

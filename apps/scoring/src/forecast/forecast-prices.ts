import type { PriceTimeline } from '../price-timeline.ts';
import type { HorizonDays } from './base-rates.ts';
import { baseRatesAlone, type ForecastModel, isTrusted, probabilityOf } from './forecast-model.ts';
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

type Curves = (days: HorizonDays) => TargetCurve;

/** Tells what to expect of the price that a timeline ends with. Nothing of an empty timeline. */
export class PriceForecast {
  readonly state: PriceState;
  private readonly model: ForecastModel;
  private readonly targets: readonly number[];
  private readonly inputs: ReadonlyMap<number, HazardInput>;
  private readonly modelled: Curves;
  private readonly general: Curves;

  constructor(timeline: PriceTimeline, model: ForecastModel) {
    this.model = model;
    this.state = priceState(timeline)!;
    this.targets = targetsOf(this.state, timeline);
    this.inputs = new Map(
      this.targets.map((target) => [target, hazardInput(this.state, targetPast(timeline, target))]),
    );
    this.modelled = this.curvesBy(model);
    this.general = this.curvesBy(baseRatesAlone(model));
  }

  /**
   * The probability that the price is at or below a target at some time within the days; 1 where it is already. It never
   * falls as the target rises, and rises with the days.
   */
  probability(targetMinor: number, days: HorizonDays): number {
    return this.said(this.modelled, targetMinor, days);
  }

  /** The same by the base rates alone, which are held to rise in the same way. */
  base(targetMinor: number, days: HorizonDays): number {
    return this.said(this.general, targetMinor, days);
  }

  /** The probability that the price falls by more than 2 % within the days; 0 of a price of 0, which cannot fall. */
  undercut(days: HorizonDays): number {
    return this.state.priceMinor === 0 ? 0 : this.probability(this.undercutMinor, days);
  }

  /**
   * Whether anything that is said of the days is the model's rather than the base rate's: it is trusted for them, or what
   * it says of fewer days lifts what is said of these.
   */
  isModelled(days: HorizonDays): boolean {
    return isTrusted(this.model, days) || this.targets.some((target) => this.isLifted(target, days));
  }

  /** The same of `undercut` alone. */
  isUndercutModelled(days: HorizonDays): boolean {
    return isTrusted(this.model, days) || this.isLifted(this.undercutMinor, days);
  }

  private isLifted(targetMinor: number, days: HorizonDays): boolean {
    return this.probability(targetMinor, days) !== this.base(targetMinor, days);
  }

  private get undercutMinor(): number {
    return targetOf(this.state.priceMinor, TARGET_SHARES[0]);
  }

  private said(curves: Curves, targetMinor: number, days: HorizonDays): number {
    if (this.state.priceMinor <= targetMinor) return 1;
    return curves(days).at(Math.max(0, Math.floor(targetMinor)));
  }

  /** Each curve is made when it is first asked for. */
  private curvesBy(model: ForecastModel): Curves {
    const curves = new Map<HorizonDays, TargetCurve>();
    return (days) => {
      const curve =
        curves.get(days) ??
        new TargetCurve(this.targets, (target) =>
          probabilityOf(model, this.inputs.get(target)!, target / this.state.priceMinor, days),
        );
      curves.set(days, curve);
      return curve;
    };
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

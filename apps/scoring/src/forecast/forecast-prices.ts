import type { PriceTimeline } from '../price-timeline.ts';
import type { HorizonDays } from './base-rates.ts';
import { baseRatesAlone, type ForecastModel, isTrusted, probabilityOf } from './forecast-model.ts';
import { type HazardInput, hazardInput } from './hazard-features.ts';
import { type ExpectedLow, knownPrices, lowestOf } from './lowest-price.ts';
import { type PriceState, priceState, targetPast } from './price-state.ts';
import { TargetCurve, targetsOf } from './target-curve.ts';
import { TARGET_SHARES, targetOf } from './training-samples.ts';

type Curves = (days: HorizonDays) => TargetCurve;

/** Tells what to expect of the price that a timeline ends with. Nothing of an empty timeline. */
export class PriceForecast {
  readonly state: PriceState;
  private readonly model: ForecastModel;
  private readonly targets: readonly number[];
  private readonly known: readonly number[];
  private readonly inputs: ReadonlyMap<number, HazardInput>;
  private readonly modelled: Curves;
  private readonly general: Curves;

  constructor(timeline: PriceTimeline, model: ForecastModel) {
    this.model = model;
    this.state = priceState(timeline)!;
    this.targets = targetsOf(this.state, timeline);
    this.known = knownPrices(this.state, timeline);
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

  /** The lowest price within the days; it never rises with them. */
  lowest(days: HorizonDays): ExpectedLow {
    return lowestOf(this.known, (priceMinor) => this.probability(priceMinor, days));
  }
}

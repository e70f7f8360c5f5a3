import { alertsOf, scoreAlerts, thresholdFor } from './alerts.ts';
import { type LastingLow, lastingLows, lowsTold } from './lasting-lows.ts';
import { type Measures, measuresOf } from './metrics.ts';
import { FOLLOWED_AT_LEAST_DAYS, type Outcome, outcomeAt } from './outcomes.ts';
import { type Rule, RULES } from './rules.ts';
import type { Observed, Series } from './series.ts';

/** A series with Souk's score of each observation; NaN where there is none. */
export interface Scored {
  series: Series;
  scores: Float64Array;
  /** What the prices really were, where some were made wrong: all that alerts are judged by. */
  truth?: readonly Observed[];
}

export interface Comparison {
  rule: string;
  /** Souk's, so that it alerts as often as the rule. */
  threshold: number;
  measuresOfRule: Measures;
  measuresOfSouk: Measures;
}

/** Souk beside each rule, each time at the number of judged alerts that the rule raises. */
export function compare(scored: readonly Scored[], rules: readonly Rule[] = RULES): Comparison[] {
  const judges = scored.map((one) => new SeriesJudge(one));
  return rules.flatMap((rule) => {
    const ofRule = judges.map((judge) => judge.judged(judge.alertsOfRule(rule)));
    const wanted = ofRule.reduce((sum, alerts) => sum + alerts.length, 0);
    if (wanted === 0) return [];
    const threshold = thresholdFor(wanted, (at) =>
      judges.reduce((sum, judge) => sum + judge.judged(judge.alertsOfScore(at)).length, 0),
    );
    const ofSouk = judges.map((judge) => judge.judged(judge.alertsOfScore(threshold)));
    return [
      {
        rule: rule.name,
        threshold,
        measuresOfRule: measured(judges, ofRule),
        measuresOfSouk: measured(judges, ofSouk),
      },
    ];
  });
}

function measured(judges: readonly SeriesJudge[], alerts: readonly number[][]): Measures {
  const lows = { all: 0, told: 0 };
  const outcomes = judges.flatMap((judge, at) => {
    lows.all += judge.lows.length;
    lows.told += lowsTold(judge.lows, judge.placesOf(alerts[at]!));
    return alerts[at]!.map((index) => judge.outcome(index));
  });
  return measuresOf(outcomes, lows);
}

/** The truth about one series, found once and remembered. */
class SeriesJudge {
  readonly lows: LastingLow[];
  private readonly outcomes = new Map<number, Outcome>();
  private readonly one: Scored;
  private readonly truth: readonly Observed[];

  constructor(one: Scored) {
    this.one = one;
    this.truth = one.truth ?? one.series.observed;
    this.lows = lastingLows(this.truth);
  }

  /** Where observations stand in the truth, which has those that were not believed as well. */
  placesOf(indexes: readonly number[]): number[] {
    const { observed } = this.one.series;
    let place = 0;
    return indexes.map((index) => {
      while (this.truth[place]!.atMs < observed[index]!.atMs) place += 1;
      return place;
    });
  }

  alertsOfRule(rule: Rule): number[] {
    const { observed } = this.one.series;
    const judge = rule.judge();
    const held = observed.map((point) => judge(point));
    return alertsOf(observed, (index) => held[index]!);
  }

  alertsOfScore(threshold: number): number[] {
    return scoreAlerts(this.one.series.observed, this.one.scores, threshold);
  }

  outcome(index: number): Outcome {
    let outcome = this.outcomes.get(index);
    if (!outcome) {
      outcome = outcomeAt(
        this.truth,
        this.placesOf([index])[0]!,
        this.one.series.observed[index]!.priceMinor,
      );
      this.outcomes.set(index, outcome);
    }
    return outcome;
  }

  /** Alerts whose sequel is known for long enough to be judged. */
  judged(alerts: number[]): number[] {
    const { observed } = this.one.series;
    const untilMs = observed.at(-1)!.atMs - FOLLOWED_AT_LEAST_DAYS * 86_400_000;
    return alerts.filter((index) => observed[index]!.atMs <= untilMs);
  }
}

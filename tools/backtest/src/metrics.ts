import type { Outcome } from './outcomes.ts';

/** How good a set of alerts was; shares and percentages from 0 to 100, NaN of none. */
export interface Measures {
  alerts: number;
  regretMean: number;
  regretP90: number;
  /** Share of alerts whose price was not undercut by more than 2 % within 60 days. */
  precision: number;
  savingMean: number;
  lowsMissed: number;
  fakes: number;
  /** Share of alerts of prices that were read wrong. */
  wrong: number;
  /** Days of the following 60 that the history covers, on average. */
  followedDays: number;
}

export function measuresOf(outcomes: readonly Outcome[], lows: { all: number; told: number }): Measures {
  const count = outcomes.length;
  const share = (holds: (outcome: Outcome) => boolean): number =>
    (outcomes.filter(holds).length / count) * 100;
  const mean = (value: (outcome: Outcome) => number): number =>
    (outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / count) * 100;
  return {
    alerts: count,
    regretMean: mean(({ regret }) => regret),
    regretP90: quantile(
      outcomes.map(({ regret }) => regret * 100),
      0.9,
    ),
    precision: share(({ undercut }) => !undercut),
    savingMean: mean(({ saving }) => saving),
    lowsMissed: lows.all === 0 ? Number.NaN : ((lows.all - lows.told) / lows.all) * 100,
    fakes: share(({ fake }) => fake),
    wrong: share(({ wrong }) => wrong),
    followedDays: mean(({ followedDays }) => followedDays) / 100,
  };
}

/** The smallest value that at least this share of the values does not exceed (nearest rank); NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** One figure of the table with what it must be. */
export interface Goal {
  name: string;
  value: number;
  unit: string;
  atMost?: number;
  atLeast?: number;
  /** What the figure is made of, in the units that performance.md uses. */
  detail: string;
}

/** A figure that could not be measured (NaN) meets no goal. */
export function isMet({ value, atMost, atLeast }: Goal): boolean {
  return (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
}

const shown = (value: number): string =>
  Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 3 }) : 'not measured';

const wanted = ({ atMost, atLeast, unit }: Goal): string =>
  atMost !== undefined ? `<= ${atMost}${unit}` : atLeast !== undefined ? `>= ${atLeast}${unit}` : 'stated';

/** The table as Markdown, so that it can be taken into a page as it is. */
export function tableOf(goals: readonly Goal[]): string {
  const rows = goals.map((goal) =>
    [
      goal.name,
      `${shown(goal.value)}${goal.unit}`,
      wanted(goal),
      isMet(goal) ? 'met' : 'MISSED',
      goal.detail,
    ].join(' | '),
  );
  return ['what | measured | goal | | made of', '--- | --- | --- | --- | ---', ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}

import { type Finding, isGood } from './checks/finding.ts';
import { nameOf } from './faults.ts';
import type { Outcome } from './inflict.ts';

export type Verdict = 'green' | 'red' | 'void';

export interface Result {
  verdict: Verdict;
  /** Why it is void, or red for another reason than a finding. */
  because: string[];
  seed: number;
  minutes: number;
  rate: number;
  startedAt: string;
  findings: Finding[];
  faults: Outcome[];
  figures: Record<string, number | string>;
}

/** Void says that nothing was proven; red outweighs it. */
export function verdictOf(findings: readonly Finding[], tooSlow: string[], noEffect: string[]): Verdict {
  if (tooSlow.length > 0 || !findings.every(isGood)) return 'red';
  return noEffect.length > 0 ? 'void' : 'green';
}

/** Columns side by side; the first row heads them. */
export const table = (rows: string[][]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
    .join('\n');
};

function effectOf({ tookEffect, problem, leftOut, effect, stoppedAfterMs }: Outcome): string {
  if (leftOut !== undefined) return 'left out';
  if (!tookEffect) return `NO: ${problem ?? 'it did not happen'}`;
  if (effect) return `${effect.connections} connections, ${effect.bytes} bytes`;
  return stoppedAfterMs === undefined ? 'yes' : `ended in ${(stoppedAfterMs / 1_000).toFixed(1)} s`;
}

/** The result for people. */
export function textOf(result: Result): string {
  const { findings, faults, figures } = result;
  const rows = findings.map(({ what, of, lost, duplicated, unexpected, recovered }) =>
    [what, of, lost, duplicated, unexpected, recovered].map(String),
  );
  const faultRows = faults.map((outcome) => [
    nameOf(outcome.fault),
    `${(outcome.fault.atMs / 1_000).toFixed(1)} s`,
    effectOf(outcome),
    outcome.backAfterMs === undefined ? '-' : `${(outcome.backAfterMs / 1_000).toFixed(1)} s`,
  ]);
  return [
    '',
    table([['', 'of', 'lost', 'duplicated', 'unexpected', 'recovered'], ...rows]),
    '',
    ...(faultRows.length > 0
      ? [table([['fault', 'at', 'took effect', 'back after'], ...faultRows]), '']
      : []),
    ...Object.entries(figures).map(([name, value]) => `${name}: ${value}`),
    ...findings.flatMap(({ what, examples }) => examples.map((example) => `${what}, ${example}`)),
    ...result.because,
    '',
    `seed ${result.seed}, ${result.minutes} min: ${result.verdict.toUpperCase()}`,
  ].join('\n');
}

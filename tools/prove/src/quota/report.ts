import type { BudgetFinding, QuotaResult } from './judge.ts';
import { describe } from './run.ts';

const HEAD = [
  'budget',
  'window',
  'calls',
  'windows checked',
  'above budget',
  'most in one',
  'to spare',
  'budget used',
  'Redis calls/permit',
  'too late',
];

const rowsOf = (finding: BudgetFinding): string[][] =>
  finding.windows.map((window, index) => [
    index === 0 ? finding.upstream : '',
    `${window.calls} in ${window.periodMs / 1_000} s`,
    index === 0 ? String(finding.calls) : '',
    String(window.checked),
    String(window.above),
    String(window.most),
    window.closestMs === null ? '-' : `${window.closestMs.toFixed(1)} ms`,
    index > 0 ? '' : finding.usedShare === null ? '-' : `${(finding.usedShare * 100).toFixed(1)} %`,
    index === 0 ? finding.redisCallsPerPermit.toFixed(3) : '',
    index === 0 ? String(finding.stale) : '',
  ]);

/** The result for people; the table is Markdown, to be recorded as it is. */
export function quotaTextOf(result: QuotaResult): string {
  const rows = [HEAD, ...result.budgets.flatMap(rowsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: string[]): string =>
    `| ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const windows = result.budgets.flatMap((finding) => finding.windows);
  const sum = (key: 'above' | 'checked'): number => windows.reduce((total, window) => total + window[key], 0);
  return [
    '',
    line(HEAD),
    rule,
    ...rows.slice(1).map(line),
    '',
    ...result.faults.map(
      ({ fault, tookEffect, span }) =>
        `at ${(fault.atMs / 1_000).toFixed(1)} s ${describe(fault)}${tookEffect ? '' : ': NO EFFECT'}, back after ${Math.round(span.toMs - span.fromMs)} ms`,
    ),
    ...result.because,
    '',
    `${sum('above')} of ${sum('checked')} windows above budget; seed ${result.seed}, ${result.loadSeconds} s, 8 workers, 2 replicas, clocks up to 10 min apart: ${result.verdict.toUpperCase()}`,
  ].join('\n');
}

/**
 * Judges coverage/coverage-summary.json: at least 90 % of all lines, and 95 % of each file of pure
 * decisions. Those are the files with a spec beside them (`deal-score.ts` and `deal-score.spec.ts`): what
 * needs real servers is tested from a `test/` folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './pinned-node.mjs';

const OVERALL_PERCENT = 90;
const PURE_PERCENT = 95;

/** The verdict on a summary of jest: lines to print, and whether it is good enough. */
export function judge(summary, hasSpecBeside) {
  const { total, ...files } = summary;
  const lines = [`${total.lines.pct} % of lines covered (at least ${OVERALL_PERCENT} %)`];
  const pure = Object.entries(files).filter(([file]) => hasSpecBeside(file));
  const covered = pure.reduce((sum, [, { lines: count }]) => sum + count.covered, 0);
  const all = pure.reduce((sum, [, { lines: count }]) => sum + count.total, 0);
  lines.push(
    `${((100 * covered) / Math.max(all, 1)).toFixed(2)} % of lines in ${pure.length} files of pure decisions`,
  );
  const poor = pure.filter(([, { lines: count }]) => count.pct < PURE_PERCENT);
  for (const [file, { lines: count }] of poor)
    lines.push(`${file}: ${count.pct} %, at least ${PURE_PERCENT} % wanted`);
  return { lines, good: total.lines.pct >= OVERALL_PERCENT && poor.length === 0 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = join(root, 'coverage', 'coverage-summary.json');
  if (!existsSync(file)) throw new Error('no coverage/coverage-summary.json: run jest with --coverage first');
  const summary = JSON.parse(readFileSync(file, 'utf8'));
  const named = Object.entries(summary).map(([path, value]) => [
    path === 'total' ? path : relative(root, path),
    value,
  ]);
  const verdict = judge(Object.fromEntries(named), (path) =>
    existsSync(join(root, path.replace(/\.ts$/, '.spec.ts'))),
  );
  console.log(verdict.lines.join('\n'));
  process.exitCode = verdict.good ? 0 : 1;
}

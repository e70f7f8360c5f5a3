/**
 * `npm test`: installs what is missing, builds, runs every test with coverage, then the other checks, then the whole
 * product under load and faults. The last line sums up tests and checks: `N passed, N failed`. Arguments go to jest
 * (and then coverage and faults, which only mean something for everything together, are left out); `--tests-only`
 * leaves out all but the tests.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { ensurePackages, pinnedNode } from './pinned-node.mjs';
import { steps } from './steps.mjs';

ensurePackages();
const node = pinnedNode();
const { run, results } = steps();
const testsOnly = process.argv.includes('--tests-only');
const patterns = process.argv.slice(2).filter((arg) => arg !== '--tests-only');
const folder = mkdtempSync(join(tmpdir(), 'souk-jest-'));
const report = join(folder, 'results.json');

try {
  await run('servers', node, ['--conditions=source', 'tools/scripts/servers.mjs']);
  await run('build', 'nx', ['run-many', '-t', 'build', '--outputStyle=static']);
  const coverage = patterns.length > 0 ? [] : ['--coverage'];
  await run('tests', node, [
    'tools/scripts/jest.mjs',
    '--json',
    `--outputFile=${report}`,
    ...coverage,
    ...patterns,
  ]);
  if (patterns.length === 0) {
    await run('coverage', node, ['tools/scripts/coverage.mjs']);
    const prove = ['--conditions=source', 'tools/prove/src/main.ts'];
    await run('crash points', node, [...prove, '--crash-points']);
    // all six take longer than a test run should: these two lose what was promised, and in a different place each
    await run('controls', node, [...prove, '--plant', 'ack-before-commit,polling-by-id']);
  }
  if (!testsOnly) await check(run);
  if (!testsOnly && patterns.length === 0) {
    const prove = ['--conditions=source', 'tools/prove/src/main.ts', '--minutes', '3', '--seed', '7'];
    await run('prove', node, prove);
  }

  // tests count one by one, a file that does not even load counts as one failure, and so does each other step
  const jest = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  const others = results.filter(({ name }) => name !== 'tests' || !jest);
  const passed = (jest?.numPassedTests ?? 0) + others.filter(({ good }) => good).length;
  const counted = (jest?.numFailedTests ?? 0) + (jest?.numRuntimeErrorTestSuites ?? 0);
  const silent = results.some(({ name, good }) => name === 'tests' && !good) && counted === 0 && jest ? 1 : 0;
  const failed = counted + silent + others.filter(({ good }) => !good).length;
  const bad = results.filter(({ good }) => !good).map(({ name }) => name);
  if (bad.length > 0) console.log(`\nfailed: ${bad.join(', ')}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

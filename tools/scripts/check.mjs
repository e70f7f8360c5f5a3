/** What must hold besides the tests: lint, types, format, boundaries, commands that run from source, fresh generated docs. `npm run check` */
import { pathToFileURL } from 'node:url';
import { ensurePackages, pinnedNode } from './pinned-node.mjs';
import { steps } from './steps.mjs';

export async function check(run) {
  await run('lint', 'oxlint', ['-c', '.oxlintrc.json', '--type-aware', 'apps', 'libs', 'tools']);
  await run('types', 'tsc', ['-p', 'tsconfig.json']);
  await run('format', 'prettier', ['--check', '--log-level=warn', '.']);
  await run('boundaries', pinnedNode(), ['tools/scripts/boundaries.mjs']);
  await run('commands', pinnedNode(), ['tools/scripts/commands.mjs']);
  await run('generated docs', pinnedNode(), [
    '--conditions=source',
    'tools/scripts/events-doc.mjs',
    '--check',
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensurePackages();
  const { run, passed, failed } = steps();
  await check(run);
  console.log(`\n${passed()} passed, ${failed()} failed`);
  process.exitCode = failed() > 0 ? 1 : 0;
}

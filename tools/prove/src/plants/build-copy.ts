import { build, isBuilt, markBuilt, PROGRAMS, ROOT } from '@souk/start';
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWN_SCOPE = '@souk';
/** Our packages that the product runs. */
const PACKAGES = '{apps,libs}/*';
/** Compiled files, and those that are served as they are. */
const COPIED = [
  `${PACKAGES}/package.json`,
  `${PACKAGES}/dist/**/*.js`,
  `${PACKAGES}/src/**/*.{js,css,html,svg}`,
];
/** What the launcher runs from source, with the copy's packages. */
const LAUNCHED = ['tools/start/package.json', 'tools/start/src/migrate.ts'];

/**
 * Copies the compiled product into a folder of its own, where it can be changed. Foreign packages are linked;
 * ours are found in the copy. The product itself stays as it is.
 */
export async function copyOfBuild(): Promise<string> {
  if (!isBuilt(ROOT, PROGRAMS)) await build(ROOT, PROGRAMS);
  const root = mkdtempSync(join(tmpdir(), 'souk-planted-'));
  const files = globSync([...COPIED, ...LAUNCHED], { cwd: ROOT });
  for (const file of files) cpSync(join(ROOT, file), join(root, file));
  linkPackages(root);
  symlinkSync(join(ROOT, '.souk'), join(root, '.souk')); // unpacked servers, if there are any
  markBuilt(root);
  return root;
}

function linkPackages(root: string): void {
  const packages = join(root, 'node_modules');
  mkdirSync(join(packages, OWN_SCOPE), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.') && name !== OWN_SCOPE)
      symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
  }
  for (const folder of globSync(PACKAGES, { cwd: root }))
    symlinkSync(join(root, folder), join(packages, OWN_SCOPE, folder.split('/')[1]!));
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SOURCES = [
  '{apps,libs}/*/{package,tsconfig}.json',
  '{apps,libs}/*/src/**/*',
  'tsconfig.base.json',
  'package-lock.json',
];

/** Name, size and time of every source: changes when any of them is edited, added or removed. */
export function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: root }).sort()) {
    const { size, mtimeMs } = statSync(join(root, file));
    if (!file.endsWith('.spec.ts')) hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

const stampFile = (root: string): string => join(root, 'node_modules', '.cache', 'souk-build');

/** Whether the last build made all that is needed from exactly these sources. */
export function isBuilt(root: string, programs: readonly string[]): boolean {
  const stamp = stampFile(root);
  if (!existsSync(stamp) || !programs.every((program) => existsSync(join(root, program)))) return false;
  return readFileSync(stamp, 'utf8') === fingerprint(root);
}

/** The compiler's own lines if there are any, else the end of everything. */
function errorsOf(output: string): string {
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line));
  return errors.length > 0 ? errors.slice(0, 20).join('\n') : output.trim().slice(-4_000);
}

/**
 * Builds the services and the libraries they need; unchanged projects come from Nx's cache.
 * @throws with the end of what the compiler said
 */
export async function build(root: string, programs: readonly string[]): Promise<void> {
  const before = fingerprint(root);
  const projects = programs.map((program) => `@souk/${program.split('/')[1]}`).join(',');
  const args = ['run-many', '-t', 'build', `--projects=${projects}`, '--outputStyle=static'];
  const nx = spawn(process.execPath, [join(root, 'node_modules/nx/dist/bin/nx.js'), ...args], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false', NODE_OPTIONS: '', NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  nx.stdout.on('data', keep);
  nx.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    nx.once('error', reject);
    nx.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the build failed:\n${errorsOf(output)}`);
  const absent = programs.find((program) => !existsSync(join(root, program)));
  if (absent) throw new Error(`the build did not make ${absent}:\n${output.trim()}`);
  markBuilt(root, before);
}

/** Notes that what lies there was built from these sources: a copy of a build needs no other. */
export function markBuilt(root: string, stamp = fingerprint(root)): void {
  mkdirSync(dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), stamp);
}

/**
 * Installs packages where they are missing and finds the Node that runs everything else. Plain JavaScript
 * and node: modules only: this runs on whatever Node (>= 20) the user has, before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
const MINIMUM = [24, 11];

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Why packages must be installed, or undefined when all that the lock wants is there. */
export function packagesMissing(folder = root) {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'nothing is installed yet';
  const installed = readJson(installedFile).packages;
  for (const [path, wanted] of Object.entries(readJson(join(folder, 'package-lock.json')).packages)) {
    if (!path.startsWith('node_modules/') || wanted.optional || wanted.devOptional || wanted.peer) continue;
    if (wanted.link ? !existsSync(join(folder, path)) : installed[path]?.version !== wanted.version) {
      return `${path.slice('node_modules/'.length)} changed`;
    }
  }
  return undefined;
}

const INSTALLING = join(root, '.installing');

/** Makes this process the only one that installs here; waits for another one that does. */
function waitForTurn(say) {
  for (let told = false; ;) {
    try {
      return writeFileSync(INSTALLING, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    try {
      process.kill(Number(readFileSync(INSTALLING, 'utf8')) || process.pid, 0);
      if (!told) say('another process is installing packages here: waiting for it …');
      told = true;
    } catch (error) {
      if (error.code === 'ESRCH') rmSync(INSTALLING, { force: true }); // it was killed
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

/** Installs what package-lock.json says, unless it is there already. Ends the process when that fails. */
export function ensurePackages(say = console.log) {
  if (!packagesMissing()) return;
  waitForTurn(say);
  process.on('exit', () => rmSync(INSTALLING, { force: true }));
  const reason = packagesMissing();
  if (reason) install(reason, say);
  rmSync(INSTALLING, { force: true });
}

function install(reason, say) {
  say(`installing packages (${reason}) …`);
  const options = { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' };
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options);
  if (result.status === 0) return;
  console.error('npm ci failed (see above): correct that and run the command again');
  process.exit(1);
}

/** The running Node when it is new enough, else the one that was installed as a package. */
export function pinnedNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return process.execPath;
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned)) return pinned;
  console.error(
    `Node ${MINIMUM.join('.')} or newer is needed on ${process.platform} ${process.arch}; this is ${process.version}`,
  );
  return process.exit(1);
}

/** The environment for what we run: our tools and Node first on PATH. */
export function environment(node = pinnedNode()) {
  const path = [join(node, '..'), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: path };
}

/** Runs a script on the pinned Node, passes signals on, and resolves with its exit code. */
export function runNode(args, options = {}) {
  const node = pinnedNode();
  // the channel tells the child when this process is gone, however it went
  const child = spawn(node, args, {
    cwd: root,
    env: environment(node),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    ...options,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm runs us below a shell that dies of a signal without passing it on: then nobody else would tell us
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) {
    setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

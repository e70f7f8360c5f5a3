import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isPortFree } from './free-port.ts';
import type { ServerUser } from './server-user.ts';

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** A server that runs as a child of this process and dies with it. */
export interface RunningServer {
  url: string;
  port: number;
  pid: number;
  /** Settles when the process ends, by stop() or by itself. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends the process in an orderly way, within the server's stop deadline at the latest. */
  stop(): Promise<void>;
}

/**
 * Ends a process (and removes a temporary folder) when this one is gone, however it went: a shell reads a
 * pipe that only we hold open, so even SIGKILL closes it.
 * @returns calls the guard off
 */
export function guard(pid: number, signal: 'INT' | 'TERM', temporaryDir = ''): () => void {
  const script = `trap '' INT TERM HUP
    read -r line && exit 0
    kill -s "$2" "$1" 2>/dev/null
    waited=0
    while kill -0 "$1" 2>/dev/null && [ "$waited" -lt 100 ]; do sleep 0.1; waited=$((waited + 1)); done
    kill -s KILL "$1" 2>/dev/null
    [ -n "$3" ] && rm -rf -- "$3"
    exit 0`;
  const watcher = spawn('sh', ['-c', script, 'souk-guard', String(pid), signal, temporaryDir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void }).unref?.();
  return () => watcher.stdin.end('done\n');
}

/** Working folder of a live process, or undefined. */
function workingFolderOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`);
    } catch {
      return undefined;
    }
  }
  const answer = spawnSync('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn'], { encoding: 'utf8' });
  return /^n(.*)$/m.exec(answer.stdout ?? '')?.[1];
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Ends the server that a crashed earlier run left behind, known by its pid file and by working in
 * our folder; a process that merely has that number now is never touched. Removes the pid file.
 */
export async function stopLeftover(pidFile: string, folder: string, signal: NodeJS.Signals): Promise<void> {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  } catch {
    return;
  }
  if (pid > 1 && workingFolderOf(pid) === realpathSync(folder)) {
    process.kill(pid, signal);
    for (const end = Date.now() + 20_000; isAlive(pid); await delay(20)) {
      if (Date.now() > end) process.kill(pid, 'SIGKILL');
    }
  }
  rmSync(pidFile, { force: true });
}

/** Opens a log for appending; past 10 MB the old one is put aside first. */
export function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

const tail = (path: string): string => readFileSync(path, 'utf8').trim().split('\n').slice(-6).join('\n');

export interface Launch {
  name: string;
  path: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  user?: ServerUser;
  logFile: string;
  /** Written by us; PostgreSQL keeps its own. */
  pidFile?: string;
  port: number;
  url: string;
  stopSignal: 'INT' | 'TERM';
  stopDeadlineMs?: number;
  startDeadlineMs?: number;
  /** Removed by the guard if this process dies before stop(). */
  temporaryDir?: string;
  /** One real exchange in the server's protocol; rejects while it is not ready. */
  ready: () => Promise<void>;
}

/** Starts a server apart from the terminal's process group and waits until it answers in its protocol. */
export async function launch(server: Launch): Promise<RunningServer> {
  // whoever listens there already would answer in our server's place
  if (!(await isPortFree(server.port))) throw new Error(`${server.name}: port ${server.port} is in use`);
  const log = openLog(server.logFile);
  const child = spawn(server.path, server.args, {
    cwd: server.cwd,
    env: server.env,
    stdio: ['ignore', log, log],
    detached: true, // Ctrl-C in the terminal reaches only us: we end the services before their servers
    ...server.user,
  });
  closeSync(log);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', reject);
  });
  exited.catch(() => {});
  if (child.pid === undefined) {
    await exited;
    throw new Error(`${server.name} did not start`);
  }
  const callOff = guard(child.pid, server.stopSignal, server.temporaryDir);
  if (server.pidFile) writeFileSync(server.pidFile, String(child.pid));
  const stop = async (): Promise<void> => {
    await end(child, exited, server.stopSignal, server.stopDeadlineMs ?? 20_000);
    callOff();
    if (server.pidFile) rmSync(server.pidFile, { force: true });
  };
  const deadline = Date.now() + (server.startDeadlineMs ?? 30_000);
  for (;;) {
    const problem = await server.ready().catch((error: unknown) => error);
    if (problem === undefined) break;
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${server.name} did not start; the end of its log:\n${tail(server.logFile)}`);
    }
    await delay(20);
  }
  return { url: server.url, port: server.port, pid: child.pid, exited, stop };
}

async function end(
  child: ChildProcess,
  exited: Promise<unknown>,
  signal: 'INT' | 'TERM',
  deadlineMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(`SIG${signal}`);
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  await exited;
  clearTimeout(timer);
}

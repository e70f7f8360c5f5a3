import { spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { guard } from '@souk/infra';
import type { Running } from './supervisor.ts';

const LOG_LIMIT_BYTES = 20 * 1024 * 1024;
const LOG_CHECK_MS = 10_000;
const STOP_DEADLINE_MS = 10_000;

export interface ServiceProcess {
  name: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  logFile: string;
}

/** Puts the log of the last run aside: `<name>.log` is always this run's. */
export function rotateLog(logFile: string): void {
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
}

/** The end of a log, for people. */
export function lastLines(logFile: string, count: number): string {
  if (!existsSync(logFile)) return '(no log)';
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-count).join('\n') || '(nothing in the log)';
}

/** Keeps a growing log bounded: past the limit its content moves to `.1`, and the open file begins anew. */
function boundLog(logFile: string): void {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) < LOG_LIMIT_BYTES) return;
  copyFileSync(logFile, `${logFile}.1`);
  truncateSync(logFile);
}

/**
 * Starts one of our programs with its output in a log. It sits outside the terminal's process group, so
 * that we choose the order of stopping, and ends with us even if we are killed.
 */
export async function startProcess(service: ServiceProcess): Promise<Running> {
  const log = openSync(service.logFile, 'a', 0o600);
  const child = spawn(process.execPath, service.args, {
    cwd: service.cwd,
    env: service.env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  const callOff = guard(pid, 'TERM');
  const bounding = setInterval(() => boundLog(service.logFile), LOG_CHECK_MS).unref();
  const exited: Running['exited'] = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearInterval(bounding);
      callOff();
      resolve({ code, signal });
    });
  });
  return {
    pid,
    exited,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

export const logFileOf = (dataDir: string, name: string): string => join(dataDir, 'logs', `${name}.log`);

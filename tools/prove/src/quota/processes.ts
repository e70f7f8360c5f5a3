import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guard, openLog } from '@souk/infra';
import { ROOT, type Supervisor, waitUntilReady } from '@souk/start';
import type { WorkerCounts, WorkerPlan } from './worker.ts';

const SERVICE_GROUP = 1;
const READY_WITHIN_MS = 30_000;
const SKEW = join(import.meta.dirname, 'clock-skew.ts');

/** One of our programs, run from its source with a channel to this process; it ends with us. */
function child(program: string, args: string[], skewMs = 0): ChildProcess {
  const started = spawn(
    process.execPath,
    ['--conditions=source', '--import', SKEW, join(import.meta.dirname, program), ...args],
    {
      env: { PATH: process.env['PATH'], SOUK_PROVE_CLOCK_OFFSET_MS: String(skewMs) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    },
  );
  started.on('error', () => undefined); // a message to one that was killed
  return started;
}

const messageOf = async <T>(from: ChildProcess): Promise<T> => {
  const [message] = (await once(from, 'message', { signal: AbortSignal.timeout(READY_WITHIN_MS) })) as [T];
  return message;
};

export interface Upstream {
  port: number;
  /** Arrivals in ms of the machine's clock, by upstream. */
  arrivals(): Promise<Map<string, number[]>>;
  stop(): void;
}

export async function startUpstream(): Promise<Upstream> {
  const server = child('upstream.ts', []);
  const { port } = await messageOf<{ port: number }>(server);
  return {
    port,
    arrivals: async () => {
      server.send('report');
      const { arrivals } = await messageOf<{ arrivals: Record<string, number[]> }>(server);
      return new Map(Object.entries(arrivals).map(([path, all]) => [path.slice(1), all]));
    },
    stop: () => server.kill('SIGKILL'),
  };
}

export interface Worker {
  pid: number;
  kill(): Promise<void>;
  /** Lets it end; what it counted, or nothing when it is gone. */
  finish(): Promise<WorkerCounts>;
}

export async function startWorker(plan: WorkerPlan, skewMs: number): Promise<Worker> {
  const worker = child('worker.ts', [JSON.stringify(plan)], skewMs);
  const exited = once(worker, 'exit');
  await messageOf(worker);
  return {
    pid: worker.pid!,
    kill: async () => {
      worker.kill('SIGKILL');
      await exited;
    },
    finish: async () => {
      if (worker.exitCode !== null || worker.signalCode !== null) return {};
      worker.send('stop');
      const counts = await messageOf<WorkerCounts>(worker).catch(() => ({}));
      worker.kill('SIGKILL');
      return counts;
    },
  };
}

/** Another replica of a service that runs already, with the same settings but another name and a clock that is wrong. */
export async function startReplica(
  supervisor: Supervisor,
  options: { of: string; name: string; healthPort: number; skewMs: number; logFile: string },
): Promise<void> {
  const proc = `/proc/${supervisor.pidOf(options.of)}`;
  const read = (file: string): string[] =>
    readFileSync(`${proc}/${file}`, 'utf8').split('\0').filter(Boolean);
  const [program, ...args] = read('cmdline') as [string, ...string[]];
  const env = {
    ...Object.fromEntries(read('environ').map((entry) => entry.split(/=(.*)/s).slice(0, 2))),
    SOUK_INSTANCE: options.name,
    SOUK_HEALTH_PORT: String(options.healthPort),
    SOUK_PROVE_CLOCK_OFFSET_MS: String(options.skewMs),
  };
  await supervisor.keep(options.name, SERVICE_GROUP, async () => {
    const log = openLog(options.logFile);
    const replica = spawn(program, ['--import', SKEW, ...args], {
      cwd: ROOT,
      env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    await once(replica, 'spawn');
    const callOff = guard(replica.pid!, 'TERM');
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      replica.once('exit', (code, signal) => {
        callOff();
        resolve({ code, signal });
      });
    });
    return {
      pid: replica.pid!,
      exited,
      stop: async () => {
        replica.kill('SIGTERM');
        await exited;
      },
    };
  });
  await waitUntilReady(`http://127.0.0.1:${options.healthPort}/readyz`, READY_WITHIN_MS);
}

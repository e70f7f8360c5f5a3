import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { World } from '@souk/testing';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface JobWorker {
  /** SIGKILL: nothing is said to anybody, nothing is finished. */
  kill(): Promise<void>;
}

/** A replica of ingestion in a process of its own. */
export function startJobWorker(world: World, instance: string, env: Record<string, string>): JobWorker {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      '--import',
      join(import.meta.dirname, 'swc-loader.mjs'),
      join(ROOT, 'apps/ingestion/src/main.ts'),
    ],
    {
      env: {
        PATH: process.env['PATH'],
        SOUK_LOG_LEVEL: process.env['SOUK_TEST_LOG_LEVEL'] ?? 'fatal',
        SOUK_SERVICE: 'ingestion',
        SOUK_INSTANCE: instance,
        SOUK_POSTGRES_URL: world.urls.postgres('ingestion'),
        SOUK_NATS_URL: world.urls.nats('ingestion'),
        SOUK_PARTITIONS: '4',
        ...env,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

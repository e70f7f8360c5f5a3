import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The whole product, started by its own command with a data folder of its own. */
export interface RunningProduct {
  url: string;
  apiKey: string;
  pid: number;
  startedInMs: number;
  /** Stops it and removes its data, unless `keep` is set. */
  stop(keep: boolean): Promise<void>;
  dataDir: string;
}

const startTimeoutMs = 300_000;
const stopTimeoutMs = 60_000;

/** Starts the product of a checkout and waits until it has written its address and key. */
export async function startProduct(checkout: string): Promise<RunningProduct> {
  const dataDir = await mkdtemp(join(tmpdir(), 'souk-data-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['tools/start/bootstrap.mjs', '--no-sandbox'], {
    cwd: checkout,
    env: { ...process.env, SOUK_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(join(dataDir, 'start.log'));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = once(child, 'exit');
  // However this run ends, the product must not outlive it.
  process.once('exit', () => child.kill('SIGINT'));

  const stop = async (keep: boolean): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGINT');
    const stopped = new AbortController();
    await Promise.race([
      ended,
      delay(stopTimeoutMs, undefined, { signal: stopped.signal }).then(() => child.kill('SIGKILL')),
    ]);
    stopped.abort();
    log.end();
    if (!keep) await rm(dataDir, { recursive: true, force: true });
  };

  for (;;) {
    const run = await readFile(join(dataDir, 'run.json'), 'utf8').catch(() => '');
    if (run !== '') {
      const { url, apiKey } = JSON.parse(run) as { url: string; apiKey: string };
      return { url, apiKey, pid: child.pid!, startedInMs: performance.now() - startedAt, stop, dataDir };
    }
    if (child.exitCode !== null || performance.now() - startedAt > startTimeoutMs) {
      const text = await readFile(join(dataDir, 'start.log'), 'utf8').catch(() => '');
      await stop(true);
      throw new Error(
        `The product did not start; its log, ${join(dataDir, 'start.log')}, ends:\n${text.slice(-3000)}`,
      );
    }
    await delay(100);
  }
}

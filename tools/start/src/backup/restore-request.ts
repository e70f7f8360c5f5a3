import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Options } from '../options.ts';
import { runningDatabase, withDatabaseAlone } from './database-access.ts';
import { forgetCopies, load, type Loaded, swapIn } from './restore.ts';

/** How `npm run restore` asks a running `npm start` to put a backup in: two files and a signal. */
export const RESTORE_SIGNAL = 'SIGUSR2';
const REQUEST = 'restore-request.json';
const OUTCOME = 'restore-outcome.json';
const POLL_MS = 100;
const DEADLINE_MS = 3_600_000;

/** Asks the process that runs the product, and waits until it is done. @throws what went wrong there */
export async function requestRestore(dataDir: string, pid: number, file: string): Promise<void> {
  const outcomeFile = join(dataDir, OUTCOME);
  rmSync(outcomeFile, { force: true });
  write(join(dataDir, REQUEST), { file });
  process.kill(pid, RESTORE_SIGNAL);
  for (const end = Date.now() + DEADLINE_MS; !existsSync(outcomeFile); await delay(POLL_MS)) {
    if (Date.now() > end) throw new Error('the running product has not answered within an hour');
    process.kill(pid, 0); // throws when it is gone
  }
  const { problem } = JSON.parse(readFileSync(outcomeFile, 'utf8')) as { problem: string | null };
  rmSync(outcomeFile, { force: true });
  if (problem !== null) throw new Error(problem);
}

/** What the process that runs the product can do with it. */
export interface Running {
  options: Options;
  say: (line: string) => void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Serves a request: loads beside the running product, then stops it, swaps and starts it. */
export async function serveRestoreRequest(running: Running): Promise<void> {
  const { options } = running;
  const requestFile = join(options.dataDir, REQUEST);
  if (!existsSync(requestFile)) return;
  const { file } = JSON.parse(readFileSync(requestFile, 'utf8')) as { file: string };
  rmSync(requestFile, { force: true });
  let problem: string | null = null;
  try {
    running.say(`restoring ${file}: loading it beside the present database`);
    const loaded = await load(options, runningDatabase(options), file);
    await swapWhileStopped(running, loaded);
    running.say(`restored the backup of ${loaded.manifest.takenAt}`);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
    running.say(`not restored: ${problem}`);
  }
  write(join(options.dataDir, OUTCOME), { problem });
}

/** Whatever happens, the product is started again: with the backup's data, or with what it had. */
async function swapWhileStopped({ options, say, stop, start }: Running, loaded: Loaded): Promise<void> {
  say('stopping, to swap the databases');
  await stop();
  try {
    await withDatabaseAlone(options, (adminUrl) => swapIn(options, adminUrl, loaded));
    forgetCopies(options);
  } finally {
    await start();
  }
}

function write(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

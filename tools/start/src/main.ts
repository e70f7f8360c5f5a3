/** `npm start` on the pinned Node: sets up, runs and supervises the whole product on one machine. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESTORE_SIGNAL, type Running, serveRestoreRequest } from './backup/restore-request.ts';
import { acquireLock } from './lock.ts';
import { messageLifetimes } from './message-lifetimes.ts';
import { HELP, readOptions } from './options.ts';
import { prepareDataDir, removeData, startProduct } from './product.ts';
import { progressSince } from './progress.ts';
import { summaryOf } from './summary.ts';
import { Supervisor } from './supervisor.ts';

const progress = progressSince(Number(process.env.SOUK_STARTED_AT ?? Date.now()), (text) =>
  process.stdout.write(text),
);
let supervisor = new Supervisor(progress.say);
let release = (): void => {};

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(HELP);
    return;
  }
  Object.assign(process.env, messageLifetimes(process.env));
  const options = readOptions(args, process.env);
  prepareDataDir(options, progress);
  const runFile = join(options.dataDir, 'run.json');
  const unlock = acquireLock(options.dataDir);
  release = () => {
    rmSync(runFile, { force: true });
    unlock();
  };
  rmSync(runFile, { force: true }); // a killed run's
  if (options.fresh) removeData(options, progress);
  const start = async (): Promise<void> => {
    const product = await startProduct(options, supervisor, progress);
    writeFileSync(runFile, `${JSON.stringify(product)}\n`, { mode: 0o600 });
    process.stdout.write(summaryOf(product, options));
  };
  const started = start();
  serveRestores(started, {
    options,
    say: progress.say,
    stop: () => supervisor.stopAll(),
    start: () => {
      supervisor = new Supervisor(progress.say);
      return start();
    },
  });
  await started;
}

/** One restore at a time, the first one once the product has started. */
function serveRestores(started: Promise<void>, running: Running): void {
  let serving = started;
  process.on(RESTORE_SIGNAL, () => {
    serving = serving
      .then(() => serveRestoreRequest(running))
      .catch((error: unknown) => stopOnce(1, `cannot start again: ${String(error)}`));
  });
}

async function stop(exitCode: number, reason: string): Promise<void> {
  progress.say(reason);
  await supervisor.stopAll();
  release();
  if (exitCode === 0) progress.say('stopped');
  process.exit(exitCode);
}

let stopping = false;
function stopOnce(exitCode: number, reason: string): void {
  if (stopping) return; // the terminal and the parent both pass a Ctrl-C on
  stopping = true;
  void stop(exitCode, reason);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stopOnce(0, 'stopping …'));
// the parent (bootstrap.mjs) is gone: nobody is left to pass on a Ctrl-C
process.on('disconnect', () => stopOnce(0, 'stopping …'));
process.channel?.unref();

try {
  await main();
} catch (error) {
  if (!supervisor.isStopping)
    stopOnce(1, `cannot start: ${error instanceof Error ? error.message : String(error)}`);
}

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { progressSince } from '@souk/start';
import { removeIfKilled } from './leftovers.ts';
import { copyOfBuild } from './plants/build-copy.ts';
import { type Result, textOf } from './report.ts';
import { type Arranged, prove } from './run.ts';
import type { Settings } from './settings.ts';
import { startSystem } from './system.ts';

export interface SessionOptions {
  /** Where the product is run from, unless it is ours. */
  root?: string;
  arranged?: Arranged;
  /** Then data and logs are not kept for being red. */
  isRedExpected?: boolean;
}

/** Starts the product, proves it, prints and writes what came of it, and ends it. */
export async function session(
  settings: Settings,
  name: string,
  options: SessionOptions = {},
): Promise<Result> {
  const write = (text: string): boolean => process.stdout.write(text);
  mkdirSync(settings.outDir, { recursive: true });
  const path = join(settings.outDir, `${name}-${new Date().toISOString().replaceAll(':', '')}`);
  const { seed, faults } = settings;
  // a copy: what is changed in the workspace meanwhile does not change the product under test
  const root = options.root ?? (await copyOfBuild());
  const forgetRoot = removeIfKilled(root);
  const removeRoot = (): void => {
    if (options.root === undefined) rmSync(root, { recursive: true, force: true });
    forgetRoot();
  };
  const { say } = progressSince(Date.now(), write); // the launcher counts from here as well
  const system = await startSystem(write, { root, seed, ownDisks: faults.includes('full') });
  let stopping: Promise<void> | undefined;
  // an interrupted run leaves nothing, and a second Ctrl-C does not hurry it
  const stop = (): void =>
    void (stopping ??= system
      .stop(false)
      .then(removeRoot)
      .finally(() => process.exit(130)));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  let keep = true;
  try {
    const result = await prove(settings, system, `${path}.ledger.ndjson`, say, options.arranged);
    writeFileSync(`${path}.json`, `${JSON.stringify(result, null, 2)}\n`);
    console.log(textOf(result));
    console.log(`result: ${path}.json\nledger: ${path}.ledger.ndjson`);
    keep = settings.keep || (result.verdict !== 'green' && !options.isRedExpected);
    return result;
  } finally {
    for (const signal of signals) process.removeListener(signal, stop);
    await (stopping ?? system.stop(keep));
    removeRoot();
    if (keep) console.log(`data and logs are kept: ${system.dataDir}`);
  }
}

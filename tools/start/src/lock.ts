import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Holder {
  pid: number;
  /** Tells a process apart from a later one with the same number; empty where the system cannot say. */
  birth: string;
  since: string;
}

/** Boot and start time of a process, undefined when it does not live. */
function birthOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // the command in parentheses may contain blanks; start time is the 20th field after it
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${boot} ${fields[19]}`;
  } catch {
    return '';
  }
}

/**
 * Makes this process the only `npm start` of a data folder; a lock whose process is gone is taken over.
 * @returns releases the lock
 * @throws naming the process that holds it
 */
export function acquireLock(dataDir: string): () => void {
  const file = join(dataDir, 'start.lock');
  const own: Holder = {
    pid: process.pid,
    birth: birthOf(process.pid) ?? '',
    since: new Date().toISOString(),
  };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder && birthOf(holder.pid) === holder.birth) {
      throw new Error(
        `Souk runs already on ${dataDir}: process ${holder.pid} since ${holder.since}. ` +
          `Stop it with Ctrl-C there (or kill ${holder.pid}), or choose another folder with SOUK_DATA_DIR.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Error(`${file} cannot be taken: another start took it at the same moment, run the command again`);
}

/** The `npm start` that runs on a data folder now, if any. */
export function lockHolder(dataDir: string): Holder | undefined {
  const holder = readHolder(join(dataDir, 'start.lock'));
  return holder && birthOf(holder.pid) === holder.birth ? holder : undefined;
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

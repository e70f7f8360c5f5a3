import { readFileSync } from 'node:fs';

/** The process state as the kernel says it (`T` is stopped); undefined when there is no such process. */
export function stateOf(pid: number): string | undefined {
  try {
    return /^.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** Neither gone nor a zombie that nobody has waited for yet. */
export const isAlive = (pid: number): boolean => ![undefined, 'Z', 'X'].includes(stateOf(pid));

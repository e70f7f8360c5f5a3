/** What the kernel says of a process in `/proc/<pid>/stat`; times in seconds of CPU, user and system together. */
export interface ProcessTimes {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for. */
  ended: number;
}

/** USER_HZ: the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The program's name may hold spaces and brackets: what counts begins after the last bracket. */
export function readProcessTimes(text: string): ProcessTimes {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ')
    .map(Number);
  const seconds = (...indexes: number[]): number =>
    indexes.reduce((sum, index) => sum + (fields[index] ?? 0), 0) / TICKS_PER_SECOND;
  return { parent: fields[1] ?? 0, own: seconds(11, 12), ended: seconds(13, 14) };
}

/**
 * Seconds that all processors together were busy, or taken by the machine's own host (steal), of the first line of
 * `/proc/stat`; idle and iowait are not.
 */
export function readBusySeconds(text: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = text
    .slice(0, text.indexOf('\n'))
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** CPU of a server and of all it started: living children, and those that ended. */
export function sumOfTree(root: number, processes: ReadonlyMap<number, ProcessTimes>): number {
  const times = processes.get(root);
  if (!times) return 0;
  let sum = times.own + times.ended;
  for (const [pid, { parent }] of processes) if (parent === root) sum += sumOfTree(pid, processes);
  return sum;
}

import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type ProcessTimes, readBusySeconds, readProcessTimes, sumOfTree } from './proc-stat.ts';

export interface CpuUse {
  elapsedSeconds: number;
  /** Seconds of CPU by process. */
  byName: Record<string, number>;
  totalSeconds: number;
  /** Share of the machine that neither these processes nor this program and its children took. */
  othersShare: number;
}

/**
 * Measures what the named processes take from now on, with all their children, and what is taken by everybody
 * else. By /proc, in steps of 10 ms, so only for spans of seconds.
 */
export function meterCpu(pids: Record<string, number>): () => CpuUse {
  const before = read(pids);
  return () => {
    const after = read(pids);
    const byName = Object.fromEntries(
      Object.keys(pids).map((name) => [name, (after.byName[name] ?? 0) - (before.byName[name] ?? 0)]),
    );
    const elapsedSeconds = after.at - before.at;
    const ours = after.everything - before.everything;
    return {
      elapsedSeconds,
      byName,
      totalSeconds: Object.values(byName).reduce((sum, seconds) => sum + seconds, 0),
      othersShare: Math.max(0, (after.busy - before.busy - ours) / elapsedSeconds / availableParallelism()),
    };
  };
}

interface Reading {
  at: number;
  busy: number;
  byName: Record<string, number>;
  /** This program with all that it started, which the measured processes are part of. */
  everything: number;
}

function read(pids: Record<string, number>): Reading {
  const processes = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      processes.set(Number(name), readProcessTimes(readFileSync(`/proc/${name}/stat`, 'utf8')));
    } catch {
      // it ended meanwhile
    }
  }
  return {
    at: performance.now() / 1_000,
    busy: readBusySeconds(readFileSync('/proc/stat', 'utf8')),
    byName: Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, sumOfTree(pid, processes)])),
    everything: sumOfTree(process.pid, processes),
  };
}

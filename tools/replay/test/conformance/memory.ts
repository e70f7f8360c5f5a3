import { readdirSync, readFileSync } from 'node:fs';

/**
 * Highest resident memory seen, in MB: of each service, of all services at one moment, and of the servers below,
 * whose shared memory counts once.
 */
export interface MemoryPeaks {
  services: Record<string, number>;
  allServices: number;
  servers: number;
}

const sampleEveryMs = 1000;

/** Watches the memory of a process and of all that it started, on Linux; elsewhere the peaks stay empty. */
export class MemoryWatch {
  readonly peaks: MemoryPeaks = { services: {}, allServices: 0, servers: 0 };
  readonly #rootPid: number;
  readonly #timer: NodeJS.Timeout;

  constructor(rootPid: number) {
    this.#rootPid = rootPid;
    this.#timer = setInterval(() => this.sample(), sampleEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Takes one look and answers what all services have now, in MB. */
  sample(): number {
    let allServices = 0;
    let servers = 0;
    for (const { pid, command, residentMb } of descendants(this.#rootPid)) {
      const service = /apps\/([a-z]+)\/(?:dist|src)\//.exec(command)?.[1];
      if (service !== undefined) {
        allServices += residentMb;
        this.peaks.services[service] = Math.max(this.peaks.services[service] ?? 0, residentMb);
      } else if (/postgres|nats-server|redis-server/.test(command))
        servers += proportionalMb(pid) ?? residentMb;
    }
    this.peaks.allServices = Math.max(this.peaks.allServices, allServices);
    this.peaks.servers = Math.max(this.peaks.servers, servers);
    return allServices;
  }
}

interface RunningProcess {
  pid: number;
  command: string;
  residentMb: number;
}

function descendants(rootPid: number): RunningProcess[] {
  const childrenOf = new Map<number, number[]>();
  for (const pid of pids()) {
    const parent = Number(/^PPid:\s*(\d+)/m.exec(read(pid, 'status'))?.[1]);
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  for (const queue = [rootPid]; queue.length > 0;) {
    const children = childrenOf.get(queue.pop()!) ?? [];
    found.push(...children);
    queue.push(...children);
  }
  return found.map((pid) => ({
    pid,
    command: read(pid, 'cmdline').replaceAll('\0', ' '),
    residentMb: Number(/^VmRSS:\s*(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0) / 1024,
  }));
}

/** PostgreSQL's processes share their buffers: each counts its share only. */
function proportionalMb(pid: number): number | undefined {
  const kilobytes = /^Pss:\s*(\d+)/m.exec(read(pid, 'smaps_rollup'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** A process may end between two looks: then there is nothing to read. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

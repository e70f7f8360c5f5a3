import { waitUntilReady } from '@souk/start';
import type { ServiceName } from '@souk/contracts';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../process-state.ts';
import type { System } from '../system.ts';
import type { CrashPoint } from './instrumented-copy.ts';
import type { Point } from './runtime.ts';
import type { Stimulant } from './stimulate.ts';

const HEARD_WITHIN_MS = 15_000;
/** Long, for a busy machine: it is only waited for where nothing happens. */
const CRASHED_WITHIN_MS = 20_000;
const READY_WITHIN_MS = 60_000;
const POLL_MS = 10;
/** Stimuli given to one point before it is void. */
const TRIES = 3;

/** Lets one service die at one point and waits until it answers again. */
export class Crasher {
  readonly #folder: string;
  readonly #system: System;
  readonly #service: ServiceName;

  constructor(folder: string, system: System, service: ServiceName) {
    this.#folder = folder;
    this.#system = system;
    this.#service = service;
  }

  /** @returns when it died there (ms); undefined when it did not, and then nothing is proven */
  async crashAt({ point, stimulus }: CrashPoint, stimulant: Stimulant): Promise<number | undefined> {
    rmSync(this.#file('crashed'), { force: true });
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const pid = await this.#arm(point);
      const given = stimulant.give(stimulus);
      const hasCrashed = await until(() => existsSync(this.#file('crashed')), CRASHED_WITHIN_MS);
      if (hasCrashed) {
        await this.#back();
        await given;
        return this.#diedAt(point, pid);
      }
      rmSync(this.#file('armed'), { force: true });
      await this.#back();
      await given;
    }
    return undefined;
  }

  /** The running process, and the one after it, die there. */
  async #arm(point: Point): Promise<number> {
    await this.#back();
    rmSync(this.#file('heard'), { force: true });
    writeFileSync(`${this.#file('armed')}.new`, JSON.stringify(point));
    renameSync(`${this.#file('armed')}.new`, this.#file('armed'));
    const pid = this.#system.supervisor.pidOf(this.#service);
    process.kill(pid, 'SIGUSR2');
    const isDone = (): boolean => existsSync(this.#file('heard')) || existsSync(this.#file('crashed'));
    if (!(await until(isDone, HEARD_WITHIN_MS)))
      throw new Error(`${this.#service} did not hear where to crash`);
    return pid;
  }

  #diedAt(point: Point, armedPid: number): number | undefined {
    const crashed = JSON.parse(readFileSync(this.#file('crashed'), 'utf8')) as {
      pid: number;
      point: Point;
      at: number;
    };
    const isThere = crashed.point.boundary === point.boundary && crashed.point.when === point.when;
    return isThere && !isAlive(crashed.pid) && !isAlive(armedPid) ? crashed.at : undefined;
  }

  async #back(): Promise<void> {
    const isRunning = (): boolean => {
      const pid = this.#system.supervisor.pidOf(this.#service);
      return pid !== 0 && isAlive(pid);
    };
    if (!(await until(isRunning, READY_WITHIN_MS))) throw new Error(`${this.#service} was not started again`);
    await waitUntilReady(this.#system.readyUrlOf(this.#service)!, READY_WITHIN_MS);
  }

  #file(kind: string): string {
    return join(this.#folder, `${kind}-${this.#service}.json`);
  }
}

async function until(fact: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; !fact(); await delay(POLL_MS)) if (Date.now() > end) return false;
  return true;
}

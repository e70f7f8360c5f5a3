import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const SAMPLE_EVERY_MS = 500;
const MS_PER_TICK = 10; // USER_HZ is 100 everywhere that Node runs

/**
 * Milliseconds since its start that the host of a virtual machine has given to others, of each processor: `steal`, the
 * eighth figure of a line of `/proc/stat`.
 * @see https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
function readStolenMs(): number {
  const [total = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  return (Number(total.split(/\s+/)[8] ?? 0) * MS_PER_TICK) / cpus().length;
}

/**
 * The time that a machine had for itself. While its host runs others nothing can be done, whoever hurries: limits of
 * time are of what is left.
 */
export class MachineTime {
  readonly #samples: { atMs: number; stolenMs: number }[] = [];
  readonly #readStolenMs: () => number;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;

  constructor(read = readStolenMs, now = Date.now) {
    this.#readStolenMs = read;
    this.#now = now;
    this.#timer = setInterval(() => this.sample(), SAMPLE_EVERY_MS);
    this.sample();
  }

  sample(): void {
    this.#samples.push({ atMs: this.#now(), stolenMs: this.#readStolenMs() });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Milliseconds from one moment (Date.now()) to another without what was taken meanwhile; Infinity where it never came. */
  between = (fromMs: number, toMs: number): number =>
    toMs === Infinity ? Infinity : toMs - fromMs - (this.#stolenUntil(toMs) - this.#stolenUntil(fromMs));

  /** 0 to 1: how much of that time the host took. */
  shareTaken(fromMs: number, toMs: number): number {
    return toMs > fromMs ? 1 - this.between(fromMs, toMs) / (toMs - fromMs) : 0;
  }

  /** Between two samples it grows evenly. */
  #stolenUntil(atMs: number): number {
    const next = this.#samples.findIndex((sample) => sample.atMs >= atMs);
    if (next <= 0) return (next === 0 ? this.#samples[0] : this.#samples.at(-1))!.stolenMs;
    const [before, after] = [this.#samples[next - 1]!, this.#samples[next]!];
    const share = (atMs - before.atMs) / (after.atMs - before.atMs);
    return before.stolenMs + share * (after.stolenMs - before.stolenMs);
  }
}

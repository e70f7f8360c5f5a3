import type { HeldPermit } from './call-window.ts';

/** Permits of one upstream that this process holds; times are of its monotonic clock. */
export class LeaseStock {
  /** In the order in which they begin. */
  private permits: HeldPermit[] = [];
  private unused: HeldPermit[] = [];
  private handedOut: number[] = [];
  /** Nothing more is to be had before. */
  askAgainAtMs = 0;

  add(permits: readonly HeldPermit[]): void {
    this.permits = [...this.permits, ...permits].toSorted((a, b) => a.fromMs - b.fromMs);
  }

  /**
   * Hands out so many at once, or none; answers how long they are good for. What is good for less than
   * `leastMs` is lost: it would not reach a worker in time.
   */
  take(count: number, nowMs: number, leastMs: number): number | undefined {
    const isLost = ({ untilMs }: HeldPermit): boolean => untilMs <= nowMs + leastMs;
    this.unused.push(...this.permits.filter(isLost));
    this.permits = this.permits.filter((permit) => !isLost(permit));
    const usable = this.permits
      .filter(({ fromMs }) => fromMs <= nowMs)
      .toSorted((a, b) => a.untilMs - b.untilMs)
      .slice(0, count);
    if (usable.length < count) return undefined;
    const used = new Set(usable);
    this.permits = this.permits.filter((permit) => !used.has(permit));
    for (let number = 0; number < count; number += 1) this.handedOut.push(nowMs);
    return usable[0]!.untilMs - nowMs;
  }

  /** Calls that were counted in the daily budget and not made, by slot; each is named once. */
  takeUnused(): { slot: Date; permits: number }[] {
    const slots = this.unused.splice(0).flatMap(({ slot }) => slot ?? []);
    const bySlot = Map.groupBy(slots, (slot) => slot.getTime());
    return [...bySlot].map(([time, all]) => ({ slot: new Date(time), permits: all.length }));
  }

  /** The first moment at which so many can be handed out at once, if what is held allows it. */
  readyAtMs(count: number): number | undefined {
    for (let last = count - 1; last < this.permits.length; last += 1) {
      const together = this.permits.slice(last - count + 1, last + 1);
      const fromMs = this.permits[last]!.fromMs;
      if (together.every(({ untilMs }) => untilMs > fromMs)) return fromMs;
    }
    return undefined;
  }

  get held(): number {
    return this.permits.length;
  }

  /** When the last one begins. */
  get lastFromMs(): number {
    return this.permits.at(-1)?.fromMs ?? 0;
  }

  /** How many were handed out within the last while. */
  handedOutWithin(ms: number, nowMs: number): number {
    this.handedOut = this.handedOut.filter((at) => at > nowMs - ms);
    return this.handedOut.length;
  }
}

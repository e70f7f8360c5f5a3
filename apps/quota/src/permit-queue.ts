import { PRIORITIES, type Priority } from '@souk/contracts';

/** Every so many grants at the latest, the lowest class that waits gets one: 1 in 20 is 5 %. */
export const GRANTS_PER_LOWEST = 20;

/**
 * Who is served next: users before watches before enrichment before analytics, and within a class who came
 * first. So that the lowest class that waits is never starved, it gets at least one in twenty grants.
 */
export class PermitQueue<Waiter> {
  private readonly classes: Record<Priority, Waiter[]> = {
    user: [],
    watch: [],
    enrichment: [],
    analytics: [],
  };
  /** Grants in a row that passed over a lower class that waited. */
  private passedOver = 0;

  get size(): number {
    return PRIORITIES.reduce((sum, priority) => sum + this.classes[priority].length, 0);
  }

  waiting(): Record<Priority, number> {
    const { user, watch, enrichment, analytics } = this.classes;
    return {
      user: user.length,
      watch: watch.length,
      enrichment: enrichment.length,
      analytics: analytics.length,
    };
  }

  add(priority: Priority, waiter: Waiter): void {
    this.classes[priority].push(waiter);
  }

  /** Who is next; stays in the queue. */
  peek(): Waiter | undefined {
    const priority = this.nextClass();
    return priority && this.classes[priority][0];
  }

  /** The waiter got its permits: takes it out and counts the grant. False: it no longer waits. */
  granted(waiter: Waiter): boolean {
    const priority = PRIORITIES.find((name) => this.classes[name].includes(waiter));
    const lowest = this.lowestClass();
    if (priority === undefined) return false;
    this.passedOver = priority === lowest ? 0 : this.passedOver + 1;
    this.remove(waiter);
    return true;
  }

  /** Takes a waiter out that gave up. */
  remove(waiter: Waiter): void {
    for (const priority of PRIORITIES) {
      const index = this.classes[priority].indexOf(waiter);
      if (index >= 0) this.classes[priority].splice(index, 1);
    }
  }

  /** The class that waits and is served last. */
  lowestClass(): Priority | undefined {
    return PRIORITIES.findLast((priority) => this.classes[priority].length > 0);
  }

  /** Takes out who came last of a class. */
  evict(priority: Priority): Waiter | undefined {
    return this.classes[priority].pop();
  }

  all(): Waiter[] {
    return PRIORITIES.flatMap((priority) => this.classes[priority]);
  }

  /** Takes out all for whom the test is true. */
  removeWhere(test: (waiter: Waiter) => boolean): Waiter[] {
    const removed = this.all().filter(test);
    for (const waiter of removed) this.remove(waiter);
    return removed;
  }

  private nextClass(): Priority | undefined {
    if (this.passedOver >= GRANTS_PER_LOWEST - 1) return this.lowestClass();
    return PRIORITIES.find((priority) => this.classes[priority].length > 0);
  }
}

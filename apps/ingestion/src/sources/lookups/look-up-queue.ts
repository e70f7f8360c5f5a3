import { type LookedUpProduct, PRIORITIES, type Priority } from '@souk/contracts';

/** What a look-up told, before it is known who asked. */
export type LookedUp = LookedUpProduct;

interface Waiting {
  priority: Priority;
  promise: Promise<LookedUp>;
  resolve(result: LookedUp): void;
}

/** One product that is being looked up. */
export interface Taken {
  product: string;
  resolve(result: LookedUp): void;
}

/** Before this one in the order of `PRIORITIES`. */
export const isMoreUrgent = (one: Priority, other: Priority): boolean =>
  PRIORITIES.indexOf(one) < PRIORITIES.indexOf(other);

/** The products of one source that wait for a look-up, each once however many ask for it; the urgent ones leave first. */
export class LookUpQueue {
  private readonly waiting = new Map<string, Waiting>();
  private readonly underWay = new Map<string, Promise<LookedUp>>();

  get size(): number {
    return this.waiting.size;
  }

  /** Joins whoever asks for the same product already; undefined when nobody does and the queue is full. */
  join(product: string, priority: Priority, mostWaiting: number): Promise<LookedUp> | undefined {
    const underWay = this.underWay.get(product);
    if (underWay) return underWay;
    const known = this.waiting.get(product);
    if (known) {
      if (isMoreUrgent(priority, known.priority)) known.priority = priority;
      return known.promise;
    }
    if (this.waiting.size >= mostWaiting) return undefined;
    const { promise, resolve } = Promise.withResolvers<LookedUp>();
    this.waiting.set(product, { priority, promise, resolve });
    return promise;
  }

  /** The products that wait, in the order in which they came. */
  peek(): IterableIterator<string> {
    return this.waiting.keys();
  }

  /** Of those waiting. */
  mostUrgent(): Priority | undefined {
    return PRIORITIES.find((priority) => [...this.waiting.values()].some((one) => one.priority === priority));
  }

  /** Takes the most urgent ones out, in the order in which they came. */
  take(most: number): Taken[] {
    const byUrgency = [...this.waiting].toSorted(
      ([, one], [, other]) => PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority),
    );
    return byUrgency.slice(0, most).map(([product, { promise, resolve }]) => {
      this.waiting.delete(product);
      this.underWay.set(product, promise);
      const done = (result: LookedUp): void => {
        this.underWay.delete(product);
        resolve(result);
      };
      return { product, resolve: done };
    });
  }
}

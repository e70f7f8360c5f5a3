interface Waiting<Item, Result> {
  item: Item;
  done(result: Result): void;
  failed(error: unknown): void;
}

/**
 * Does for many at once what comes while it is at it: whoever comes alone waits for nobody, and under load one
 * transaction serves all who came meanwhile. What fails together is tried one by one: nobody fails for another.
 */
export class Together<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private isAtIt = false;

  /** @param work answers a result for each item, in their order */
  constructor(
    private readonly work: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly atMost: number,
  ) {}

  do(item: Item): Promise<Result> {
    const result = new Promise<Result>((done, failed) => this.waiting.push({ item, done, failed }));
    if (!this.isAtIt) {
      this.isAtIt = true;
      // Those that come in the same turn of the event loop are many already.
      queueMicrotask(() => void this.goOn());
    }
    return result;
  }

  private async goOn(): Promise<void> {
    while (this.waiting.length > 0) await this.serve(this.waiting.splice(0, this.atMost));
    this.isAtIt = false;
  }

  /** Never throws. */
  private async serve(some: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(some.map(({ item }) => item));
      for (const [place, { done }] of some.entries()) done(results[place]!);
    } catch (error) {
      if (some.length === 1) return some[0]!.failed(error);
      for (const one of some) await this.serve([one]);
    }
  }
}

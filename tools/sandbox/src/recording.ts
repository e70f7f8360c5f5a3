/** How many items a recording keeps; older ones are dropped. */
const keptItems = 20_000;

/** What a fake received, in order, and a way to wait for the next of it instead of sleeping. */
export class Recording<Item> {
  readonly items: Item[] = [];
  readonly #waiting = new Set<() => void>();

  add(item: Item): void {
    this.items.push(item);
    if (this.items.length > keptItems) this.items.shift();
    for (const look of [...this.#waiting]) look();
  }

  /** The items that match, once there are `count` of them; an error after `timeoutMs`. */
  async until(matches: (item: Item) => boolean, { count = 1, timeoutMs = 45_000 } = {}): Promise<Item[]> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.items.filter(matches);
        if (found.length < count) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const found = this.items.filter(matches).length;
        reject(
          new Error(
            `${found} of ${count} expected items within ${timeoutMs} ms; ${this.items.length} of any kind`,
          ),
        );
      }, timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }
}

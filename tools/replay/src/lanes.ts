/** A line on its way, and where in the history it stands. */
export interface LaneItem {
  at: string;
  line: string;
}

export interface LaneOptions {
  /** Requests in flight at a time, at most. */
  lanes: number;
  /** Lines per request, at most. */
  batchLines: number;
  /** Characters per request, at most: long lines make smaller requests. */
  batchCharacters: number;
}

interface Lane {
  /** The batch that is being filled. */
  items: LaneItem[];
  characters: number;
  /** The batch before it, until it is answered. */
  inFlight: Promise<void>;
}

/**
 * Spreads lines over lanes that send in parallel, each one request after the other. All lines of a key take the same
 * lane, so their order is kept. Holds at most two batches per lane: adding to a full one waits.
 */
export class Lanes {
  readonly #send: (items: LaneItem[]) => Promise<void>;
  readonly #options: LaneOptions;
  readonly #lanes: Lane[];
  #failure: { error: unknown } | undefined;

  constructor(options: LaneOptions, send: (items: LaneItem[]) => Promise<void>) {
    this.#options = options;
    this.#send = send;
    this.#lanes = Array.from({ length: options.lanes }, () => ({
      items: [],
      characters: 0,
      inFlight: Promise.resolve(),
    }));
  }

  /** Returns a promise only when the caller has to wait. */
  add(key: string, item: LaneItem): Promise<void> | undefined {
    const lane = this.#lanes[hash(key) % this.#lanes.length]!;
    lane.items.push(item);
    lane.characters += item.line.length;
    const isFull =
      lane.items.length >= this.#options.batchLines || lane.characters >= this.#options.batchCharacters;
    return isFull ? this.#flush(lane) : undefined;
  }

  /** Sends what is left and waits until all of it is answered. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => this.#flush(lane)));
    await Promise.all(this.#lanes.map((lane) => lane.inFlight));
    this.#throwFailure();
  }

  async #flush(lane: Lane): Promise<void> {
    await lane.inFlight;
    this.#throwFailure();
    const { items } = lane;
    if (items.length === 0) return;
    lane.items = [];
    lane.characters = 0;
    lane.inFlight = this.#send(items).catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

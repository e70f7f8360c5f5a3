import type { Target } from '../../src/post-batch.ts';

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface ListedProduct {
  id: string;
  source: string;
  product: string;
}

export interface HistoryPoint {
  observedAt: string;
  price: string;
  currency: string;
}

export interface ListedAlert {
  id: string;
  watchId: string;
  product: { source: string; product: string };
  price: string;
  currency: string;
  observedAt: string;
  raisedAt?: string;
  reason: unknown;
  traceId: string;
}

const requestTimeoutMs = 30_000;
/** Reads at a time: enough to be quick, few enough to leave the machine to the services. */
const parallelReads = 8;

class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The public API as a script uses it. */
export class Api {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  async get<Answer>(path: string): Promise<Answer> {
    return this.#request('GET', path);
  }

  /** Undefined while the service answers 404. */
  async getIfThere<Answer>(path: string): Promise<Answer | undefined> {
    try {
      return await this.get<Answer>(path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#request('POST', path, body);
  }

  /** All items of a list, page after page. */
  async *list<Item>(path: string): AsyncGenerator<Item> {
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<Item> = await this.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${after}`);
      yield* page.items;
      cursor = page.next;
    } while (cursor !== null);
  }

  /** Every price point of a product, oldest first. */
  async history(productId: string): Promise<HistoryPoint[]> {
    const points: HistoryPoint[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { points: HistoryPoint[]; next: string | null } = await this.get(
        `/v1/products/${productId}/history?limit=200${after}`,
      );
      points.push(...page.points);
      cursor = page.next;
    } while (cursor !== null);
    return points;
  }

  async #request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(new URL(path, this.#target.url), {
      method,
      headers: {
        authorization: `Bearer ${this.#target.apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    if (!response.ok) {
      const text = (await response.text()).slice(0, 500);
      throw new ApiError(response.status, `${method} ${path}: ${response.status} ${text}`);
    }
    return (await response.json()) as Answer;
  }
}

/** Runs a task for each item, a few at a time. */
export async function forEachParallel<Item>(
  items: readonly Item[],
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await task(item);
  };
  await Promise.all(Array.from({ length: parallelReads }, worker));
}

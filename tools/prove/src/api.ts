import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 10_000;
const PAUSE_MS = 300;
const PAGE = 200;

/** What came back; `status` is 0 when nothing did. */
export interface Answer {
  status: number;
  body: unknown;
  /** Why there is no answer. */
  problem?: string;
}

interface Call {
  body?: string;
  contentType?: string;
  idempotencyKey?: string;
}

/** The public API as one account uses it. Counts its answers, and the reads that may have cost a credit. */
export class Api {
  readonly url: string;
  readonly #key: string;
  readonly answers = new Map<string, number>();
  paidReads = 0;

  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  /** One attempt; never throws. */
  async once(method: string, path: string, call: Call = {}): Promise<Answer> {
    if (path.startsWith('/v1/products')) this.paidReads += 1;
    const answer = await this.#fetch(method, path, call);
    const name = answer.status === 0 ? (answer.problem ?? 'nothing') : String(answer.status);
    this.answers.set(`${method} ${name}`, (this.answers.get(`${method} ${name}`) ?? 0) + 1);
    return answer;
  }

  /** Repeats until it is answered well; a POST must bring its Idempotency-Key. @throws past the deadline */
  async persist<T>(method: string, path: string, call: Call, deadlineMs: number): Promise<T> {
    const end = Date.now() + deadlineMs;
    for (;;) {
      const { status, body, problem } = await this.once(method, path, call);
      if (status >= 200 && status < 300) return body as T;
      if (Date.now() > end)
        throw new Error(`${method} ${path}: ${problem ?? `${status} ${JSON.stringify(body).slice(0, 300)}`}`);
      await delay(PAUSE_MS);
    }
  }

  get<T>(path: string): Promise<T> {
    return this.persist('GET', path, {}, 30_000);
  }

  post<T>(path: string, body: unknown, idempotencyKey: string): Promise<T> {
    return this.persist('POST', path, { ...jsonCall(body), idempotencyKey }, 30_000);
  }

  /** All items of a list. */
  async *list<Item>(path: string): AsyncGenerator<Item> {
    for (let cursor: string | null = ''; cursor !== null;) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: Item[]; next: string | null } = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${after}`,
      );
      yield* page.items;
      cursor = page.next;
    }
  }

  async #fetch(method: string, path: string, call: Call): Promise<Answer> {
    try {
      const response = await fetch(new URL(path, this.url), {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(call.contentType && { 'content-type': call.contentType }),
          ...(call.idempotencyKey && { 'idempotency-key': call.idempotencyKey }),
        },
        ...(call.body !== undefined && { body: call.body }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    } catch (error) {
      return { status: 0, body: undefined, problem: problemOf(error) };
    }
  }
}

export const jsonCall = (body: unknown): Call => ({
  body: JSON.stringify(body),
  contentType: 'application/json',
});

function problemOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return cause?.code ?? name ?? String(error);
}

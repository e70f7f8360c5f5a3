import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';

const TIMEOUT_MS = 30_000;
const BUSY_MS = 200;

/** The public API as one key uses it. */
export class Api {
  readonly #pool: Pool;
  readonly #headers: Record<string, string>;

  constructor(url: string, apiKey: string, connections = 8) {
    this.#pool = new Pool(url, { connections, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
    this.#headers = { authorization: `Bearer ${apiKey}` };
  }

  /** @throws what the product answered when it is not 2xx */
  async post<T>(path: string, body: unknown): Promise<T> {
    const { status, text } = await this.#send(path, JSON.stringify(body), 'application/json');
    if (status >= 300) throw new Error(`POST ${path} answered ${status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  /** @throws what the product answered when it is not 2xx */
  async get<T>(path: string): Promise<T> {
    const response = await this.#pool.request({ path, method: 'GET', headers: this.#headers });
    const text = await response.body.text();
    if (response.statusCode >= 300)
      throw new Error(`GET ${path} answered ${response.statusCode}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  /** Posts lines, again where the product asks for a pause. @returns when it was accepted, on performance's clock */
  async postLines(lines: readonly string[]): Promise<number> {
    const body = lines.join('\n');
    for (;;) {
      const { status, text } = await this.#send('/v1/observations', body, 'application/x-ndjson');
      const acceptedAt = performance.now();
      if (status === 202) {
        const { accepted } = JSON.parse(text) as { accepted: number };
        if (accepted !== lines.length) throw new Error(`lines were refused: ${text.slice(0, 500)}`);
        return acceptedAt;
      }
      if (status !== 503 && status !== 429)
        throw new Error(`the post was answered ${status}: ${text.slice(0, 500)}`);
      await delay(BUSY_MS);
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #send(path: string, body: string, type: string): Promise<{ status: number; text: string }> {
    const headers = { ...this.#headers, 'content-type': type };
    const response = await this.#pool.request({ path, method: 'POST', headers, body });
    return { status: response.statusCode, text: await response.body.text() };
  }
}

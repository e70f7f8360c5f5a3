import { setTimeout as delay } from 'node:timers/promises';
import type { UpdateQueue } from './chat-updates.ts';

const RETRY_MS = 50;
const WAIT_FOR_NEWS_MS = 50_000;

/** Brings updates to a webhook one by one, each until it is taken, as the Bot API does. */
export class ChatHook {
  #stop: AbortController | undefined;

  readonly #updates: UpdateQueue;

  constructor(updates: UpdateQueue) {
    this.#updates = updates;
  }

  get isSet(): boolean {
    return this.#stop !== undefined;
  }

  set(url: string, secretToken: string | undefined): void {
    this.remove();
    const stop = new AbortController();
    this.#stop = stop;
    void this.#bring(url, secretToken, stop.signal);
  }

  remove(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  async #bring(url: string, secretToken: string | undefined, signal: AbortSignal): Promise<void> {
    let offset = 0;
    while (!signal.aborted) {
      const found = await this.#updates.poll(offset, 1, WAIT_FOR_NEWS_MS, signal);
      const update = found === 'replaced' ? undefined : found[0];
      if (!update) continue;
      const headers = {
        'content-type': 'application/json',
        ...(secretToken !== undefined && { 'x-telegram-bot-api-secret-token': secretToken }),
      };
      const isTaken = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(update),
        signal,
      }).then(
        (response) => response.ok,
        () => false,
      );
      if (isTaken) offset = update.update_id + 1;
      else await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

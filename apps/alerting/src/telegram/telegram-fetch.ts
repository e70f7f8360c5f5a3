import type { ApiClientOptions } from 'grammy';
import { buffer } from 'node:stream/consumers';
import { type Agent, fetch as undiciFetch } from 'undici';

type Fetch = NonNullable<ApiClientOptions['fetch']>;

/** grammY brings its own fetch and its own AbortSignal; this one uses our agent and Node's signal. */
export function fetchThrough(dispatcher: Agent): Fetch {
  return async (url: string, init: RequestInit): Promise<unknown> => {
    const controller = new AbortController();
    if (init.signal?.aborted) controller.abort();
    init.signal?.addEventListener('abort', () => controller.abort(), { once: true });
    // Uploads come as a stream; as a whole they have a length, which some servers want.
    const body =
      typeof init.body === 'object' && init.body !== null ? await buffer(init.body as never) : init.body;
    return undiciFetch(url, {
      method: init.method ?? 'GET',
      headers: init.headers as Record<string, string>,
      body: body as string,
      signal: controller.signal,
      dispatcher,
    });
  };
}

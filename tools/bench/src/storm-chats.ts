import { startTelegramFake, type TelegramFake } from '@souk/sandbox';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const STORM_TOKEN = '42:storm';

/** What came to one receiver: how often which message, and when the last one did. */
export class Arrivals {
  /** Times that each message came, by what names it. */
  readonly times = new Map<string, number>();
  lastAt = Number.NaN;

  add(message: string): void {
    this.times.set(message, (this.times.get(message) ?? 0) + 1);
    this.lastAt = performance.now();
  }

  /** Requests beyond the first one of each message. */
  get again(): number {
    return [...this.times.values()].reduce((sum, times) => sum + times - 1, 0);
  }
}

/** A Telegram with the limits of the real one, and receivers of webhooks: they only count. */
export class StormChats {
  /** By the id of the chat: a chat is told once. */
  readonly telegram = new Arrivals();
  /** By the path of the webhook: its messages by their `webhook-id`. */
  readonly webhooks = new Map<string, Arrivals>();
  /** When which message came to those that are told again and again, by chat id or path. */
  readonly #listening = new Map<string, Map<string, number[]>>();
  readonly #fake: TelegramFake;
  readonly #server: Server;

  private constructor(fake: TelegramFake, server: Server) {
    this.#fake = fake;
    this.#server = server;
  }

  static async open(): Promise<StormChats> {
    let chats: StormChats | undefined = undefined;
    const fake = await startTelegramFake({
      token: STORM_TOKEN,
      failureOf: ({ chatId, text: message }) => {
        if (!chats?.heard(chatId, () => minuteOf(message))) chats?.telegram.add(chatId);
        return undefined;
      },
    });
    const server = createServer((request, response) => {
      const path = request.url ?? '/';
      void text(request).then((body) => {
        if (!chats?.heard(path, () => minuteOfBody(body)))
          chats?.webhook(path).add(String(request.headers['webhook-id']));
        response.end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    chats = new StormChats(fake, server);
    return chats;
  }

  get telegramUrl(): string {
    return this.#fake.url;
  }

  get webhookUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on its messages are kept by the minute of their price, apart from those of the storm. */
  listen(name: string): ReadonlyMap<string, readonly number[]> {
    const times = new Map<string, number[]>();
    this.#listening.set(name, times);
    return times;
  }

  webhook(path: string): Arrivals {
    const known = this.webhooks.get(path) ?? new Arrivals();
    this.webhooks.set(path, known);
    return known;
  }

  /** Whether it is one of those that are listened to. */
  heard(name: string, minute: () => string): boolean {
    const times = this.#listening.get(name);
    if (!times) return false;
    const key = minute();
    times.set(key, [...(times.get(key) ?? []), performance.now()]);
    return true;
  }

  /** Messages to chats that are listened to, in this span. */
  listenedBetween(fromMs: number, toMs: number): number {
    return [...this.#listening]
      .filter(([name]) => !name.startsWith('/'))
      .flatMap(([, times]) => [...times.values()].flat())
      .filter((at) => at >= fromMs && at <= toMs).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await Promise.all([this.#fake.close(), new Promise((closed) => this.#server.close(closed))]);
  }
}

/** The minute of the price that a message of Telegram tells of, as its last line names it. */
function minuteOf(message: string): string {
  const [, day, minute] = / · (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC$/.exec(message) ?? [];
  return `${day}T${minute}`;
}

const minuteOfBody = (body: string): string =>
  (JSON.parse(body) as { data: { observedAt: string } }).data.observedAt.slice(0, 16);

/** An update as getUpdates hands it out. */
export interface Update {
  update_id: number;
  [kind: string]: unknown;
}

/** What somebody does in a chat: writes a text, or presses a button. */
export interface Incoming {
  chatId: number;
  text?: string;
  callbackData?: string;
  firstName?: string;
}

/** Updates that wait for getUpdates; an offset confirms and drops all before it, as the Bot API does. */
export class UpdateQueue {
  #updates: Update[] = [];
  #nextId = 1;
  #wake: ((outcome: 'news' | 'replaced') => void) | undefined;

  add({ chatId, text = '', callbackData, firstName = 'Tester' }: Incoming, nowMs: number): Update {
    const chat = { id: chatId, type: chatId < 0 ? 'group' : 'private', first_name: firstName };
    const from = { id: Math.abs(chatId), is_bot: false, first_name: firstName, language_code: 'en' };
    const command = /^\/\w+(@\w+)?/.exec(text)?.[0];
    const entities =
      command === undefined ? undefined : [{ type: 'bot_command', offset: 0, length: command.length }];
    const id = this.#nextId++;
    const message = { message_id: id, date: Math.floor(nowMs / 1000), chat, from, text, entities };
    const update =
      callbackData === undefined
        ? { update_id: id, message }
        : {
            update_id: id,
            callback_query: {
              id: String(id),
              from,
              message,
              chat_instance: String(chatId),
              data: callbackData,
            },
          };
    this.#updates.push(update);
    this.#wake?.('news');
    return update;
  }

  /** Waits up to `timeoutMs` for an update; 'replaced' when another poll took over meanwhile. */
  async poll(
    offset: number,
    limit: number,
    timeoutMs: number,
    hungUp: AbortSignal,
  ): Promise<Update[] | 'replaced'> {
    this.#wake?.('replaced');
    if (offset > 0) this.#updates = this.#updates.filter((update) => update.update_id >= offset);
    if (this.#updates.length === 0 && timeoutMs > 0) {
      const outcome = await new Promise<'news' | 'replaced' | 'timeout'>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs, 'timeout');
        this.#wake = (reason) => {
          clearTimeout(timer);
          resolve(reason);
        };
        hungUp.addEventListener('abort', () => this.#wake?.('news'), { once: true });
      });
      if (outcome === 'replaced') return 'replaced';
      this.#wake = undefined;
    }
    return this.#updates.slice(0, limit);
  }
}

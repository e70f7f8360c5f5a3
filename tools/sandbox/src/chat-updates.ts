/** An update as getUpdates hands it out. */
export interface Update {
  update_id: number;
  [kind: string]: unknown;
}

/** What somebody does in a chat: writes a text, presses a button, blocks the bot, or makes a group a supergroup. */
export interface Incoming {
  chatId: number;
  text?: string;
  callbackData?: string;
  /** The message whose button was pressed. */
  messageId?: number;
  firstName?: string;
  /** Who it is; unless given somebody who is always the same in this chat. */
  fromId?: number;
  languageCode?: string;
  /** Of a group. */
  title?: string;
  /** The topic of a group it was written in. */
  threadId?: number;
  /** What the bot is in the chat from now on. */
  membership?: 'member' | 'kicked' | 'left';
  migrateToChatId?: number;
}

/** Updates that wait for getUpdates; an offset confirms and drops all before it, as the Bot API does. */
export class UpdateQueue {
  #updates: Update[] = [];
  #nextId = 1;
  #wake: ((outcome: 'news' | 'replaced') => void) | undefined;

  add(incoming: Incoming, nowMs: number, isPhoto = false): Update {
    const id = this.#nextId++;
    const update = { update_id: id, ...contentOf(incoming, id, nowMs, isPhoto) };
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

function contentOf(incoming: Incoming, id: number, nowMs: number, isPhoto: boolean): Record<string, unknown> {
  const { chatId, text = '', callbackData, firstName = 'Tester', threadId, membership } = incoming;
  const isGroup = chatId < 0;
  const chat = isGroup
    ? { id: chatId, type: threadId === undefined ? 'group' : 'supergroup', title: incoming.title ?? 'Group' }
    : { id: chatId, type: 'private', first_name: firstName };
  const from = {
    id: incoming.fromId ?? Math.abs(chatId),
    is_bot: false,
    first_name: firstName,
    language_code: incoming.languageCode ?? 'en',
  };
  const date = Math.floor(nowMs / 1000);
  if (membership !== undefined) {
    const bot = { id: 1, is_bot: true, first_name: 'Souk sandbox' };
    const was = { user: bot, status: membership === 'member' ? 'kicked' : 'member' };
    const is = { user: bot, status: membership };
    return { my_chat_member: { chat, from, date, old_chat_member: was, new_chat_member: is } };
  }
  const topic = threadId !== undefined && { message_thread_id: threadId, is_topic_message: true };
  if (callbackData !== undefined) {
    const shown = isPhoto ? { photo: [{ file_id: 'file-1' }], caption: 'x' } : { text: 'x' };
    const message = { message_id: incoming.messageId ?? id, date, chat, ...topic, ...shown };
    return {
      callback_query: { id: String(id), from, message, chat_instance: String(chatId), data: callbackData },
    };
  }
  const command = /^\/\w+(@\w+)?/.exec(text)?.[0];
  const entities = command && [{ type: 'bot_command', offset: 0, length: command.length }];
  const said =
    incoming.migrateToChatId === undefined
      ? { text, ...(entities && { entities }) }
      : { migrate_to_chat_id: incoming.migrateToChatId };
  return { message: { message_id: id, date, chat, from, ...topic, ...said } };
}

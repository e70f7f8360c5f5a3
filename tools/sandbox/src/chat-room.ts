import { badRequest, chatIdOf, contentOf, fromJson, type Payload, type Refusal } from './chat-limits.ts';

/** A message as it stands in its chat now. */
interface Standing {
  isPhoto: boolean;
  /** All that people see of it, to tell whether an edit changes anything. */
  seen: string;
}

/** What stands in the chats: who is there, which messages, topics and upgrades; and what that forbids. */
export class ChatRooms {
  readonly #messages = new Map<string, Standing>();
  readonly #blocked = new Set<string>();
  readonly #upgraded = new Map<string, number>();
  readonly #topics = new Set<string>();

  block(chatId: number): void {
    this.#blocked.add(String(chatId));
  }

  unblock(chatId: number): void {
    this.#blocked.delete(String(chatId));
  }

  /** A group becomes a supergroup: it has another id from now on. */
  upgrade(chatId: number, toChatId: number): void {
    this.#upgraded.set(String(chatId), toChatId);
  }

  openTopic(chatId: number, threadId: number): void {
    this.#topics.add(`${chatId}/${threadId}`);
  }

  isPhoto(chatId: string, messageId: number): boolean {
    return this.#messages.get(`${chatId}/${messageId}`)?.isPhoto ?? false;
  }

  problem(method: string, payload: Payload): Refusal | undefined {
    const chatId = chatIdOf(payload)!;
    const upgradedTo = this.#upgraded.get(chatId);
    if (upgradedTo !== undefined) {
      const refusal = badRequest('group chat was upgraded to a supergroup chat');
      return { ...refusal, migrateToChatId: upgradedTo };
    }
    if (this.#blocked.has(chatId))
      return { code: 403, description: 'Forbidden: bot was blocked by the user' };
    const threadId = payload.message_thread_id as number | string | undefined;
    if (threadId !== undefined && !this.#topics.has(`${chatId}/${threadId}`))
      return badRequest('message thread not found');
    return method.startsWith('edit') ? this.#editProblem(chatId, method, payload) : undefined;
  }

  /** Keeps how the message looks from now on. */
  put(method: string, payload: Payload, messageId: number): void {
    const chatId = chatIdOf(payload)!;
    const before = this.#messages.get(`${chatId}/${messageId}`);
    this.#messages.set(`${chatId}/${messageId}`, looks(method, payload, before));
  }

  /** False when there is no such message. */
  delete(payload: Payload): boolean {
    return this.#messages.delete(`${chatIdOf(payload)}/${String(payload.message_id)}`);
  }

  #editProblem(chatId: string, method: string, payload: Payload): Refusal | undefined {
    const before = this.#messages.get(`${chatId}/${String(payload.message_id)}`);
    if (!before) return badRequest('message to edit not found');
    if (method === 'editMessageText' && before.isPhoto)
      return badRequest('there is no text in the message to edit');
    if (method === 'editMessageCaption' && !before.isPhoto)
      return badRequest('there is no caption in the message to edit');
    // An upload is never taken for the picture that stands there.
    const { photo } = contentOf(method, payload);
    const isUpload = typeof photo === 'string' && photo.startsWith('attach://');
    if (!isUpload && looks(method, payload, before).seen === before.seen) {
      return badRequest(
        'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      );
    }
    return undefined;
  }
}

function looks(method: string, payload: Payload, before: Standing | undefined): Standing {
  const markup = fromJson(payload.reply_markup) ?? null;
  if (method === 'editMessageReplyMarkup') {
    const [content] = JSON.parse(before!.seen) as [unknown, unknown];
    return { isPhoto: before!.isPhoto, seen: JSON.stringify([content, markup]) };
  }
  const { isPhoto, text, photo } = contentOf(method, payload);
  return { isPhoto, seen: JSON.stringify([[text, photo ?? null], markup]) };
}

import { readChatHtml } from './chat-html.ts';

/** A refusal as the Bot API words it. */
export interface Refusal {
  code: number;
  description: string;
  retryAfterSeconds?: number;
}

export type Payload = Record<string, unknown>;

const badRequest = (description: string): Refusal => ({
  code: 400,
  description: `Bad Request: ${description}`,
});

/** Checks what the Bot API checks of a message: text, caption, mark-up and buttons. */
export function messageProblem(method: string, payload: Payload): Refusal | undefined {
  if (chatIdOf(payload) === undefined) return badRequest('chat_id is empty');
  const isPhoto = method === 'sendPhoto';
  if (isPhoto && !payload.photo) return badRequest('there is no photo in the request');
  const plain = plainText(shownText(method, payload), payload.parse_mode);
  if ('problem' in plain) return badRequest(plain.problem);
  if (!isPhoto && plain.text.trim() === '') return badRequest('message text is empty');
  if (!isPhoto && plain.text.length > 4096) return badRequest('message is too long');
  if (isPhoto && plain.text.length > 1024) return badRequest('message caption is too long');
  return buttonProblem(payload.reply_markup);
}

/** What people will read: the text, or the caption of a photo. */
export function shownText(method: string, payload: Payload): string {
  const text = method === 'sendPhoto' ? payload.caption : payload.text;
  return typeof text === 'string' ? text : '';
}

function plainText(text: string, parseMode: unknown): { text: string } | { problem: string } {
  if (parseMode === undefined || parseMode === '') return { text };
  if (typeof parseMode !== 'string' || parseMode.toLowerCase() !== 'html') {
    return { problem: 'unsupported parse_mode (this fake reads HTML only)' };
  }
  const read = readChatHtml(text);
  return 'problem' in read ? { problem: `can't parse entities: ${read.problem}` } : read;
}

function buttonProblem(markup: unknown): Refusal | undefined {
  if (markup === undefined || markup === '') return undefined;
  let parsed: { inline_keyboard?: { text?: string; callback_data?: string; url?: string }[][] };
  try {
    parsed = typeof markup === 'string' ? JSON.parse(markup) : (markup as typeof parsed);
  } catch {
    return badRequest("can't parse reply keyboard markup JSON object");
  }
  for (const button of parsed.inline_keyboard?.flat() ?? []) {
    if (!button.text) return badRequest('text buttons are unallowed in the inline keyboard');
    const dataBytes = Buffer.byteLength(button.callback_data ?? '');
    if (dataBytes > 64 || (button.callback_data === '' && button.url === undefined))
      return badRequest('BUTTON_DATA_INVALID');
  }
  return undefined;
}

/** The chat a payload goes to, as text; form posts carry it as text already. */
export function chatIdOf(payload: Payload): string | undefined {
  const id = payload.chat_id;
  return (typeof id === 'number' && Number.isSafeInteger(id)) || (typeof id === 'string' && id !== '')
    ? String(id)
    : undefined;
}

/** One message a second to a chat, 20 a minute to a group, 30 a second to all: what the Bot API documents. */
export class ChatPace {
  readonly #sent = new Map<string, number[]>();

  /** Seconds to wait before this chat may get a message, or undefined when it is sent (and counted) now. */
  take(chatId: string, nowMs: number): number | undefined {
    const isGroup = chatId.startsWith('-');
    const wait = Math.max(
      this.#wait(chatId, nowMs, 1, 1000),
      isGroup ? this.#wait(chatId, nowMs, 20, 60_000) : 0,
      this.#wait('all', nowMs, 30, 1000),
    );
    if (wait > 0) return Math.max(1, Math.ceil(wait / 1000));
    for (const key of [chatId, 'all']) {
      const kept = (this.#sent.get(key) ?? []).filter((at) => at > nowMs - 60_000);
      this.#sent.set(key, [...kept, nowMs]);
    }
    return undefined;
  }

  #wait(key: string, nowMs: number, count: number, windowMs: number): number {
    const within = (this.#sent.get(key) ?? []).filter((at) => at > nowMs - windowMs);
    return within.length < count ? 0 : within[within.length - count]! + windowMs - nowMs;
  }
}

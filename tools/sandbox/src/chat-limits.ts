import { readChatHtml } from './chat-html.ts';

/** A refusal as the Bot API words it. */
export interface Refusal {
  code: number;
  description: string;
  retryAfterSeconds?: number;
  migrateToChatId?: number;
}

export type Payload = Record<string, unknown>;

export const badRequest = (description: string): Refusal => ({
  code: 400,
  description: `Bad Request: ${description}`,
});

const MAX_BUTTONS = 100;
const MAX_BUTTONS_IN_ROW = 8;

/** What a message says and shows, wherever its method carries that. */
export interface Content {
  isPhoto: boolean;
  /** The text, or a photo's caption. */
  text: string;
  parseMode: unknown;
  /** A photo's address, file id, or the name of an uploaded file. */
  photo: unknown;
}

export function contentOf(method: string, payload: Payload): Content {
  const isMedia = method === 'editMessageMedia';
  const media = isMedia ? (fromJson(payload.media) as Payload | undefined) : undefined;
  const isPhoto = isMedia || method === 'sendPhoto' || method === 'editMessageCaption';
  const text = isPhoto ? (media ?? payload).caption : payload.text;
  return {
    isPhoto,
    text: typeof text === 'string' ? text : '',
    parseMode: (media ?? payload).parse_mode,
    photo: isMedia ? media?.media : payload.photo,
  };
}

/** Checks what the Bot API checks of a message: text, caption, picture, mark-up and buttons. */
export function messageProblem(method: string, payload: Payload): Refusal | undefined {
  if (chatIdOf(payload) === undefined) return badRequest('chat_id is empty');
  const { isPhoto, text, parseMode, photo } = contentOf(method, payload);
  const needsPhoto = method === 'sendPhoto' || method === 'editMessageMedia';
  if (needsPhoto && !photo) return badRequest('there is no photo in the request');
  if (needsPhoto && !isPhotoSource(photo)) return badRequest('wrong file identifier/HTTP URL specified');
  const plain = plainText(text, parseMode);
  if ('problem' in plain) return badRequest(plain.problem);
  const hasText = method !== 'editMessageReplyMarkup' && !isPhoto;
  if (hasText && plain.text.trim() === '') return badRequest('message text is empty');
  if (!isPhoto && plain.text.length > 4096) return badRequest('message is too long');
  if (isPhoto && plain.text.length > 1024) return badRequest('message caption is too long');
  return buttonProblem(payload.reply_markup);
}

/** Telegram takes ids of its own files, uploads, and addresses that it can fetch from outside. */
function isPhotoSource(photo: unknown): boolean {
  if (typeof photo !== 'string') return false;
  return /^https?:/i.test(photo) ? isPublicAddress(photo) : /^(attach:\/\/)?[\w.-]+$/.test(photo);
}

function isPublicAddress(url: string): boolean {
  return URL.canParse(url) && /^[^:]*\.[a-z][a-z0-9-]*$/i.test(new URL(url).hostname);
}

function plainText(text: string, parseMode: unknown): { text: string } | { problem: string } {
  if (parseMode === undefined || parseMode === '') return { text };
  if (typeof parseMode !== 'string' || parseMode.toLowerCase() !== 'html') {
    return { problem: 'unsupported parse_mode (this fake reads HTML only)' };
  }
  const read = readChatHtml(text);
  return 'problem' in read ? { problem: `can't parse entities: ${read.problem}` } : read;
}

interface Keyboard {
  inline_keyboard?: { text?: string; callback_data?: string; url?: string }[][];
}

function buttonProblem(markup: unknown): Refusal | undefined {
  if (markup === undefined || markup === '') return undefined;
  const parsed = fromJson(markup) as Keyboard | undefined;
  if (!parsed) return badRequest("can't parse reply keyboard markup JSON object");
  const rows = parsed.inline_keyboard ?? [];
  if (rows.flat().length > MAX_BUTTONS || rows.some((row) => row.length > MAX_BUTTONS_IN_ROW)) {
    return badRequest('reply markup is too long');
  }
  for (const { text, callback_data: data, url } of rows.flat()) {
    if (!text) return badRequest('text buttons are unallowed in the inline keyboard');
    if (Buffer.byteLength(data ?? '') > 64 || (data === '' && url === undefined))
      return badRequest('BUTTON_DATA_INVALID');
    if (data === undefined && url === undefined)
      return badRequest('text buttons are unallowed in the inline keyboard');
    if (url !== undefined && !isPublicAddress(url))
      return badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
  }
  return undefined;
}

/** Forms carry objects as JSON text. */
export function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
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

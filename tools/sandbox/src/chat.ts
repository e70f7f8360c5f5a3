import type { IncomingMessage, ServerResponse } from 'node:http';
import { ChatHook } from './chat-hook.ts';
import {
  badRequest,
  ChatPace,
  chatIdOf,
  contentOf,
  messageProblem,
  type Payload,
  type Refusal,
} from './chat-limits.ts';
import { ChatRooms } from './chat-room.ts';
import { UpdateQueue, type Incoming } from './chat-updates.ts';
import { listen, readBody, sendJson, type RunningServer } from './http.ts';
import { Recording } from './recording.ts';

/** A message that "arrived in a chat". */
export interface ChatMessage {
  at: number;
  messageId: number;
  method: string;
  chatId: string;
  /** The text, or a photo's caption. */
  text: string;
  payload: Payload;
  /** True when the message was delivered but its sender never heard so. */
  replyLost: boolean;
}

/** What goes wrong with the next messages. `lost`: delivered, and the connection breaks before the answer. */
export interface ChatFailure {
  kind: 'error' | 'hang' | 'lost';
  /** Status of `error`; 502 unless given. */
  status?: number;
  /** Told with a 429. */
  retryAfterSeconds?: number;
  /** How many messages it concerns; 1 unless given. */
  count?: number;
}

export interface TelegramFakeOptions {
  port?: number;
  /** The only token that is let in; any well-formed one unless given. */
  token?: string;
  /** Whether one message a second and chat is enforced; it is unless switched off. */
  enforcesPace?: boolean;
  /** Decides, message by message, what goes wrong; asked when nothing was told by `fail`. */
  failureOf?: (message: { chatId: string; text: string }) => ChatFailure | undefined;
  /** Addresses of pictures that Telegram cannot fetch. */
  isMissingPhoto?: (url: string) => boolean;
  now?: () => number;
}

/** How the bot answered a pressed button. */
interface PressAnswer {
  callbackQueryId: string;
  text: string;
}

/** A Bot API server that records instead of delivering. grammY: `client: { apiRoot: fake.url }`. */
export interface TelegramFake extends RunningServer {
  /** Messages sent, and edits of them: these have the id of the message that they change. */
  readonly messages: Recording<ChatMessage>;
  readonly pressAnswers: Recording<PressAnswer>;
  /** Somebody writes to the bot, or presses a button. */
  inject(incoming: Incoming): void;
  fail(failure: ChatFailure): void;
  /** From now on the chat refuses the bot, as a person does who blocked it. */
  block(chatId: number): void;
  unblock(chatId: number): void;
  /** The group has another id from now on, and its members' bots are told so. */
  upgrade(chatId: number, toChatId: number): void;
  setPace(enforced: boolean): void;
}

const bot = {
  id: 1,
  is_bot: true,
  first_name: 'Souk sandbox',
  username: 'souk_sandbox_bot',
  can_join_groups: true,
};
/** Methods that only have to succeed. */
const silentMethods = new Set(['setMyCommands', 'deleteMyCommands', 'sendChatAction']);
const messageMethods = new Set([
  'sendMessage',
  'sendPhoto',
  'editMessageText',
  'editMessageCaption',
  'editMessageMedia',
  'editMessageReplyMarkup',
]);

/** Starts the fake in this process. Control: GET /recorded, POST /inject, /fail, /block, /pace. */
export async function startTelegramFake(options: TelegramFakeOptions = {}): Promise<TelegramFake> {
  const now = options.now ?? Date.now;
  const messages = new Recording<ChatMessage>();
  const updates = new UpdateQueue();
  const pace = new ChatPace();
  const pressAnswers = new Recording<PressAnswer>();
  const pressed = new Set<string>();
  const rooms = new ChatRooms();
  const hook = new ChatHook(updates);
  const failures: ChatFailure[] = [];
  let isPaced = options.enforcesPace ?? true;
  let nextMessageId = 1000;

  const inject = (incoming: Incoming): void => {
    const { chatId, threadId, messageId, callbackData } = incoming;
    if (threadId !== undefined) rooms.openTopic(chatId, threadId);
    const isPhoto = messageId !== undefined && rooms.isPhoto(String(chatId), messageId);
    const update = updates.add(incoming, now(), isPhoto);
    if (callbackData !== undefined) pressed.add((update.callback_query as { id: string }).id);
  };
  const fail = (failure: ChatFailure): void => {
    for (let left = failure.count ?? 1; left > 0; left -= 1) failures.push(failure);
  };
  const block = (chatId: number): void => rooms.block(chatId);
  const upgrade = (chatId: number, toChatId: number): void => {
    rooms.upgrade(chatId, toChatId);
    inject({ chatId, migrateToChatId: toChatId });
  };
  const setPace = (enforced: boolean): void => void (isPaced = enforced);

  const refusalOf = (method: string, payload: Payload): Refusal | undefined => {
    const problem = messageProblem(method, payload) ?? rooms.problem(method, payload);
    if (problem) return problem;
    const { photo } = contentOf(method, payload);
    if (typeof photo === 'string' && options.isMissingPhoto?.(photo))
      return badRequest('failed to get HTTP URL content');
    const chatId = chatIdOf(payload)!;
    const retryAfterSeconds = isPaced ? pace.take(chatId, now()) : undefined;
    if (retryAfterSeconds === undefined) return undefined;
    return {
      code: 429,
      description: `Too Many Requests: retry after ${retryAfterSeconds}`,
      retryAfterSeconds,
    };
  };

  const deliver = (method: string, payload: Payload, response: ServerResponse): void => {
    const addressee = { chatId: chatIdOf(payload) ?? '', text: contentOf(method, payload).text };
    const failure = failures.shift() ?? options.failureOf?.(addressee);
    if (failure?.kind === 'hang') return; // the client's own deadline has to end this
    if (failure?.kind === 'error') {
      const { status = 502, retryAfterSeconds } = failure;
      const description =
        status === 429 ? `Too Many Requests: retry after ${retryAfterSeconds}` : 'Bad Gateway';
      return refuse(response, { code: status, description, ...(retryAfterSeconds && { retryAfterSeconds }) });
    }
    const refusal = refusalOf(method, payload);
    if (refusal) return refuse(response, refusal);

    const chatId = chatIdOf(payload)!;
    const isEdit = method.startsWith('edit');
    const messageId = isEdit ? Number(payload.message_id) : nextMessageId++;
    rooms.put(method, payload, messageId);
    const { text, isPhoto } = contentOf(method, payload);
    const replyLost = failure?.kind === 'lost';
    messages.add({ at: now(), messageId, method, chatId, text, payload, replyLost });
    if (replyLost) return void response.destroy();
    const chat = { id: Number(chatId), type: chatId.startsWith('-') ? 'group' : 'private' };
    const shown = isPhoto ? { caption: text, photo: [] } : { text };
    accept(response, { message_id: messageId, date: Math.floor(now() / 1000), chat, from: bot, ...shown });
  };

  const answerPress = ({ callback_query_id: id, text }: Payload, response: ServerResponse): void => {
    const callbackQueryId = String(id);
    if (!pressed.delete(callbackQueryId)) {
      const problem = 'query is too old and response timeout expired or query ID is invalid';
      return refuse(response, badRequest(problem));
    }
    const shown = typeof text === 'string' ? text : '';
    if (shown.length > 200) return refuse(response, badRequest('MESSAGE_TOO_LONG'));
    pressAnswers.add({ callbackQueryId, text: shown });
    accept(response, true);
  };

  const setHook = ({ url, secret_token: secret }: Payload, response: ServerResponse): void => {
    if (typeof secret === 'string' && !/^[\w-]{1,256}$/.test(secret))
      return refuse(response, badRequest('secret token contains unallowed characters'));
    if (typeof url !== 'string' || url === '') hook.remove();
    else hook.set(url, typeof secret === 'string' ? secret : undefined);
    accept(response, true);
  };

  const answerBot = async (
    method: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const payload = await payloadOf(request);
    if (method === 'getMe') return accept(response, bot);
    if (silentMethods.has(method)) return accept(response, true);
    if (messageMethods.has(method)) return deliver(method, payload, response);
    if (method === 'answerCallbackQuery') return answerPress(payload, response);
    if (method === 'setWebhook') return setHook(payload, response);
    if (method === 'deleteWebhook') return setHook({}, response);
    if (method === 'deleteMessage')
      return rooms.delete(payload)
        ? accept(response, true)
        : refuse(response, badRequest('message to delete not found'));
    if (method !== 'getUpdates')
      return refuse(response, { code: 404, description: 'Not Found: method not found' });

    if (hook.isSet) {
      const description =
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
      return refuse(response, { code: 409, description });
    }

    const hungUp = new AbortController();
    response.once('close', () => hungUp.abort());
    const limit = Math.min(Number(payload.limit ?? 100), 100);
    const timeoutMs = Math.min(Number(payload.timeout ?? 0), 50) * 1000;
    const found = await updates.poll(Number(payload.offset ?? 0), limit, timeoutMs, hungUp.signal);
    if (found !== 'replaced') return accept(response, found);
    refuse(response, {
      code: 409,
      description:
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
  };

  const controls: Record<string, (body: never) => void> = {
    '/inject': (incoming: Incoming) => inject(incoming),
    '/fail': (failure: ChatFailure) => fail(failure),
    '/block': ({ chatId }: { chatId: number }) => block(chatId),
    '/pace': ({ enforced }: { enforced: boolean }) => setPace(enforced),
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://fake');
    const call = /^\/bot([^/]+)\/(\w+)$/.exec(pathname);
    if (call) {
      const isToken = options.token === undefined ? /^\d+:[\w-]+$/.test(call[1]!) : call[1] === options.token;
      if (!isToken) return refuse(response, { code: 401, description: 'Unauthorized' });
      return answerBot(call[2]!, request, response);
    }
    if (pathname === '/recorded') return sendJson(response, 200, { messages: messages.items });
    const control = request.method === 'POST' ? controls[pathname] : undefined;
    if (!control) return sendJson(response, 404, { error: `Nothing at ${pathname}` });
    control(JSON.parse((await readBody(request)).toString()) as never);
    sendJson(response, 200, { ok: true });
  };

  const server = await listen(options.port ?? 0, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      refuse(response, {
        code: 400,
        description: `Bad Request: ${error instanceof Error ? error.message : 'unreadable'}`,
      });
    });
  });
  const close = (): Promise<void> => {
    hook.remove();
    return server.close();
  };
  const unblock = (chatId: number): void => rooms.unblock(chatId);
  return {
    ...server,
    messages,
    pressAnswers,
    inject,
    fail,
    block,
    unblock,
    upgrade,
    setPace,
    close,
  };
}

function accept(response: ServerResponse, result: unknown): void {
  sendJson(response, 200, { ok: true, result });
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  const { code, description, retryAfterSeconds, migrateToChatId } = refusal;
  const parameters = {
    ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
    ...(migrateToChatId !== undefined && { migrate_to_chat_id: migrateToChatId }),
  };
  sendJson(response, code, { ok: false, error_code: code, description, parameters });
}

/** Bot API clients post JSON, forms, or forms with files; files become their names. */
async function payloadOf(request: IncomingMessage): Promise<Payload> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return Object.fromEntries(new URL(request.url ?? '/', 'http://fake').searchParams);
  if (type.includes('application/json')) return JSON.parse(body.toString()) as Payload;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return Object.fromEntries(
    [...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]),
  );
}

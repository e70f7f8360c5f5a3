import type { IncomingMessage, ServerResponse } from 'node:http';
import { ChatPace, chatIdOf, messageProblem, shownText, type Payload, type Refusal } from './chat-limits.ts';
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
  now?: () => number;
}

/** A Bot API server that records instead of delivering. grammY: `client: { apiRoot: fake.url }`. */
export interface TelegramFake extends RunningServer {
  readonly messages: Recording<ChatMessage>;
  /** Somebody writes to the bot, or presses a button. */
  inject(incoming: Incoming): void;
  fail(failure: ChatFailure): void;
  /** From now on the chat refuses the bot, as a person does who blocked it. */
  block(chatId: number): void;
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
const silentMethods = new Set([
  'deleteWebhook',
  'setMyCommands',
  'deleteMyCommands',
  'answerCallbackQuery',
  'sendChatAction',
]);

/** Starts the fake in this process. Control: GET /recorded, POST /inject, /fail, /block, /pace. */
export async function startTelegramFake(options: TelegramFakeOptions = {}): Promise<TelegramFake> {
  const now = options.now ?? Date.now;
  const messages = new Recording<ChatMessage>();
  const updates = new UpdateQueue();
  const pace = new ChatPace();
  const blocked = new Set<string>();
  const failures: ChatFailure[] = [];
  let isPaced = options.enforcesPace ?? true;
  let nextMessageId = 1000;

  const inject = (incoming: Incoming): void => void updates.add(incoming, now());
  const fail = (failure: ChatFailure): void => {
    for (let left = failure.count ?? 1; left > 0; left -= 1) failures.push(failure);
  };
  const block = (chatId: number): void => void blocked.add(String(chatId));
  const setPace = (enforced: boolean): void => void (isPaced = enforced);

  const refusalOf = (method: string, payload: Payload): Refusal | undefined => {
    const problem = messageProblem(method, payload);
    if (problem) return problem;
    const chatId = chatIdOf(payload)!;
    if (blocked.has(chatId)) return { code: 403, description: 'Forbidden: bot was blocked by the user' };
    const retryAfterSeconds = isPaced ? pace.take(chatId, now()) : undefined;
    if (retryAfterSeconds === undefined) return undefined;
    return {
      code: 429,
      description: `Too Many Requests: retry after ${retryAfterSeconds}`,
      retryAfterSeconds,
    };
  };

  const deliver = (method: string, payload: Payload, response: ServerResponse): void => {
    const addressee = { chatId: chatIdOf(payload) ?? '', text: shownText(method, payload) };
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
    const messageId = nextMessageId++;
    const text = shownText(method, payload);
    const replyLost = failure?.kind === 'lost';
    messages.add({ at: now(), messageId, method, chatId, text, payload, replyLost });
    if (replyLost) return void response.destroy();
    const chat = { id: Number(chatId), type: chatId.startsWith('-') ? 'group' : 'private' };
    const shown = method === 'sendPhoto' ? { caption: text, photo: [] } : { text };
    accept(response, { message_id: messageId, date: Math.floor(now() / 1000), chat, from: bot, ...shown });
  };

  const answerBot = async (
    method: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const payload = await payloadOf(request);
    if (method === 'getMe') return accept(response, bot);
    if (silentMethods.has(method)) return accept(response, true);
    if (['sendMessage', 'sendPhoto', 'editMessageText'].includes(method))
      return deliver(method, payload, response);
    if (method !== 'getUpdates')
      return refuse(response, { code: 404, description: 'Not Found: method not found' });

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
  return { ...server, messages, inject, fail, block, setPace };
}

function accept(response: ServerResponse, result: unknown): void {
  sendJson(response, 200, { ok: true, result });
}

function refuse(response: ServerResponse, { code, description, retryAfterSeconds }: Refusal): void {
  const parameters = retryAfterSeconds === undefined ? undefined : { retry_after: retryAfterSeconds };
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

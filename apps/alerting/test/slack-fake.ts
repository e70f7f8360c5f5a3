import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// What comes in is looked at field by field.
// eslint-disable-next-line typescript/no-explicit-any
export type Json = Record<string, any>;

/** A call of the Web API, as it came. */
export interface SlackCall {
  method: string;
  token: string;
  body: Json;
  atMs: number;
  /** What it was answered. */
  answer: Record<string, unknown>;
}

type Fault = { kind: 'lost' } | { kind: 'status'; status: number } | { kind: '429'; seconds: number };

const MESSAGE_EVERY_MS = 1_000;
/** Slack's are good for three seconds; a starved machine takes longer, and what is late in a test is a minute late. */
const TRIGGER_VALID_MS = 30_000;

/** A Slack that is as strict as the documented one: limits of Block Kit, a message a second and channel, triggers that expire. */
export interface SlackFake {
  url: string;
  calls: SlackCall[];
  /** What was said to `response_url`s. */
  responses: Json[];
  /** What was uploaded, by the id of its file, with the form around it. */
  uploads: ReadonlyMap<string, string>;
  /** Messages that were taken. */
  posted(): SlackCall[];
  fail(...faults: Fault[]): void;
  /** A trigger that is as old as this. */
  trigger(ageMs?: number): string;
  close(): Promise<void>;
}

export async function startSlackFake(options: { tokens: Record<string, string> }): Promise<SlackFake> {
  const calls: SlackCall[] = [];
  const responses: Json[] = [];
  const faults: Fault[] = [];
  const lastAtMs = new Map<string, number>();
  const uploads = new Map<string, string>();
  let stamps = 0;
  let files = 0;
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const answerTo = (method: string, token: string, body: Json): Record<string, unknown> => {
    if (method === 'oauth.v2.access') {
      if (body.code !== 'good-code') return { ok: false, error: 'invalid_code' };
      const team = { id: 'T2', name: 'Second & <co>' };
      return { ok: true, access_token: 'xoxb-second', team, bot_user_id: 'UBOT2', scope: 'chat:write' };
    }
    if (!(token in options.tokens)) return { ok: false, error: 'invalid_auth' };
    const problem = body.blocks === undefined ? undefined : problemOfBlocks(body.blocks);
    if (problem !== undefined) return { ok: false, error: 'invalid_blocks', detail: problem };
    switch (method) {
      case 'chat.postMessage': {
        if (!/^C/.test(body.channel)) return { ok: false, error: 'channel_not_found' };
        if ((body.text ?? '') === '' && body.blocks === undefined) return { ok: false, error: 'no_text' };
        stamps += 1;
        return { ok: true, channel: body.channel, ts: `1700000000.${String(stamps).padStart(6, '0')}` };
      }
      case 'files.getUploadURLExternal': {
        files += 1;
        const id = `F${files}`;
        return { ok: true, file_id: id, upload_url: `${address()}/upload/${id}` };
      }
      case 'files.completeUploadExternal': {
        const isThere = body.files.every(({ id }: Json) => uploads.has(id));
        return isThere ? { ok: true, files: body.files } : { ok: false, error: 'file_not_found' };
      }
      case 'views.open': {
        const madeAtMs = Number(body.trigger_id?.split('.')[0]);
        if (Date.now() - madeAtMs > TRIGGER_VALID_MS) return { ok: false, error: 'expired_trigger_id' };
        return { ok: true, view: body.view };
      }
      default:
        return { ok: true };
    }
  };

  const server = createServer((request, response) => {
    const receive = async (): Promise<void> => {
      const path = request.url!.split('?', 1)[0]!;
      const text = await read(request);
      if (path.startsWith('/upload/')) {
        uploads.set(path.replace('/upload/', ''), text);
        return void response.end('OK');
      }
      const body = parse(request, text);
      if (path.startsWith('/response/')) {
        responses.push({ ...body, path });
        return void response.end('ok');
      }
      const method = path.replace('/api/', '');
      const token = body.token ?? request.headers.authorization?.replace('Bearer ', '') ?? '';
      const fault = method === 'chat.postMessage' ? faults.shift() : undefined;
      if (fault?.kind === 'status') return send(response, fault.status, { ok: false });
      if (fault?.kind === '429') {
        return send(
          response,
          429,
          { ok: false, error: 'ratelimited' },
          { 'retry-after': String(fault.seconds) },
        );
      }
      const atMs = Date.now();
      const isTooSoon = atMs - (lastAtMs.get(body.channel) ?? 0) < MESSAGE_EVERY_MS;
      if (method === 'chat.postMessage' && isTooSoon) {
        calls.push({ method, token, body, atMs, answer: { ok: false, error: 'ratelimited' } });
        return send(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': '1' });
      }
      const answer = answerTo(method, token, body);
      if (method === 'chat.postMessage' && answer.ok) lastAtMs.set(body.channel, atMs);
      calls.push({ method, token, body, atMs, answer });
      if (fault?.kind === 'lost') return void response.destroy();
      send(response, 200, answer);
    };
    receive().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: address(),
    uploads,
    calls,
    responses,
    posted: () => calls.filter(({ method, answer }) => method === 'chat.postMessage' && answer.ok === true),
    fail: (...next) => void faults.push(...next),
    trigger: (ageMs = 0) => `${Date.now() - ageMs}.1.a`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The first thing that Slack would refuse, in words; undefined when it would take them. */
export function problemOfBlocks(blocks: Json[]): string | undefined {
  if (blocks.length > 50) return 'more than 50 blocks';
  for (const block of blocks) {
    const texts: [unknown, number][] = [];
    if (block.type === 'header') {
      if (block.text?.type !== 'plain_text') return 'a header is plain text';
      texts.push([block.text.text, 150]);
    }
    if (block.type === 'section') {
      if (!block.text && !block.fields) return 'a section needs a text or fields';
      if (block.text) texts.push([block.text.text, 3_000]);
      if (block.fields?.length > 10) return 'more than 10 fields';
      for (const field of block.fields ?? []) texts.push([field.text, 2_000]);
      if (block.accessory?.type === 'image' && !(block.accessory.image_url.length <= 3_000))
        return 'image_url';
      if (block.accessory?.type === 'image' && !(block.accessory.alt_text.length <= 2_000)) return 'alt_text';
    }
    if (block.type === 'context') {
      if (!(block.elements.length >= 1 && block.elements.length <= 10)) return 'elements of a context';
      for (const element of block.elements) texts.push([element.text, 2_000]);
    }
    if (block.accessory?.type === 'static_select') {
      const { options, placeholder, action_id: id } = block.accessory;
      if (!(options.length >= 1 && options.length <= 100)) return 'options of a menu';
      texts.push([placeholder.text, 150], [id, 255]);
      for (const { text, value } of options) texts.push([text.text, 75], [value, 150]);
    }
    if (block.accessory?.type === 'overflow') {
      const { options, action_id: id } = block.accessory;
      if (!(options.length >= 1 && options.length <= 5)) return 'options of an overflow menu';
      texts.push([id, 255]);
      for (const { text, value } of options) texts.push([text.text, 75], [value, 150]);
    }
    const buttons = [...(block.type === 'actions' ? block.elements : []), block.accessory].filter(
      (element) => element?.type === 'button',
    );
    if (block.type === 'actions' && !(buttons.length >= 1 && buttons.length <= 25))
      return 'elements of actions';
    if (new Set(buttons.map(({ action_id: id }) => id)).size !== buttons.length) return 'action_id twice';
    for (const { text, value, url, action_id: id } of buttons) {
      texts.push([text.text, 75], [value ?? 'x', 2_000], [url ?? 'x', 3_000], [id, 255]);
    }
    for (const [text, max] of texts) {
      if (typeof text !== 'string' || text.length === 0) return `empty text in a ${block.type}`;
      if (text.length > max) return `${text.length} characters in a ${block.type}, at most ${max}`;
    }
  }
  return undefined;
}

async function read(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

function parse(request: IncomingMessage, text: string): Json {
  if (request.headers['content-type']?.startsWith('application/json')) return JSON.parse(text);
  return Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [
      name,
      /^[[{]/.test(value) ? JSON.parse(value) : value,
    ]),
  );
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

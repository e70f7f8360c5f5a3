import { Api, GrammyError, HttpError } from 'grammy';
import { startTelegramFake, type TelegramFake } from './index.ts';

let fake: TelegramFake;
let api: Api;
let time: number;

beforeEach(async () => {
  time = 1_000_000;
  fake = await startTelegramFake({ token: '1:secret', now: () => time });
  api = new Api('1:secret', { apiRoot: fake.url, timeoutSeconds: 60 });
});
afterEach(() => fake.close());

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'sent',
    (error: unknown) => (error instanceof GrammyError ? error.error_code : (error as Error).constructor.name),
  );

describe('the Telegram fake', () => {
  it('lets grammY in with the right token only', async () => {
    expect(await api.getMe()).toMatchObject({ is_bot: true });
    expect(await code(new Api('1:other', { apiRoot: fake.url }).getMe())).toBe(401);
    expect(await api.setMyCommands([{ command: 'start', description: 'begin' }])).toBe(true);
  });

  it('records what is sent, in order, with its time', async () => {
    const sent = await api.sendMessage(7, '<b>Now</b> 5 €', { parse_mode: 'HTML' });
    await api.sendPhoto(8, 'https://shop.example/a.png', { caption: 'Lamp' });
    expect(fake.messages.items).toMatchObject([
      { at: time, messageId: sent.message_id, chatId: '7', text: '<b>Now</b> 5 €', replyLost: false },
      { method: 'sendPhoto', chatId: '8', text: 'Lamp' },
    ]);
    const recorded = (await (await fetch(`${fake.url}/recorded`)).json()) as { messages: unknown[] };
    expect(recorded.messages).toHaveLength(2);
  });

  it('allows 4,096 characters of text and 1,024 of caption, counted without tags', async () => {
    fake.setPace(false);
    expect(await code(api.sendMessage(7, 'x'.repeat(4096)))).toBe('sent');
    expect(await code(api.sendMessage(7, `<b>${'x'.repeat(4096)}</b>`, { parse_mode: 'HTML' }))).toBe('sent');
    expect(await code(api.sendMessage(7, 'x'.repeat(4097)))).toBe(400);
    expect(await code(api.sendPhoto(7, 'id', { caption: 'x'.repeat(1024) }))).toBe('sent');
    expect(await code(api.sendPhoto(7, 'id', { caption: 'x'.repeat(1025) }))).toBe(400);
    expect(await code(api.sendMessage(7, ' '))).toBe(400);
  });

  it('allows 64 bytes of callback data', async () => {
    const send = (data: string): Promise<unknown> =>
      api.sendMessage(7, 'x', {
        reply_markup: { inline_keyboard: [[{ text: 'Mute', callback_data: data }]] },
      });
    expect(await code(send('ü'.repeat(33)))).toBe(400);
    expect(await code(send('ü'.repeat(32)))).toBe('sent');
  });

  it.each([
    ['a < b', /Unclosed start tag at byte offset 2/],
    ['é<b>x', /end tag corresponding to start tag "b"/],
    ['<b>x</i>', /expected "<\/b>", found "<\/i>"/],
    ['x</b>', /Unexpected end tag at byte offset 1/],
    ['<h1>x</h1>', /Unsupported start tag "h1"/],
    ['<span>x</span>', /must have class/],
    ['<a href=">x</a>', /Unexpected character/],
  ])('refuses the broken HTML %s in Telegram words', async (text, problem) => {
    await expect(api.sendMessage(7, text, { parse_mode: 'HTML' })).rejects.toThrow(problem);
    expect(fake.messages.items).toHaveLength(0);
  });

  it.each([
    'a &lt; b',
    'Tom & Jerry &nosuch;',
    '<a href="https://x.example/?a=1&amp;b=2">x</a>',
    '<span class="tg-spoiler">x</span>',
  ])('accepts %s', async (text) => {
    expect(await code(api.sendMessage(7, text, { parse_mode: 'HTML' }))).toBe('sent');
  });

  it('lets one message a second into a chat and says when to come again', async () => {
    await api.sendMessage(7, 'one');
    const refused = await api.sendMessage(7, 'two').catch((error: GrammyError) => error);
    expect(refused).toMatchObject({ error_code: 429, parameters: { retry_after: 1 } });
    expect(await code(api.sendMessage(8, 'another chat'))).toBe('sent');
    time += 1000;
    expect(await code(api.sendMessage(7, 'two'))).toBe('sent');
    expect(fake.messages.items).toHaveLength(3);
  });

  it('lets 20 messages a minute into a group and 30 a second out in all', async () => {
    for (let sent = 0; sent < 20; sent += 1) {
      expect(await code(api.sendMessage(-5, 'x'))).toBe('sent');
      time += 1000;
    }
    expect(await code(api.sendMessage(-5, 'x'))).toBe(429);
    for (let chat = 1; chat <= 30; chat += 1) expect(await code(api.sendMessage(chat, 'x'))).toBe('sent');
    expect(await code(api.sendMessage(31, 'x'))).toBe(429);
  });

  it('fails as told: server errors, silence, and a delivery whose answer is lost', async () => {
    fake.setPace(false);
    fake.fail({ kind: 'error', count: 2 });
    expect([await code(api.sendMessage(7, 'a')), await code(api.sendMessage(7, 'a'))]).toEqual([502, 502]);
    const hasty = new Api('1:secret', { apiRoot: fake.url, timeoutSeconds: 3 });
    fake.fail({ kind: 'hang' });
    expect(await code(hasty.sendMessage(7, 'b'))).toBe(HttpError.name);
    expect(fake.messages.items).toHaveLength(0);
    fake.fail({ kind: 'lost' });
    expect(await code(api.sendMessage(7, 'c'))).toBe(HttpError.name);
    expect(fake.messages.items).toMatchObject([{ text: 'c', replyLost: true }]);
    expect(await code(api.sendMessage(7, 'd'))).toBe('sent');
  });

  it('refuses a bot that was blocked', async () => {
    fake.block(7);
    expect(await code(api.sendMessage(7, 'x'))).toBe(403);
  });

  it('hands out what people write once, to a poll that waits', async () => {
    const waiting = api.getUpdates({ timeout: 30 });
    await fetch(`${fake.url}/inject`, {
      method: 'POST',
      body: JSON.stringify({ chatId: 7, text: '/start abc' }),
    });
    const update = (await waiting).at(0);
    expect(update).toMatchObject({
      message: { chat: { id: 7 }, text: '/start abc', entities: [{ type: 'bot_command', length: 6 }] },
    });
    expect(await api.getUpdates({ timeout: 0 })).toHaveLength(1);
    expect(await api.getUpdates({ offset: update!.update_id + 1 })).toHaveLength(0);
    fake.inject({ chatId: 7, callbackData: 'mute:1' });
    expect(await api.getUpdates()).toMatchObject([{ callback_query: { data: 'mute:1' } }]);
  });

  it('tells the first of two polls that another took over', async () => {
    const polls = [api.getUpdates({ timeout: 1 }), api.getUpdates({ timeout: 1 })].map((poll) => code(poll));
    expect(await Promise.race(polls)).toBe(409);
    fake.inject({ chatId: 7, text: 'hello' });
    expect(new Set(await Promise.all(polls))).toEqual(new Set([409, 'sent']));
  });

  it('lets a test wait for a message and says what was missing', async () => {
    const waiting = fake.messages.until(({ text }) => text === 'hello');
    await api.sendMessage(7, 'hello');
    expect(await waiting).toMatchObject([{ text: 'hello' }]);
    await expect(fake.messages.until(({ text }) => text === 'no', { timeoutMs: 1 })).rejects.toThrow(
      /0 of 1/,
    );
  });

  it('is steered over HTTP too, and names what it does not know', async () => {
    const control = async (path: string, body: unknown): Promise<number> =>
      (await fetch(fake.url + path, { method: 'POST', body: JSON.stringify(body) })).status;
    expect(await control('/pace', { enforced: false })).toBe(200);
    expect(await control('/block', { chatId: 9 })).toBe(200);
    expect(await control('/fail', { kind: 'error', status: 500 })).toBe(200);
    expect(await control('/nothing', {})).toBe(404);
    expect([await code(api.sendMessage(7, 'x')), await code(api.sendMessage(9, 'x'))]).toEqual([500, 403]);
    expect([await code(api.sendMessage(7, 'x')), await code(api.sendMessage(7, 'x'))]).toEqual([
      'sent',
      'sent',
    ]);
    expect(await code(api.getChat(7))).toBe(404);
    expect(await code(api.sendMessage('', 'x'))).toBe(400);
    expect(await code(api.sendMessage(7, '*x*', { parse_mode: 'MarkdownV2' }))).toBe(400);
  });

  it('reads forms as well as JSON', async () => {
    const form = new FormData();
    form.set('chat_id', '7');
    form.set('photo', new Blob(['bytes']), 'lamp.png');
    form.set('reply_markup', '{broken');
    const send = (): Promise<Response> =>
      fetch(`${fake.url}/bot1:secret/sendPhoto`, { method: 'POST', body: form });
    expect((await send()).status).toBe(400);
    form.delete('reply_markup');
    expect((await send()).status).toBe(200);
    expect(fake.messages.items).toMatchObject([{ payload: { photo: 'lamp.png' } }]);
  });

  it('refuses with the wait that is decided for a message, and sends the next one', async () => {
    const moody = await startTelegramFake({
      token: '1:secret',
      failureOf: ({ text }) =>
        text === 'wait' ? { kind: 'error', status: 429, retryAfterSeconds: 7 } : undefined,
    });
    try {
      const there = new Api('1:secret', { apiRoot: moody.url });
      const refused = await there.sendMessage(7, 'wait').catch((error: unknown) => error);
      expect(refused).toMatchObject({ error_code: 429, parameters: { retry_after: 7 } });
      await there.sendMessage(7, 'go');
      expect(moody.messages.items.map(({ text }) => text)).toEqual(['go']);
    } finally {
      await moody.close();
    }
  });
});

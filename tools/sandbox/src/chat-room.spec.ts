import { Api, GrammyError, InputFile } from 'grammy';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTelegramFake, type TelegramFake } from './index.ts';

let fake: TelegramFake;
let api: Api;
beforeEach(async () => {
  fake = await startTelegramFake({
    token: '1:secret',
    enforcesPace: false,
    isMissingPhoto: (url) => url.includes('missing'),
  });
  api = new Api('1:secret', { apiRoot: fake.url, timeoutSeconds: 60 });
});
afterEach(() => fake.close());

const problem = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error as GrammyError).description,
  );
const button = { inline_keyboard: [[{ text: 'More', callback_data: 'more' }]] };

it('an edit has to change something of a message that is there and of that kind', async () => {
  const { message_id: text } = await api.sendMessage(7, 'one');
  expect(await problem(api.editMessageText(7, text, 'one'))).toMatch(/message is not modified/);
  expect(await problem(api.editMessageText(7, text, 'two'))).toBe('none');
  expect(await problem(api.editMessageText(7, text, 'two', { reply_markup: button }))).toBe('none');
  expect(await problem(api.editMessageReplyMarkup(7, text, { reply_markup: button }))).toMatch(
    /not modified/,
  );
  expect(await problem(api.editMessageText(7, text + 99, 'two'))).toMatch(/message to edit not found/);
  expect(await problem(api.editMessageCaption(7, text, { caption: 'x' }))).toMatch(/no caption/);

  const { message_id: photo } = await api.sendPhoto(7, 'https://shop.example/a.png', { caption: 'a' });
  expect(await problem(api.editMessageText(7, photo, 'b'))).toMatch(/no text in the message/);
  const media = { type: 'photo' as const, media: 'https://shop.example/a.png', caption: 'a' };
  expect(await problem(api.editMessageMedia(7, photo, media))).toMatch(/not modified/);
  expect(await problem(api.editMessageMedia(7, photo, { ...media, caption: 'b' }))).toBe('none');
  expect(await problem(api.editMessageMedia(7, photo, { ...media, caption: 'x'.repeat(1_025) }))).toMatch(
    /caption is too long/,
  );
  expect(await problem(api.deleteMessage(7, photo))).toBe('none');
  expect(await problem(api.deleteMessage(7, photo))).toMatch(/not found/);
});

it('an uploaded picture may take the place of a text', async () => {
  const { message_id: id } = await api.sendMessage(7, 'one');
  const media = { type: 'photo' as const, media: new InputFile(Buffer.from('png'), 'chart.png') };
  expect(await problem(api.editMessageMedia(7, id, media))).toBe('none');
  expect(fake.messages.items.at(-1)).toMatchObject({ method: 'editMessageMedia', messageId: id });
});

it.each([
  ['http://localhost/a.png', /wrong file identifier/],
  ['http://10.0.0.1/a.png', /wrong file identifier/],
  ['https://shop.example/missing.png', /failed to get HTTP URL content/],
])('the picture %s is refused', async (url, words) => {
  expect(await problem(api.sendPhoto(7, url))).toMatch(words);
});

it('buttons have addresses that are public, and there are not too many', async () => {
  const send = (...rows: object[][]): Promise<string> =>
    problem(api.sendMessage(7, 'x', { reply_markup: { inline_keyboard: rows as never } }));
  expect(await send([{ text: 'x', url: 'http://localhost/' }])).toMatch(/Wrong HTTP URL/);
  expect(await send([{ text: 'x' }])).toMatch(/unallowed/);
  const more = { text: 'x', callback_data: 'x' };
  expect(await send(Array.from({ length: 9 }, () => more))).toMatch(/too long/);
  expect(await send(...Array.from({ length: 101 }, () => [more]))).toMatch(/too long/);
});

it('a press is answered once', async () => {
  fake.inject({ chatId: 7, callbackData: 'more' });
  const [update] = await api.getUpdates();
  const { id } = update!.callback_query!;
  expect(await problem(api.answerCallbackQuery(id, { text: 'Done' }))).toBe('none');
  expect(await problem(api.answerCallbackQuery(id))).toMatch(/query is too old/);
  expect(fake.pressAnswers.items).toEqual([{ callbackQueryId: id, text: 'Done' }]);
});

it('an upgraded group says its new id; topics have to be known', async () => {
  fake.upgrade(-5, -1_005);
  const error = await api.sendMessage(-5, 'x').catch((refused: unknown) => refused);
  expect(error).toMatchObject({ parameters: { migrate_to_chat_id: -1_005 } });
  expect(await api.getUpdates()).toMatchObject([{ message: { migrate_to_chat_id: -1_005 } }]);
  const inTopic = () => problem(api.sendMessage(-1_005, 'x', { message_thread_id: 3 }));
  expect(await inTopic()).toMatch(/thread not found/);
  fake.inject({ chatId: -1_005, threadId: 3, text: 'hello' });
  expect(await inTopic()).toBe('none');
});

it('a webhook gets each update until it takes it, with the secret; polls are refused beside it', async () => {
  const got: { headers: IncomingHttpHeaders; id: number }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { update_id: id } = JSON.parse(Buffer.concat(chunks).toString()) as { update_id: number };
      got.push({ headers: request.headers, id });
      response.writeHead(got.length === 1 ? 500 : 200).end();
      if (got.length === 3) arrived();
    });
  }).listen(0, '127.0.0.1');
  let arrived = (): void => undefined;
  const all = new Promise<void>((resolve) => (arrived = resolve));
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await api.setWebhook(url, { secret_token: 's3cret' });
  expect(await problem(api.getUpdates())).toMatch(/webhook is active/);
  fake.inject({ chatId: 7, text: 'one' });
  fake.inject({ chatId: 7, text: 'two' });
  await all;
  expect(got.map(({ id }) => id)).toEqual([1, 1, 2]);
  expect(got[0]!.headers['x-telegram-bot-api-secret-token']).toBe('s3cret');
  await api.deleteWebhook();
  expect(await problem(api.getUpdates())).toBe('none');
  server.close();
});

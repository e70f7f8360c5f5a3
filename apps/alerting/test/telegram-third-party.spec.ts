import { createRequire } from 'node:module';
import { AlertDelivered, CreateChannel, newId } from '@souk/contracts';
import { alertsOf, news, prices, scored, startAlerting, watch } from './alerting-world.ts';

/** The package is its class, whatever its types say. */
type Server = import('telegram-test-api').default;
const TelegramServer = createRequire(import.meta.url)(
  'telegram-test-api',
) as typeof import('telegram-test-api').default;

const TOKEN = '42:a-token';
const CHAT = 77;

interface Told {
  updateId: number;
  messageId: number;
  message: {
    text?: string;
    reply_markup?: { inline_keyboard: { text: string; callback_data?: string }[][] };
  };
}

/** Somebody else's idea of the Bot API: it neither waits for news nor knows pictures and limits. */
describe('beside a Bot API that others wrote', () => {
  const server: Server = new TelegramServer({ host: '127.0.0.1', storeTimeout: 600 });
  server.config.port = 0; // any free one; the constructor would take 0 for none
  let world: Awaited<ReturnType<typeof startAlerting>>;
  let client: ReturnType<Server['getClient']>;
  beforeAll(async () => {
    await server.start();
    const { port } = (server as unknown as { server: { address(): { port: number } } }).server.address();
    server.config.apiURL = `http://127.0.0.1:${port}`;
    client = server.getClient(TOKEN, { chatId: CHAT, userId: CHAT, type: 'private', timeout: 10_000 });
    world = await startAlerting({
      env: { SOUK_TELEGRAM_TOKEN: TOKEN, SOUK_TELEGRAM_API_ROOT: `http://127.0.0.1:${port}` },
    });
  });
  afterAll(async () => {
    await world.stop();
    await server.stop();
  });

  const told: Told[] = [];
  const heard = (words: string) =>
    world.until(
      async () => {
        const { result } = (await client.getUpdates()) as unknown as { result: Told[] };
        told.push(...result);
        return told.find(({ message }) => message.text?.includes(words));
      },
      { what: `"${words}" in the chat` },
    );

  it('a chat is tied, gets alerts with buttons, changes its settings and is untied', async () => {
    const [accountId, channelId] = [newId(), newId()];
    const made = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'telegram' } });
    await client.sendCommand(client.makeCommand(`/start ${made.link!.code}`));
    await heard('Alerts will come here');

    await news(world, accountId, 'x', { title: 'Lamp & co' });
    await watch(world, accountId, 'x', { dropPercent: 10 }, [channelId]);
    await prices(world, accountId, [scored(accountId, 'x', { priceMinor: 500, previousPriceMinor: 1_000 })]);
    const alert = (await alertsOf(world, accountId))[0]!;
    await world.event(AlertDelivered, ({ data }) => data.alertId === alert.id);
    const card = await heard('Lamp &amp; co');
    expect(card.message.reply_markup!.inline_keyboard.flat().map(({ text }) => text)).toContain('Why?');

    await client.sendCommand(client.makeCommand('/settings'));
    const menu = await heard('Settings of this chat');
    const language = menu.message.reply_markup!.inline_keyboard.flat()[0]!.callback_data!;
    const pressed = { message: { message_id: menu.messageId } };
    await client.sendCallback(client.makeCallbackQuery(language, pressed));
    await client.sendMessage(client.makeMessage('compare nothing with nothing'));
    await client.sendCommand(client.makeCommand('/stop'));
    await heard('No more alerts');
  });
});

import { CreateChannel, newId, ReceiveChatUpdate } from '@souk/contracts';
import { startTelegramFake, type TelegramFake } from '@souk/sandbox';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startAlerting } from './alerting-world.ts';

/** What the gateway does with the address. */
const CODES = { stored: 200, repeated: 200, unreadable: 200, forged: 401 } as const;

describe('a bot whose updates are brought', () => {
  let chat: TelegramFake;
  let hook: Server;
  let world: Awaited<ReturnType<typeof startAlerting>>;
  const verdicts: string[] = [];
  beforeAll(async () => {
    chat = await startTelegramFake({ token: '42:a-token' });
    hook = createServer((request, response) => {
      const receive = async () => {
        const secretToken = request.headers['x-telegram-bot-api-secret-token'] as string;
        const { verdict } = await world.ask(
          ReceiveChatUpdate,
          { platform: 'telegram', kind: 'updates', proof: { secretToken } },
          { body: await buffer(request) },
        );
        verdicts.push(`${request.url} ${verdict}`);
        response.writeHead(CODES[verdict]).end();
      };
      receive().catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    world = await startAlerting({
      env: {
        SOUK_TELEGRAM_TOKEN: '42:a-token',
        SOUK_TELEGRAM_API_ROOT: chat.url,
        SOUK_TELEGRAM_UPDATES: 'webhook',
        SOUK_PUBLIC_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
      },
    });
  });
  afterAll(async () => {
    await world.stop();
    await chat.close();
    hook.closeAllConnections();
    await new Promise((resolve) => hook.close(resolve));
  });

  it('tells Telegram its address with a secret, and what Telegram brings with it is answered', async () => {
    const { link } = await world.ask(CreateChannel, {
      accountId: newId(),
      channelId: newId(),
      channel: { type: 'telegram' },
    });
    chat.inject({ chatId: 77, text: `/start ${link!.code}` });
    const welcome = await world.until(() => chat.messages.items[0]);
    expect(welcome.text).toContain('Alerts will come here');
    await world.until(() => verdicts.length > 0);
    expect(verdicts).toEqual(['/hooks/telegram stored']);
  });
});

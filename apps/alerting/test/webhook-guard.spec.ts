import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AllowList, readAllowList } from '../src/channels/dialled-address.ts';
import { newSigningSecret } from '../src/channels/secrets.ts';
import { callWebhook } from '../src/channels/webhook.ts';

describe('what a webhook dials', () => {
  let canary: Server;
  let port: number;
  let connections = 0;
  beforeAll(async () => {
    canary = createServer((_request, response) => response.end()).on('connection', () => (connections += 1));
    // Dual-stack, so that mapped and IPv6 addresses would reach it too.
    await new Promise<void>((resolve) => canary.listen(0, '::', resolve));
    ({ port } = canary.address() as AddressInfo);
  });
  beforeEach(() => void (connections = 0));
  afterAll(() => new Promise((resolve) => canary.close(resolve)));

  const call = (url: string, allow: string) =>
    callWebhook(
      {
        url,
        signingSecret: newSigningSecret(),
        webhookId: 'id',
        body: '{}',
        now: new Date(),
        signal: new AbortController().signal,
      },
      readAllowList(allow) as AllowList,
    );

  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0:PORT/',
    'http://0.0.0.0:PORT/',
    'http://[::1]:PORT/',
    'http://[::]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://localhost.:PORT/',
    'https://localhost:PORT/',
    'https://127.0.0.1:PORT/',
    'http://ip6-localhost:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://10.0.0.1/',
  ])('%s gets no connection', async (url) => {
    const outcome = await call(url.replace('PORT', String(port)), '');
    // A name that this machine does not know is no connection either.
    expect(['refused', 'not-delivered']).toContain(outcome.kind);
    expect(JSON.stringify(outcome)).toMatch(/not on the public internet|ENOTFOUND|EAI_AGAIN/);
    expect(connections).toBe(0);
  });

  it('what the operator allows is reached, by address and by name', async () => {
    expect(await call(`http://127.0.0.1:${port}/`, '127.0.0.1/32')).toEqual({ kind: 'delivered' });
    expect(await call(`http://localhost:${port}/`, 'localhost')).toEqual({ kind: 'delivered' });
    expect(await call(`http://localhost:${port}/`, '127.0.0.0/8,::1')).toEqual({ kind: 'delivered' });
    expect(connections).toBe(3);
  });

  it('what a receiver writes back is not read, however much it is', async () => {
    let written = 0;
    const talker = createServer((_request, response) => {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && written < 200_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', write);
        }
      };
      write();
    });
    await new Promise<void>((resolve) => talker.listen(0, '127.0.0.1', resolve));
    const { port: talkerPort } = talker.address() as AddressInfo;
    expect(await call(`http://127.0.0.1:${talkerPort}/`, '127.0.0.1/32')).toEqual({ kind: 'delivered' });
    talker.closeAllConnections();
    await new Promise((resolve) => talker.close(resolve));
    expect(written).toBeLessThan(20_000_000);
  });
});

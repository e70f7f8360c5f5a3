import type { lookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { Client } from 'undici';
import { AddressRefused, type AllowList, guardedConnector, readAllowList } from '@souk/safe-http';
import { newSigningSecret } from '../src/channels/secrets.ts';
import { callWebhook } from '../src/webhook/webhook.ts';

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

  const PAYLOADS = [
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://127.0.1:PORT/',
    'http://127.255.255.254:PORT/',
    'http://2130706433:PORT/',
    'http://2130706433.:PORT/',
    'http://017700000001:PORT/',
    'http://0x7f000001:PORT/',
    'http://0x7F.0x0.0x0.0x1:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0177.1:PORT/',
    'http://00000177.0.0.0x1:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://127.000.000.001:PORT/',
    'http://127.%30.0.1:PORT/',
    'http://%31%32%37.0.0.1:PORT/',
    'http://0:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0x0:PORT/',
    'http://00:PORT/',
    'http://[::1]:PORT/',
    'http://[0:0:0:0:0:0:0:1]:PORT/',
    'http://[0000::0001]:PORT/',
    'http://[::]:PORT/',
    'http://[::127.0.0.1]:PORT/',
    'http://[::7f00:1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[0:0:0:0:0:ffff:7f00:1]:PORT/',
    'http://[::ffff:0.0.0.0]:PORT/',
    'http://[::ffff:0:127.0.0.1]:PORT/',
    'http://[64:ff9b::127.0.0.1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://[64:ff9b:1::7f00:1]:PORT/',
    'http://[64:ff9b::a9fe:a9fe]/latest/meta-data/',
    'http://[2002:7f00:1::]:PORT/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[2001:0:7f00:1::1]:PORT/',
    'http://[fe80::1]:PORT/',
    'http://[fec0::1]:PORT/',
    'http://[fc00::1]:PORT/',
    'http://[ff02::1]:PORT/',
    'http://[100::1]:PORT/',
    'http://[2001:db8::1]:PORT/',
    'http://localhost:PORT/',
    'http://LOCALHOST:PORT/',
    'http://localhost.:PORT/',
    'http://local%68ost:PORT/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/',
    'http://ｌｏｃａｌｈｏｓｔ:PORT/',
    'http://foo.localhost:PORT/',
    'http://ip6-localhost:PORT/',
    'https://localhost:PORT/',
    'https://127.0.0.1:PORT/',
    'http://①②⑦.⓪.⓪.①:PORT/',
    'http://１２７.０.０.１:PORT/',
    'http://127。0。0。1:PORT/',
    'http://127．0．0．1:PORT/',
    'http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:PORT/',
    'http://¹²⁷.0.0.1:PORT/',
    'http://127.0.0.\u00ad1:PORT/',
    'http://shop.example@127.0.0.1:PORT/',
    'http://8.8.8.8:80@127.0.0.1:PORT/',
    'http://8.8.8.8%2f@127.0.0.1:PORT/',
    'http:/\\127.0.0.1:PORT/',
    'http:127.0.0.1:PORT/',
    'http:\\\\127.0.0.1:PORT/',
    'http://127.0.0.1:PORT\\@shop.example/',
    'http://127.0.0.1:PORT#@shop.example/',
    'http://127.0.0.1:PORT?@shop.example/',
    'http://\t127.0.0.1\n:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/latest/meta-data/',
    'http://0xa9fea9fe/latest/meta-data/',
    'http://0251.0376.0251.0376/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/latest/meta-data/',
    'http://192.0.0.192/opc/v1/instance/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ];

  it.each(PAYLOADS)('%s gets no connection', async (url) => {
    const outcome = await call(url.replace('PORT', String(port)), '');
    // A name that this machine does not know is no connection either.
    expect(['refused', 'not-delivered']).toContain(outcome.kind);
    expect(JSON.stringify(outcome)).toMatch(/not on the public internet|ENOTFOUND|EAI_AGAIN/);
    expect(connections).toBe(0);
  });

  it('these are many', () => expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(80));

  it.each([301, 302, 303, 307, 308])(
    'a redirect (%i) to a private address is not followed',
    async (status) => {
      const receiver = createServer((_request, response) => {
        response.writeHead(status, { location: `http://127.0.0.1:${port}/` }).end();
      });
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      const { port: own } = receiver.address() as AddressInfo;
      // Even where the target itself would be allowed.
      const outcome = await call(`http://127.0.0.1:${own}/`, '127.0.0.1/32');
      expect(outcome).toMatchObject({ kind: 'not-delivered', reason: expect.stringContaining('redirects') });
      await new Promise((resolve) => receiver.close(resolve));
      expect(connections).toBe(0);
    },
  );

  it('a name that changes its mind is asked once: what was checked is what is dialled', async () => {
    // Stands for a public address: the operator's list makes it one.
    const first = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => first.listen(0, '127.0.0.2', resolve));
    const { port: shared } = first.address() as AddressInfo;
    const second = createServer((_request, response) => response.end());
    second.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => second.listen(shared, '127.0.0.1', resolve));
    const answers = [['127.0.0.2'], ['127.0.0.1'], ['127.0.0.2', '127.0.0.1'], ['8.8.8.8', '::1']];
    let asked = 0;
    const rebinding = ((_name: string, _options: unknown, callback: (...result: unknown[]) => void) => {
      const addresses = answers[asked++]!.map((address) => ({ address, family: isIP(address) }));
      callback(null, addresses);
    }) as unknown as typeof lookup;
    const post = async (): Promise<number> => {
      const connect = guardedConnector(readAllowList('127.0.0.2/32') as AllowList, rebinding);
      const client = new Client(`http://rebind.example:${shared}`, { connect });
      try {
        return (await client.request({ method: 'POST', path: '/' })).statusCode;
      } finally {
        await client.destroy();
      }
    };
    expect(await post()).toBe(200);
    expect(asked).toBe(1);
    for (let again = 0; again < 3; again += 1) await expect(post()).rejects.toThrow(AddressRefused);
    expect(asked).toBe(4);
    await Promise.all([first, second].map((server) => new Promise((resolve) => server.close(resolve))));
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

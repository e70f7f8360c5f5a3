import { generateApiKey } from '@souk/contracts';
import type { World } from '@souk/testing';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { call, startGateway } from './gateway-world.ts';

describe('the pages', () => {
  const pageKey = generateApiKey();
  let world: World;
  let base: string;

  beforeAll(async () => {
    ({ world } = await startGateway({ SOUK_LIVE_PAGE_KEY: pageKey }));
    base = world.running('gateway').url!;
  });
  afterAll(() => world.stop());

  it.each(['/', '/market', '/docs'])(
    '%s loads nothing from elsewhere and runs no script of its own text',
    async (path) => {
      const page = await call(base, path);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      const policy = page.headers.get('content-security-policy')!;
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).toMatch(/script-src 'self';/);
      expect(page.text).not.toMatch(/<script(?![^>]* src=)/);
      const files = [...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!);
      expect(files.length).toBeGreaterThan(2);
      for (const file of files) {
        const asset = await call(base, file);
        expect([file, asset.status]).toEqual([file, 200]);
        expect(asset.headers.get('content-type')).toMatch(
          file.endsWith('.css') ? /^text\/css/ : /javascript/,
        );
      }
      expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
    },
  );

  it.each(['chart.js', 'feed.js', 'uplot.js'])('have the module %s that others import', async (name) => {
    expect((await call(base, `/assets/${name}`)).status).toBe(200);
  });

  it('carry the reading key for who comes by a name of this machine, and for no other name', async () => {
    expect((await call(base, '/')).text).toContain(`<meta name="souk-key" content="${pageKey}">`);
    expect(await pageAs('localhost:8080')).toContain(pageKey);
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80']) {
      expect(await pageAs(host)).not.toContain(pageKey);
    }
    expect((await call(base, '/', { headers: { 'x-forwarded-for': '192.0.2.1' } })).text).not.toContain(
      pageKey,
    );
  });

  it('carry it for no proxy, also one that says nothing of itself and seems to be on this machine', async () => {
    const { hostname, port, host } = new URL(base);
    const pageIn = async (version: string): Promise<string> => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.write(`GET / HTTP/${version}\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      return text(socket);
    };
    expect(await pageIn('1.1')).toContain(pageKey);
    const page = await pageIn('1.0');
    expect(page).toMatch(/^HTTP\/1\.[01] 200 /);
    expect(page).not.toContain(pageKey);
  });

  it('carry it for nobody where the outside gets in', async () => {
    const env = { SOUK_PUBLIC_URL: 'https://souk.example' };
    const open = await world.start('gateway', { instance: 'gateway-2', env });
    const page = await call(open.url!, '/');
    expect(page.status).toBe(200);
    expect(page.text).not.toContain(pageKey);
    await open.stop();
  });

  function pageAs(host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      request(
        new URL('/', base),
        { headers: { host } },
        (response) => void text(response).then(resolve, reject),
      )
        .on('error', reject)
        .end();
    });
  }
});

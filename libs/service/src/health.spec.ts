import { Health, serveHealth } from './health.ts';

describe('health', () => {
  it('is ready only when every dependency answers, and says which one does not', async () => {
    const health = new Health();
    let broken = false;
    health.register('postgres', () => {
      if (broken) throw new Error('connection refused');
    });
    health.register('nats', async () => undefined);
    const server = await serveHealth(health, { host: '127.0.0.1', port: 0 });
    const get = async (path: string): Promise<{ status: number; body: string }> => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
      return { status: response.status, body: await response.text() };
    };
    try {
      expect(await get('/readyz')).toEqual({
        status: 200,
        body: '{"ready":true,"checks":{"postgres":{"ok":true},"nats":{"ok":true}}}',
      });
      broken = true;
      expect(await get('/readyz')).toMatchObject({ status: 503 });
      expect((await get('/readyz')).body).toContain('"postgres":{"ok":false,"detail":"connection refused"}');
      expect((await get('/healthz')).status).toBe(200);
      expect((await get('/metrics')).status).toBe(200);
      expect((await get('/elsewhere')).status).toBe(404);
    } finally {
      await server.close();
    }
  });

  it('counts a dependency that does not answer at all as not ready', async () => {
    const health = new Health();
    health.register('redis', () => new Promise(() => undefined));
    expect(await health.report()).toEqual({
      ready: false,
      checks: { redis: { ok: false, detail: 'no answer within 2000 ms' } },
    });
  });
});

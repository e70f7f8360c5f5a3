import { GetJob, ListInbox, ListKeys, newId } from '@souk/contracts';
import type { World } from '@souk/testing';
import { REVALIDATE_AFTER_MS } from '../src/auth/key-cache.ts';
import { job } from './fixtures.ts';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

describe('a key while billing is away', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    world.answer(ListKeys, () => ({ keys: [], next: null }));
    await world.nats.flush();
  });
  afterAll(() => world.stop());

  /** Asks until the answer is this one; when it asked for the last time that the key was good. */
  const lastGoodAskedAt = async (key: string, end: number): Promise<number> => {
    let goodAskedAt = 0;
    await world.until(async () => {
      const askedAt = Date.now();
      const { status } = await call(base, '/v1/keys', { key });
      if (status === 200) goodAskedAt = askedAt;
      return status === end;
    });
    return goodAskedAt;
  };

  it('is good for what is known of it, for less than 5 s; then it is refused until it can be verified', async () => {
    const { text } = keys.make();
    expect((await call(base, '/v1/keys', { key: text })).status).toBe(200);
    keys.isAway = true;
    const since = Date.now();
    expect((await call(base, '/v1/keys', { key: text })).status).toBe(200);
    expect((await lastGoodAskedAt(text, 503)) - since).toBeLessThan(5_000);
    const answer = await call(base, '/v1/keys', { key: text });
    expect(answer.json['type']).toBe('/problems/unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    // Revoked meanwhile: known as soon as billing is back.
    keys.revoke(text);
    keys.isAway = false;
    expect((await call(base, '/v1/keys', { key: text })).status).toBe(401);
  });

  it.each(['/v1/alerts/stream', `/v1/jobs/${newId()}/stream`])(
    'that nobody can tell of, while every question hangs, has its streams closed within 5 s: %s',
    async (path) => {
      let open = (): void => undefined;
      let hangs = Promise.resolve();
      world.answer(ListInbox, async () => {
        await hangs;
        return { entries: [], isMore: false, newest: 0 };
      });
      world.answer(GetJob, async ({ jobId }) => {
        await hangs;
        return { job: job(jobId) };
      });
      await world.nats.flush();
      const look = async (): Promise<boolean> => {
        const headers = { authorization: `Bearer ${keys.make().text}` };
        const stream = await fetch(new URL(path, base), { headers });
        keys.gate = hangs = new Promise((resolve) => (open = resolve));
        const since = performance.now();
        const text = await stream.text();
        const isInTime = performance.now() - since < 5_000;
        open();
        expect(text).toContain(': the key cannot be verified at the moment');
        return isInTime;
      };
      // Where the machine stood still, another one tells.
      await world.until(look);
    },
  );

  it('that was revoked while the event of it got lost is refused within 5 s, used all the time', async () => {
    const { text } = keys.make();
    expect((await call(base, '/v1/keys', { key: text })).status).toBe(200);
    keys.revoke(text);
    const since = Date.now();
    expect((await lastGoodAskedAt(text, 401)) - since).toBeLessThan(5_000);
  });

  it('that is used all the time is asked for in the background, not on the way', async () => {
    const { text } = keys.make();
    const since = Date.now();
    await call(base, '/v1/keys', { key: text });
    const before = keys.lookups;
    const statuses: number[] = [];
    await world.until(async () => {
      statuses.push((await call(base, '/v1/keys', { key: text })).status);
      return Date.now() - since > 5_000 && statuses.length > 20;
    });
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(keys.lookups - before).toBeGreaterThan(0);
    expect(keys.lookups - before).toBeLessThanOrEqual((Date.now() - since) / REVALIDATE_AFTER_MS);
  });
});

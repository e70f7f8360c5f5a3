import { ListKeys } from '@souk/contracts';
import type { World } from '@souk/testing';
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

  it('is good for what is known of it, for less than 5 s; then it is refused until it can be verified', async () => {
    const { text } = keys.make();
    expect((await call(base, '/v1/keys', { key: text })).status).toBe(200);
    keys.isAway = true;
    const since = Date.now();
    expect((await call(base, '/v1/keys', { key: text })).status).toBe(200);
    await world.until(async () => (await call(base, '/v1/keys', { key: text })).status === 503, {
      withinMs: 6_000,
    });
    expect(Date.now() - since).toBeLessThan(5_000);
    const answer = await call(base, '/v1/keys', { key: text });
    expect(answer.json['type']).toBe('/problems/unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    // Revoked meanwhile: known as soon as billing is back.
    keys.revoke(text);
    keys.isAway = false;
    expect((await call(base, '/v1/keys', { key: text })).status).toBe(401);
  });

  it('that was revoked while the event of it got lost is refused within 5 s, used all the time', async () => {
    const { text } = keys.make();
    expect((await call(base, '/v1/keys', { key: text })).status).toBe(200);
    keys.revoke(text);
    const since = Date.now();
    await world.until(async () => (await call(base, '/v1/keys', { key: text })).status === 401, {
      withinMs: 6_000,
    });
    expect(Date.now() - since).toBeLessThan(5_000);
  });

  it('that is used all the time is asked for in the background, not on the way', async () => {
    const { text } = keys.make();
    await call(base, '/v1/keys', { key: text });
    const before = keys.lookups;
    const end = Date.now() + 5_000;
    let count = 0;
    await world.until(async () => {
      count += 1;
      expect((await call(base, '/v1/keys', { key: text })).status).toBe(200);
      return Date.now() > end;
    });
    expect(count).toBeGreaterThan(20);
    expect(keys.lookups - before).toBeGreaterThan(0);
    expect(keys.lookups - before).toBeLessThan(5);
  });
});

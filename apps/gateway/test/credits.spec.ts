import {
  FindProducts,
  GetProducts,
  newId,
  Refusal,
  ReleaseCredits,
  ReserveCredits,
  UsageRecorded,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import * as fixtures from './fixtures.ts';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

/** A stand-in of billing that sets aside at most what there is. */
interface Balance {
  available: number;
  holds: Map<string, number>;
}

describe('credits', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;
  let balances: Map<string, Balance>;

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    balances = new Map();
    world.answer(ReserveCredits, ({ accountId, holdId, amount, atMost, expiresInMs }) => {
      const balance = balances.get(accountId) ?? { available: 0, holds: new Map() };
      const granted = atMost ? Math.min(amount, balance.available) : amount;
      if (granted < 1) throw new Refusal('payment-required', 'The account is out of credits');
      balance.available -= granted;
      balance.holds.set(holdId, granted);
      const expiresAt = new Date(Date.now() + expiresInMs).toISOString();
      return {
        hold: { id: holdId, accountId, amount: granted, captured: 0, state: 'open' as const, expiresAt },
      };
    });
    world.answer(ReleaseCredits, ({ accountId, holdId }) => {
      const expiresAt = new Date().toISOString();
      return {
        hold: { id: holdId, accountId, amount: 1, captured: 0, state: 'released' as const, expiresAt },
      };
    });
    world.answer(FindProducts, ({ accountId, text }) => {
      if (text === 'broken') throw new Refusal('unavailable', 'enrichment is away');
      return { products: [fixtures.product(accountId, 'p1')], next: null };
    });
    world.answer(GetProducts, () => ({ products: [] }));
    await world.nats.flush();
  });
  afterAll(() => world.stop());

  const customer = (available: number) => {
    const key = keys.make({ unmetered: false });
    balances.set(key.accountId, { available, holds: new Map() });
    return key;
  };
  const usageOf = (accountId: string) =>
    world
      .events(UsageRecorded)
      .filter((seen) => seen.accountId === accountId)
      .flatMap(({ data: { more = [], ...first } }) => [first, ...more]);
  const spentOf = (accountId: string) => usageOf(accountId).reduce((sum, { credits }) => sum + credits, 0);

  it('are never overspent by reads at the same time, and what is refused says how to get more', async () => {
    const { text, accountId } = customer(130);
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => call(base, '/v1/products', { key: text })),
    );
    const good = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 402);
    expect([good.length, refused.length]).toEqual([130, 70]);
    expect(refused[0]!.json).toMatchObject({
      type: '/problems/payment-required',
      detail: expect.stringMatching(/out of credits.*grants/i),
    });
    await world.until(() => spentOf(accountId) === 130);
    const { holds } = balances.get(accountId)!;
    for (const [holdId, amount] of holds) {
      const captured = usageOf(accountId)
        .filter((usage) => usage.holdId === holdId)
        .reduce((sum, { credits }) => sum + credits, 0);
      expect(captured).toBeLessThanOrEqual(amount);
    }
  });

  it('are told in groups, soon, with what was looked at', async () => {
    const { text, accountId, keyId } = customer(1_000);
    await Promise.all(Array.from({ length: 20 }, () => call(base, '/v1/products?q=chair', { key: text })));
    await world.until(() => spentOf(accountId) === 20);
    expect(usageOf(accountId).length).toBeLessThan(20);
    expect(usageOf(accountId)[0]).toMatchObject({
      operation: 'listProducts',
      keyId,
      subjects: ['q:chair'],
    });
    expect(new Set(usageOf(accountId).map(({ usageId }) => usageId)).size).toBe(usageOf(accountId).length);
  });

  it('are not taken for what fails or is refused', async () => {
    const { text, accountId } = customer(3);
    expect((await call(base, '/v1/products?q=broken', { key: text })).status).toBe(503);
    expect((await call(base, `/v1/products/${newId()}`, { key: text })).status).toBe(404);
    expect((await call(base, '/v1/products?limit=0', { key: text })).status).toBe(422);
    for (let count = 0; count < 3; count += 1) {
      expect((await call(base, '/v1/products', { key: text })).status).toBe(200);
    }
    expect((await call(base, '/v1/products', { key: text })).status).toBe(402);
    await world.until(() => spentOf(accountId) === 3);
  });

  it('granted after a refusal are spent within seconds', async () => {
    const { text, accountId } = customer(0);
    expect((await call(base, '/v1/products', { key: text })).status).toBe(402);
    balances.get(accountId)!.available = 5;
    await world.until(async () => (await call(base, '/v1/products', { key: text })).status === 200);
  });

  it('of an unmetered account are counted and never refused', async () => {
    const { text, accountId } = keys.make({ unmetered: true });
    expect((await call(base, '/v1/products', { key: text })).status).toBe(200);
    const usage = await world.event(UsageRecorded, (seen) => seen.accountId === accountId);
    expect(usage.data).toMatchObject({ count: 1, credits: 1 });
    expect(usage.data.holdId).toBeUndefined();
  });

  it('set aside and not spent are given back at shutdown, after what was spent was told', async () => {
    const released: string[] = [];
    world.answer(ReleaseCredits, ({ accountId, holdId }) => {
      released.push(holdId);
      const expiresAt = new Date().toISOString();
      return {
        hold: { id: holdId, accountId, amount: 1, captured: 0, state: 'released' as const, expiresAt },
      };
    });
    await world.nats.flush();
    const second = await world.start('gateway', { instance: 'gateway-2' });
    const { text, accountId } = customer(50);
    expect((await call(second.url!, '/v1/products', { key: text })).status).toBe(200);
    await second.stop();
    const [holdId] = balances.get(accountId)!.holds.keys();
    await world.until(() => released.includes(holdId!));
    await world.until(() => spentOf(accountId) === 1);
  });
});

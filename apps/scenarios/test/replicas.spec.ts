import { jetstreamManager } from '@nats-io/jetstream';
import { SERVICE_NAMES, streamOf } from '@souk/contracts';
import type { Observation } from './client.ts';
import { type Product, startProduct } from './product.ts';

const PRODUCTS = 12;
const ROUNDS = 60;
const SEED = 20_260_101;
const WATCHED_BELOW_MINOR = 800;

/** Numbers below `limit`, the same for the same seed (a linear congruential generator). */
function chance(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

interface Price {
  product: string;
  minute: number;
  minor: number;
}

/** What watches say of prices accepted in this order: once for each crossing below the limit, by newest price. */
function expectedAlerts(accepted: readonly Price[]): string[] {
  const newest = new Map<string, Price>();
  const seen = new Set<string>();
  const alerts: string[] = [];
  for (const price of accepted) {
    const key = `${price.product} ${price.minute}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const before = newest.get(price.product);
    if (before && before.minute > price.minute) continue;
    newest.set(price.product, price);
    const wasAbove = before === undefined || before.minor >= WATCHED_BELOW_MINOR;
    if (wasAbove && price.minor < WATCHED_BELOW_MINOR) alerts.push(key);
  }
  return alerts.toSorted();
}

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

describe('two replicas of every service', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
    for (const service of SERVICE_NAMES) await product.world.start(service, { instance: `${service}-2` });
  });
  afterAll(() => product?.stop());

  it('raise the alerts of a model that is fed in the order of acceptance, though the broker delivers again and shuffled', async () => {
    const { world } = product;
    const draw = chance(SEED);
    const alice = await product.account('Alice', { credits: 1_000_000 });
    const codes = Array.from({ length: PRODUCTS }, (_, index) => `replica-${index}`);
    for (const code of codes) {
      const watch = await alice.post('/v1/watches', {
        product: { source: 'shop', product: code },
        when: { priceBelow: '8.00', currency: 'EUR' },
        channels: ['inbox'],
      });
      expect(watch.status).toBe(201);
    }
    // Everything that went over the broker goes again, as it was and without an id that the broker knows.
    const told: { subject: string; data: Uint8Array }[] = [];
    for (const service of ['ingestion', 'enrichment', 'scoring', 'alerting'])
      world.nats.subscribe(`${service}.>`, {
        callback: (_, { subject, data }) => void told.push({ subject, data }),
      });
    let redelivered = 0;
    const redeliver = (count: number): void => {
      for (let left = Math.min(count, told.length); left > 0; left--) {
        const { subject, data } = told[draw(told.length)]!;
        world.nats.publish(subject, data);
        redelivered++;
      }
    };
    const accepted: Price[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const prices: Price[] = codes.map((code) => ({
        product: code,
        // now and then one that is late
        minute: draw(8) === 0 ? draw(Math.max(round * 10, 1)) : round * 10,
        minor: 500 + draw(600),
      }));
      const lines: Observation[] = prices.map(({ product: code, minute, minor }) => ({
        source: 'shop',
        product: code,
        price: (minor / 100).toFixed(2),
        currency: 'EUR',
        observedAt: at(minute),
      }));
      const answer = await alice.observe(lines);
      expect([answer.status, answer.body.accepted]).toEqual([202, PRODUCTS]);
      accepted.push(...prices);
      redeliver(20);
      // Partitions change hands in the middle of it.
      if (round === 20) await world.running('scoring').stop();
      if (round === 30) await world.start('scoring', { instance: 'scoring-3' });
      if (round === 40) await world.running('alerting').stop();
    }
    const expected = expectedAlerts(accepted);
    expect(expected.length).toBeGreaterThan(100);
    const raised = async (): Promise<string[]> =>
      (
        await world.sql<{ product: string; observed_at: Date }>(
          'alerting',
          'select product, observed_at from alert where account_id = $1',
          [alice.accountId],
        )
      )
        .map(
          ({ product: code, observed_at }) =>
            `${code} ${(observed_at.getTime() - Date.UTC(2026, 0, 1)) / 60_000}`,
        )
        .toSorted();
    await world.until(async () => (await raised()).length >= expected.length, { withinMs: 60_000 });
    redeliver(500);
    // What lies behind the last redelivery has been handled when a price posted after it is known.
    const last = 'replica-last';
    expect(
      (
        await alice.observe([
          { source: 'shop', product: last, price: '1.00', currency: 'EUR', observedAt: at(0) },
        ])
      ).status,
    ).toBe(202);
    await world.until(
      async () => (await alice.get(`/v1/products?source=shop&product=${last}`)).body.items[0],
    );
    await world.until(async () => (await pendingOf(product)).length === 0);
    expect(await raised()).toEqual(expected);
    expect(redelivered).toBeGreaterThan(1_000);
    expect(told.length).toBeGreaterThan(redelivered + expected.length);
    for (const service of SERVICE_NAMES)
      expect([service, await world.sql(service, 'select consumer, reason from bus_dead_letter')]).toEqual([
        service,
        [],
      ]);
  }, 180_000);
});

/** Consumers that somebody still has to read or to acknowledge. */
async function pendingOf({ world }: Product): Promise<string[]> {
  const manager = await jetstreamManager(world.broker);
  const pending: string[] = [];
  for (const service of SERVICE_NAMES)
    for await (const { name, num_pending, num_ack_pending } of manager.consumers.list(streamOf(service)))
      if (num_pending + num_ack_pending > 0) pending.push(name);
  return pending;
}

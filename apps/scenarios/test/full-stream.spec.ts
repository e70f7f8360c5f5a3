import type { Client } from './client.ts';
import { type Product, startProduct } from './product.ts';

const STREAM_BYTES = 200_000;
const LINES_PER_POST = 100;

describe('a stream at its size limit', () => {
  let product: Product;
  let alice: Client & { accountId: string };
  beforeAll(async () => {
    product = await startProduct(
      { ingestion: { SOUK_MAX_BACKLOG_MESSAGES: '20' } },
      { streams: { SOUK_STREAM_MAX_BYTES: String(STREAM_BYTES) } },
    );
    alice = await product.account('Alice', { credits: 1_000_000 });
  });
  afterAll(() => product?.stop());

  let posted = 0;
  /** Prices of products that nobody has seen, each once. */
  const lines = () =>
    Array.from({ length: LINES_PER_POST }, () => ({
      source: 'shop',
      product: `full-${posted++}`,
      price: '10.00',
      currency: 'EUR',
      observedAt: '2026-01-01T00:00:00.000Z',
    }));
  const storedPoints = async (): Promise<number> => {
    const [row] = await product.world.sql<{ count: number }>(
      'scoring',
      'select coalesce(sum(points), 0)::int as count from stored_points where account_id = $1',
      [alice.accountId],
    );
    return row!.count;
  };

  it('answers 503 with Retry-After at the gateway, says why, and loses nothing of what it accepted', async () => {
    await product.world.running('enrichment').stop();
    let accepted = 0;
    const refused = await product.world.until(
      async () => {
        const answer = await alice.observe(lines());
        if (answer.status !== 202) return answer;
        accepted += answer.body.accepted;
        return undefined;
      },
      { withinMs: 60_000, what: 'a refusal' },
    );
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(accepted).toBeGreaterThan(1_000);
    const health = await fetch(`http://127.0.0.1:${product.world.running('ingestion').healthPort}/readyz`);
    expect(health.status).toBe(503);
    expect(await health.text()).toContain('stream INGESTION is full: a subscriber is behind');
    expect(await storedPoints()).toBe(0);

    await product.world.start('enrichment');
    await product.world.until(async () => (await storedPoints()) >= accepted, { withinMs: 60_000 });
    expect(await storedPoints()).toBe(accepted);
    // And new ones are welcome again.
    const more = await product.world.until(async () => {
      const answer = await alice.observe(lines());
      return answer.status === 202 && answer.body.accepted;
    });
    await product.world.until(async () => (await storedPoints()) === accepted + more);
  }, 180_000);
});

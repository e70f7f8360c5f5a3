import { jetstreamManager } from '@nats-io/jetstream';
import { newId, ObservationsCollected, partitionOf, productIdOf, Refusal } from '@souk/contracts';
import type { World } from '@souk/testing';
import { collected, ingestionWorld, line, post } from './ingestion-world.ts';

describe('posted observations', () => {
  let world: World;
  beforeAll(async () => {
    world = await ingestionWorld({ SOUK_MAX_BACKLOG_MESSAGES: '5' });
  });
  afterAll(() => world.stop());

  it('are in the outbox, with their provenance, when the answer arrives', async () => {
    const account = newId();
    expect(await post(world, account, [line()])).toEqual({ accepted: 1, rejected: [] });
    const outbox = await world.sql<{ payload: string }>('ingestion', 'select payload from bus_outbox');
    expect(outbox.filter(({ payload }) => payload.includes(account))).toHaveLength(1);
    const [fetch] = await world.sql('ingestion', 'select * from fetch_log where account_id = $1', [account]);
    const trace_id = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(fetch).toMatchObject({
      origin: 'posted',
      mode: 'live',
      sources: ['steam'],
      observations: 1,
      trace_id,
    });
    const event = await world.event(ObservationsCollected, ({ accountId }) => accountId === account);
    expect(event.data.fetchId).toBe((fetch as { fetch_id: string }).fetch_id);
    expect(event.traceparent).toContain((fetch as { trace_id: string }).trace_id);
  });

  it('are accepted around bad ones, which are named with line and field', async () => {
    const account = newId();
    const lines = [
      line({ product: 'a' }),
      '{"source":',
      line({ price: '1.999', gtin: '123' }),
      '',
      line({ product: 'b' }),
    ];
    const answer = await post(world, account, lines, { firstLine: 101, mode: 'backfill' });
    expect(answer.accepted).toBe(2);
    expect(answer.rejected.map((entry) => [entry.line, entry.problems.map(({ field }) => field)])).toEqual([
      [102, ['']],
      [103, ['gtin', 'price']],
    ]);
    await world.until(() => collected(world, account).length === 2);
    const events = world.events(ObservationsCollected).filter(({ accountId }) => accountId === account);
    expect(new Set(events.map(({ data }) => data.mode))).toEqual(new Set(['backfill']));
  });

  it('leave nothing behind when not one line is good', async () => {
    const account = newId();
    expect(await post(world, account, ['nonsense'])).toMatchObject({ accepted: 0, rejected: [{ line: 1 }] });
    expect(await world.sql('ingestion', 'select 1 from fetch_log where account_id = $1', [account])).toEqual(
      [],
    );
  });

  it('keep their order per product, in messages of one source and one partition', async () => {
    const account = newId();
    const lines = Array.from({ length: 900 }, (_, index) =>
      line({ source: index % 2 ? 'steam' : 'gog', product: `p${index % 7}`, price: String(index) }),
    );
    await post(world, account, lines);
    await world.until(() => collected(world, account).length === 900);
    const events = world.events(ObservationsCollected).filter(({ accountId }) => accountId === account);
    for (const { subject, data } of events) {
      const partitions = data.observations.map(({ product }) =>
        partitionOf(productIdOf(account, data.source, product), 4),
      );
      expect(new Set(partitions)).toEqual(new Set([Number(subject.split('.').at(-1))]));
      expect(data.observations.length).toBeLessThanOrEqual(100);
    }
    for (const product of ['p0', 'p3']) {
      for (const source of ['steam', 'gog']) {
        const prices = events
          .filter(({ data }) => data.source === source)
          .flatMap(({ data }) => data.observations)
          .filter((one) => one.product === product)
          .map(({ priceMinor }) => priceMinor);
        expect(prices.length).toBeGreaterThan(50);
        expect(prices).toEqual(prices.toSorted((a, b) => a - b));
      }
    }
  });

  it('of one account are not visible in the log to another, and without tenants to nobody', async () => {
    const [mine, other] = [newId(), newId()];
    await post(world, mine, [line()]);
    const { Client } = await import('pg');
    const client = new Client({ connectionString: world.urls.postgres('ingestion') });
    await client.connect();
    try {
      const count = async (tenants: string): Promise<unknown> => {
        await client.query(`select set_config('souk.tenants', $1, false)`, [tenants]);
        return (await client.query('select count(*)::int as n from ingestion.fetch_log')).rows[0];
      };
      expect(await count(`{${mine}}`)).toEqual({ n: 1 });
      expect(await count(`{${other}}`)).toEqual({ n: 0 });
      expect(await count('')).toEqual({ n: 0 });
      await expect(client.query('update ingestion.fetch_log set observations = 0')).rejects.toThrow(
        /permission denied/,
      );
    } finally {
      await client.end();
    }
  });

  it('drop the oldest records of the log as new ones come', async () => {
    const account = newId();
    await post(world, account, [line()]);
    await world.sql(
      'ingestion',
      `update fetch_log set collected_at = now() - interval '91 days' where account_id = $1`,
      [account],
    );
    await post(world, account, [line()]);
    expect(
      await world.sql('ingestion', 'select 1 from fetch_log where account_id = $1', [account]),
    ).toHaveLength(1);
  });

  it('are refused for a while when too many messages wait, and nothing that was accepted is lost', async () => {
    const account = newId();
    const manager = await jetstreamManager(world.broker);
    const { config } = await manager.streams.info('INGESTION');
    await world.stopProvisioning();
    await manager.streams.update('INGESTION', { ...config, max_bytes: 1 });
    let accepted = 0;
    const refusal = await world.until(async () => {
      try {
        accepted += (await post(world, account, [line({ product: `p${accepted}` })])).accepted;
        return undefined;
      } catch (error) {
        return error as Refusal;
      }
    });
    expect(refusal).toMatchObject({ name: 'Refusal', code: 'unavailable', retryAfterMs: 1_000 });
    expect(accepted).toBeGreaterThan(5);
    await world.startProvisioning();
    await world.until(() => collected(world, account).length === accepted);
    await world.until(
      async () => (await post(world, account, [line()]).catch(() => undefined))?.accepted === 1,
    );
  });
});

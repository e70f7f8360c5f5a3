import {
  AcquirePermits,
  type DataOf,
  ListSources,
  newId,
  ObservationsCollected,
  OPERATOR_ACCOUNT_ID,
  Refusal,
  ReportOutcome,
  type RequestOf,
  type ResponseOf,
  SourceFailed,
  SourceRecovered,
} from '@souk/contracts';
import { catalogue, startSandbox } from '@souk/sandbox';
import type { World } from '@souk/testing';
import { collected, ingestionWorld, pollOnce } from './ingestion-world.ts';
import { item, json, type ScriptedShop, startScriptedShop, status } from './scripted-shop.ts';

const SOURCE_TIMEOUT_MS = 3000;
const granted: ResponseOf<typeof AcquirePermits> = { granted: true, waitedMs: 0 };
const declined: ResponseOf<typeof AcquirePermits> = {
  granted: false,
  reason: 'breaker-open',
  retryAfterMs: 90_000,
};
const closed: ResponseOf<typeof ReportOutcome> = { breaker: 'closed' };

interface SourceRow {
  failures: number;
  last_error: string | null;
  cursor: string | null;
  pause_ms: number;
}

describe('a polled source', () => {
  let world: World;
  let shop: ScriptedShop;
  let witness: ScriptedShop;
  let asked: RequestOf<typeof AcquirePermits>[] = [];
  let reported: RequestOf<typeof ReportOutcome>[] = [];

  const grant = (): void =>
    world.answer(AcquirePermits, (request) => {
      if (request.upstream === 'sandbox') asked.push(request);
      return granted;
    });

  const hear = (): void =>
    world.answer(ReportOutcome, (request) => {
      if (request.upstream === 'sandbox') reported.push(request);
      return closed;
    });

  /** Lets the source be polled once, now, and answers how it stands afterwards. */
  async function poll(): Promise<SourceRow> {
    await pollOnce(world, 'sandbox');
    const [polled] = await world.sql<SourceRow>(
      'ingestion',
      `select failures, last_error, cursor, extract(epoch from next_poll_at - now())::float8 * 1000 as pause_ms
       from source where source = 'sandbox'`,
    );
    // The source does not wait until quota has heard how its call went.
    await world.until(() => reported.length === shop.calls.length, { what: 'every call reported' });
    return polled!;
  }

  beforeAll(async () => {
    [shop, witness] = [await startScriptedShop(), await startScriptedShop()];
    world = await ingestionWorld({
      SOUK_SANDBOX_URL: shop.url,
      SOUK_SOURCES: JSON.stringify([
        { source: 'witness', adapter: 'sandbox', config: { baseUrl: witness.url }, intervalMs: 3_600_000 },
      ]),
      SOUK_SANDBOX_INTERVAL_MS: '3600000',
      SOUK_SOURCE_TIMEOUT_MS: String(SOURCE_TIMEOUT_MS),
      SOUK_POLL_TICK_MS: '20',
    });
    hear();
    grant();
  });
  afterAll(async () => {
    await world.stop();
    await shop.close();
    await witness.close();
  });
  beforeEach(async () => {
    await poll();
    [asked, reported, shop.calls] = [[], [], []];
  });

  it('asks for a permit before each call, reports how it went, and publishes the page with one log row', async () => {
    shop.items = [item('a', { price: '11.50' }), item('c')];
    const row = await poll();
    expect(row).toMatchObject({ failures: 0, last_error: null, cursor: null });
    expect(asked).toEqual([
      {
        upstream: 'sandbox',
        operation: 'products',
        priority: 'watch',
        permits: 1,
        waitMs: expect.any(Number),
      },
    ]);
    expect(shop.calls).toEqual(['/products?page=1&perPage=50']);
    expect(reported).toEqual([{ upstream: 'sandbox', operation: 'products', outcome: 'succeeded' }]);
    const event = await world.event(ObservationsCollected, ({ data }) =>
      data.observations.some((one) => one.product === 'c'),
    );
    const [log] = await world.sql<{ trace_id: string }>(
      'ingestion',
      'select * from fetch_log where fetch_id = $1',
      [event.data.fetchId],
    );
    expect(log).toMatchObject({
      account_id: OPERATOR_ACCOUNT_ID,
      origin: 'fetched',
      observations: 2,
      unreadable: 0,
    });
    expect(event).toMatchObject({
      accountId: OPERATOR_ACCOUNT_ID,
      data: { source: 'sandbox', origin: 'fetched' },
    });
    expect(event.traceparent?.split('-')[1]).toBe(log!.trace_id);
    const { sources } = await world.ask(ListSources, {});
    expect(sources).toMatchObject([
      { source: 'sandbox', adapter: 'sandbox', failures: 0, lastError: null, abilities: ['catalogue'] },
      { source: 'witness' },
    ]);
    expect(sources[0]!.lastSucceededAt).not.toBeNull();
  });

  it('keeps what can be read of a page and passes on what cannot, with the reason', async () => {
    shop.items = [item('good-1'), item('bad', { price: 'call us' }), item('good-2')];
    await poll();
    const isBad = ({ data }: { data: DataOf<typeof ObservationsCollected> }): boolean =>
      data.unreadable.length > 0;
    const event = await world.event(ObservationsCollected, isBad);
    expect(event.data.unreadable).toMatchObject([
      { product: 'bad', field: 'price', raw: expect.stringContaining('call us') },
    ]);
    const products = await world.until(() => {
      const all = collected(world, OPERATOR_ACCOUNT_ID).map((one) => one.product);
      return all.includes('good-2') ? all : undefined;
    });
    expect(products).toContain('good-1');
    expect(products).not.toContain('bad');
  });

  it('is not called without a permit, and waits as long as quota says', async () => {
    world.answer(AcquirePermits, () => declined);
    const row = await poll();
    expect(row).toMatchObject({ failures: 0, last_error: 'no permit: breaker-open' });
    expect(row.pause_ms).toBeGreaterThan(80_000);
    world.answer(AcquirePermits, () => {
      throw new Refusal('unavailable', 'quota cannot reach its stores', { retryAfterMs: 5_000 });
    });
    expect(await poll()).toMatchObject({ failures: 0, last_error: 'quota cannot reach its stores' });
    expect(shop.calls).toEqual([]);
    grant();
  });

  it('that asks for a pause gets it, and quota hears of it', async () => {
    shop.next = [status(429, { 'retry-after': '7200' })];
    const row = await poll();
    expect(reported).toEqual([
      { upstream: 'sandbox', operation: 'products', outcome: 'throttled', retryAfterMs: 7_200_000 },
    ]);
    expect(row).toMatchObject({ failures: 1, last_error: 'the source answered 429' });
    expect(row.pause_ms).toBeGreaterThan(7_190_000);
  });

  it('gets the pause it asks for also when quota does not hear of it', async () => {
    world.answer(ReportOutcome, (request) => {
      if (request.upstream === 'sandbox') reported.push(request);
      throw new Refusal('unavailable', 'quota cannot reach its stores');
    });
    shop.next = [status(429, { 'retry-after': '7200' })];
    expect((await poll()).pause_ms).toBeGreaterThan(7_190_000);
    expect(await poll()).toMatchObject({ failures: 0, last_error: null });
    hear();
  });

  it('of an upstream that quota does not know counts as failed and says what to do', async () => {
    const unknown = { granted: false, reason: 'unknown-upstream', retryAfterMs: 60_000 } as const;
    world.answer(AcquirePermits, () => unknown);
    expect(await poll()).toMatchObject({
      failures: 1,
      last_error: expect.stringMatching(/SOUK_QUOTA_UPSTREAMS/),
    });
    grant();
  });

  it('that fails three times in a row is told once, and once when it is back', async () => {
    const failures = [status(500), status(500), status(502), status(500)];
    for (const [index, failure] of failures.entries()) {
      shop.next = [failure];
      expect((await poll()).failures).toBe(index + 1);
      expect(reported.at(-1)).toMatchObject({ outcome: 'failed' });
    }
    const failed = await world.event(SourceFailed);
    expect(failed.data).toMatchObject({ source: 'sandbox', failures: 3, reason: 'the source answered 502' });
    expect((await poll()).failures).toBe(0);
    await world.event(SourceRecovered);
    await poll();
    expect(world.events(SourceFailed)).toHaveLength(1);
    expect(world.events(SourceRecovered)).toHaveLength(1);
  });

  it.each([
    ['is too slow', () => undefined, new RegExp(`no answer within ${SOURCE_TIMEOUT_MS} ms`)],
    ['answers no JSON', status(200), /the page is not JSON/],
    ['answers another shape', json({ error: 1 }), /another shape/],
  ])('that %s counts as failed and is read again later', async (_what, answer, reason) => {
    shop.next = [answer];
    const row = await poll();
    expect(row).toMatchObject({ failures: 1, last_error: expect.stringMatching(reason) });
    expect(reported).toMatchObject([{ outcome: 'failed' }]);
    expect((await poll()).failures).toBe(0);
  });

  it('goes on at the page that failed', async () => {
    shop.next = [json({ items: [item('x')], next: '/products?page=2' }), status(500)];
    expect(await poll()).toMatchObject({ failures: 1, cursor: '/products?page=2' });
    [reported, shop.calls] = [[], []];
    expect(await poll()).toMatchObject({ failures: 0, cursor: null });
    expect(shop.calls).toEqual(['/products?page=2']);
  });

  it('is left alone while another process has claimed it, and taken over when the claim has run out', async () => {
    const claim = (until: string, due: string): Promise<unknown> =>
      world.sql(
        'ingestion',
        `update source set claim_id = $1, claimed_until = now() + $2::interval, next_poll_at = now() + $3::interval
         where source = 'sandbox'`,
        [newId(), until, due],
      );
    await claim('1 hour', '0 seconds');
    // Another source that is due at the same time shows that the poller has looked.
    const [before] = await world.sql<{ now: Date }>(
      'ingestion',
      `update source set next_poll_at = now() where source = 'witness' returning now() as now`,
    );
    const polled = `select 1 from source where source = 'witness' and last_succeeded_at > $1`;
    await world.until(async () => (await world.sql('ingestion', polled, [before!.now])).length === 1);
    expect(shop.calls).toEqual([]);
    await claim('-1 second', '1 hour');
    await poll();
    expect(shop.calls).toHaveLength(1);
  });

  it('is polled once by two replicas, however often it is due', async () => {
    await world.start('ingestion', { instance: 'ingestion-2' });
    for (let round = 1; round <= 15; round += 1) {
      await poll();
      expect(shop.calls).toHaveLength(round);
    }
  });
});

describe('the sandbox shop', () => {
  it('is read to its last page, and every product arrives although one call in two goes wrong', async () => {
    const sandbox = await startSandbox({ faultRate: 0.5, seed: 'ingestion' });
    const world = await ingestionWorld({
      SOUK_SANDBOX_URL: sandbox.url,
      SOUK_SANDBOX_INTERVAL_MS: '100',
      SOUK_SOURCE_TIMEOUT_MS: String(SOURCE_TIMEOUT_MS),
      SOUK_POLL_TICK_MS: '20',
    });
    try {
      let permits = 0;
      world.answer(AcquirePermits, () => {
        permits += 1;
        return granted;
      });
      world.answer(ReportOutcome, () => closed);
      await world.until(
        () =>
          new Set(collected(world, OPERATOR_ACCOUNT_ID).map((one) => one.product)).size === catalogue.length,
      );
      expect(permits).toBeGreaterThanOrEqual(sandbox.calls.total);
      sandbox.setFaultRate(0);
      await world.until(async () => (await world.ask(ListSources, {})).sources[0]!.failures === 0);
    } finally {
      await world.stop();
      await sandbox.close();
    }
  });
});

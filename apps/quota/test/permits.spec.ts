import { ListBudgets, type Priority, Refusal } from '@souk/contracts';
import type { World } from '@souk/testing';
import { Redis } from 'ioredis';
import { acquire, privateRedis, quotaWorld } from './quota-world.ts';

const PERIOD_MS = 200;

describe('permits', () => {
  let redis: Awaited<ReturnType<typeof privateRedis>>;
  let world: World;
  let healthPort: number;
  beforeAll(async () => {
    redis = await privateRedis();
    world = await quotaWorld(
      [
        { upstream: 'brisk', ratePerSecond: 20_000 / PERIOD_MS, burst: 20 },
        { upstream: 'slow', ratePerSecond: 1, burst: 4 },
        { upstream: 'steady', ratePerSecond: 0.5, burst: 1 },
        { upstream: 'fast', ratePerSecond: 250, burst: 5 },
        { upstream: 'crowded', ratePerSecond: 0.01, burst: 1 },
        { upstream: 'plenty' },
      ],
      { SOUK_REDIS_URL: redis.url, SOUK_QUOTA_MAX_WAITING: '30' },
    );
    healthPort = world.running('quota').healthPort;
  });
  afterAll(async () => {
    await world.stop();
    await redis.remove();
  });

  it('never exceed the budget in any window, with four askers at two replicas, across a flush and a restart', async () => {
    await world.start('quota', { instance: 'quota-2' });
    // A permit was given at some moment between its question and its answer.
    const grants: { askedAtMs: number; answeredAtMs: number }[] = [];
    let isOver = false;
    const asker = async (): Promise<void> => {
      while (!isOver) {
        const askedAtMs = performance.now();
        const answer = await acquire(world, { upstream: 'brisk', permits: 2 }).catch(() => undefined);
        const grant = { askedAtMs, answeredAtMs: performance.now() };
        if (answer?.granted) grants.push(grant, grant);
      }
    };
    const askers = [asker(), asker(), asker(), asker()];
    const more = (count: number): Promise<unknown> => {
      const target = grants.length + count;
      return world.until(() => grants.length >= target);
    };
    await more(60);
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    await more(60);
    await redis.stop();
    await redis.start();
    await more(60);
    isOver = true;
    await Promise.all(askers);
    for (const { askedAtMs: startMs } of grants) {
      const surelyWithin = grants.filter(
        ({ askedAtMs, answeredAtMs }) => askedAtMs >= startMs && answeredAtMs < startMs + PERIOD_MS,
      );
      expect(surelyWithin.length).toBeLessThanOrEqual(20);
    }
    await world.running('quota').stop();
  });

  /** What was leased before is given for some milliseconds more. */
  const refusalOfPlenty = (): Promise<unknown> =>
    acquire(world, { upstream: 'plenty', waitMs: 500 }).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('are not given while Redis is away, and are again when it is back', async () => {
    await world.until(async () => (await acquire(world, { upstream: 'plenty', waitMs: 500 })).granted);
    await redis.stop();
    const refusal = await world.until(refusalOfPlenty);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
    await redis.start();
    await world.until(async () => (await acquire(world, { upstream: 'plenty', waitMs: 500 })).granted);
  });

  it('are not given while Redis is full, and the service says so', async () => {
    const client = new Redis(redis.url);
    const readiness = async (): Promise<{ status: number; text: string }> => {
      const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
      return { status: response.status, text: await response.text() };
    };
    try {
      await client.config('SET', 'maxmemory', '1');
      await world.until(async () => (await readiness()).status === 503, {
        what: 'a service that is not ready',
      });
      expect((await readiness()).text).toContain('maxmemory');
      const refusal = await world.until(refusalOfPlenty);
      expect(refusal).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
    } finally {
      await client.config('SET', 'maxmemory', '0');
      await client.quit();
    }
    await world.until(async () => (await readiness()).status === 200, { what: 'a service that is ready' });
  });

  it('go to a user first who came last', async () => {
    const order: string[] = [];
    const ask = async (name: string, priority: Priority): Promise<void> => {
      expect((await acquire(world, { upstream: 'slow', priority, waitMs: 10_000 })).granted).toBe(true);
      order.push(name);
    };
    const analytics: Promise<void>[] = [];
    // For four seconds after the first question nobody is served: what was called before is not known.
    for (const name of ['a', 'b', 'c']) {
      analytics.push(ask(name, 'analytics'));
      await world.until(async () => (await waitingFor('slow')).analytics === analytics.length);
    }
    const user = ask('user', 'user');
    await Promise.all([...analytics, user]);
    expect(order).toEqual(['user', 'a', 'b', 'c']);
  });

  const waitingFor = async (name: string): Promise<Partial<Record<Priority, number>>> => {
    const { upstreams } = await world.ask(ListBudgets, {});
    return upstreams.find(({ upstream }) => upstream === name)!.waiting;
  };

  it('reach the lowest class at least once in twenty, however many users ask', async () => {
    const served: Priority[] = [];
    let isOver = false;
    const asker = async (priority: Priority): Promise<void> => {
      while (!isOver) {
        const answer = await acquire(world, { upstream: 'fast', priority, waitMs: 10_000 });
        if (answer.granted) served.push(priority);
      }
    };
    const askers = [
      ...Array.from({ length: 12 }, () => asker('user')),
      asker('analytics'),
      asker('analytics'),
    ];
    await world.until(() => served.length >= 240);
    isOver = true;
    const counted = served.slice(20, 240);
    await Promise.all(askers);
    const analytics = counted.filter((priority) => priority === 'analytics').length;
    expect(analytics).toBeGreaterThanOrEqual(11);
    expect(analytics).toBeLessThanOrEqual(40);
  });

  it('that cannot be given in time are declined with the time to wait', async () => {
    expect((await acquire(world, { upstream: 'steady', waitMs: 5_000 })).granted).toBe(true);
    const declined = await acquire(world, { upstream: 'steady' });
    expect(declined).toMatchObject({ granted: false, reason: 'rate' });
    const { retryAfterMs } = declined as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(0);
    // Two seconds, and the way to the upstream.
    expect(retryAfterMs).toBeLessThanOrEqual(2_100);
    const waited = await acquire(world, { upstream: 'steady', waitMs: retryAfterMs + 5_000 });
    expect(waited).toMatchObject({ granted: true, waitedMs: expect.any(Number) });
  });

  it('are declined at once when the queue is full, and when nobody knows the upstream', async () => {
    const waiting = Array.from({ length: 30 }, () => acquire(world, { upstream: 'crowded', waitMs: 5_000 }));
    await world.until(async () => (await waitingFor('crowded')).watch === 30);
    expect(await acquire(world, { upstream: 'crowded', waitMs: 700 })).toMatchObject({
      granted: false,
      reason: 'queue-full',
    });
    for (const answer of await Promise.all(waiting))
      expect(answer).toMatchObject({ granted: false, reason: 'rate' });
    expect(await acquire(world, { upstream: 'nobody' })).toMatchObject({
      granted: false,
      reason: 'unknown-upstream',
    });
  });

  it('are refused plainly when more are asked for at once than ever fit', async () => {
    const refusal = await acquire(world, { upstream: 'brisk', permits: 21 }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'invalid', problems: [{ field: 'permits' }] });
  });
});

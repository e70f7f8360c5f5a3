import { infrastructure } from '@souk/testing';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { windowScript } from '../src/call-window.ts';

/** The script itself with a clock of the test's own: schedules of any length in no time. */
const script = windowScript('tonumber(ARGV[4])');

describe('the window of calls', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(infrastructure().redisUrl);
  });
  afterAll(() => redis.quit());

  const budget = fc.record({
    burst: fc.integer({ min: 1, max: 12 }),
    periodMicros: fc.integer({ min: 10, max: 2_000 }),
  });
  type Budget = { burst: number; periodMicros: number };

  async function windowOf({ burst, periodMicros }: Budget) {
    const keys = [`test:{${randomUUID()}}:calls`, `test:{${randomUUID()}}:stamp`] as const;
    const take = async (permits: number, nowMicros: number): Promise<number> =>
      Number(await redis.eval(script, 2, ...keys, permits, burst, periodMicros, nowMicros));
    return { keys, take };
  }

  /** The most grants in any half-open window of this width that begins with a grant. */
  const mostWithin = (grants: number[], width: number): number =>
    Math.max(
      0,
      ...grants.map((start, index) => grants.slice(index).filter((at) => at < start + width).length),
    );

  const step = fc.record({
    afterMicros: fc.oneof(fc.nat(20), fc.nat(1_500)),
    permits: fc.integer({ min: 1, max: 12 }),
    trouble: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'flush', 'restart'),
  });

  it('holds at most `burst` grants, for any schedule, flush and restart', async () => {
    await fc.assert(
      fc.asyncProperty(budget, fc.array(step, { maxLength: 60 }), async (drawn, steps) => {
        const { keys, take } = await windowOf(drawn);
        const grants: number[] = [];
        let nowMicros = 1_000_000_000;
        for (const { afterMicros, permits, trouble } of steps) {
          nowMicros += afterMicros;
          if (trouble === 'flush') await redis.del(keys[0]);
          // The server came back from an old snapshot: what was granted last is not in it.
          if (trouble === 'restart') {
            await redis.ltrim(keys[0], permits, -1);
            await redis.set(keys[1], 'another server process');
          }
          const asked = Math.min(permits, drawn.burst);
          const waitMicros = await take(asked, nowMicros);
          expect(waitMicros).toBeLessThanOrEqual(drawn.periodMicros);
          if (waitMicros === 0) grants.push(...Array.from({ length: asked }, () => nowMicros));
        }
        const ratePerMicro = drawn.burst / drawn.periodMicros;
        expect(mostWithin(grants, drawn.periodMicros)).toBeLessThanOrEqual(drawn.burst);
        for (const width of [1, 7, drawn.periodMicros * 1.5, drawn.periodMicros * 4]) {
          expect(mostWithin(grants, width)).toBeLessThanOrEqual(drawn.burst + ratePerMicro * width);
        }
        await redis.del(...keys);
      }),
      { numRuns: 300 },
    );
  });

  it('gives out the full rate to who asks again when told', async () => {
    await fc.assert(
      fc.asyncProperty(budget, fc.integer({ min: 1, max: 12 }), async (drawn, wanted) => {
        const { keys, take } = await windowOf(drawn);
        const permits = Math.min(wanted, drawn.burst);
        let nowMicros = 1_000_000_000;
        let granted = 0;
        const startedAt = nowMicros + (await take(permits, nowMicros));
        nowMicros = startedAt;
        while (nowMicros < startedAt + 5 * drawn.periodMicros) {
          const waitMicros = await take(permits, nowMicros);
          if (waitMicros === 0) granted += permits;
          else expect(await take(permits, nowMicros + waitMicros - 1)).toBeGreaterThan(0);
          nowMicros += waitMicros;
        }
        expect(granted).toBe(5 * Math.floor(drawn.burst / permits) * permits);
        await redis.del(...keys);
      }),
      { numRuns: 25 },
    );
  });

  it('begins as if everything had just been used', async () => {
    const { take } = await windowOf({ burst: 3, periodMicros: 500 });
    expect(await take(1, 10_000)).toBe(500);
    expect(await take(3, 10_499)).toBe(1);
    expect(await take(3, 10_500)).toBe(0);
  });
});

import { infrastructure } from '@souk/testing';
import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { permitScript, usedScript } from '../src/window-script.ts';

/** The scripts themselves with a clock of the test's own: schedules of any length in no time. */
const CLOCK = "tonumber(redis.call('GET', 'test:now'))";

interface Window {
  calls: number;
  periodMicros: number;
}
interface Terms {
  horizon: number;
  hold: number;
  guard: number;
  apart: number;
}
const AT_ONCE: Terms = { horizon: 0, hold: 0, guard: 0, apart: 0 };
interface Ask {
  permits: number;
  times?: number;
  spareNow?: number;
  spareLater?: number;
  stretch?: number;
}

describe('the windows of an upstream', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(infrastructure().redisUrl);
  });
  afterAll(() => redis.quit());

  function windowsOf(windows: Window[], terms = AT_ONCE) {
    const id = randomUUID();
    const keys = [`test:{${id}}:permits`, `test:{${id}}:stamp`] as const;
    const script = permitScript(CLOCK).replace('test:now', `test:{${id}}:now`);
    const used = usedScript(CLOCK).replace('test:now', `test:{${id}}:now`);
    const at = (nowMicros: number) => redis.set(`test:{${id}}:now`, nowMicros);
    return {
      keys,
      /** Beginnings from now on, or the time to wait. */
      take: async (
        ask: Ask,
        nowMicros: number,
      ): Promise<{ begins: number[]; kept: number[]; wait: number }> => {
        const { permits, times = 1, spareNow = 0, spareLater = 0, stretch = 1 } = ask;
        const { horizon, hold, guard, apart } = terms;
        await at(nowMicros);
        const [wait, ...given] = (
          (await redis.eval(
            script,
            2,
            ...keys,
            ...[permits, times, spareNow, spareLater, horizon, hold, guard, apart],
            ...windows.flatMap(({ calls, periodMicros }) => [calls, periodMicros, periodMicros * stretch]),
          )) as string[]
        ).map(Number);
        return {
          begins: given.filter((_, index) => index % 2 === 0),
          kept: given.filter((_, index) => index % 2 === 1),
          wait: wait!,
        };
      },
      used: async (nowMicros: number): Promise<unknown> => {
        await at(nowMicros);
        const args = windows.flatMap(({ calls, periodMicros }) => [calls, periodMicros]);
        return redis.eval(used, 2, ...keys, ...args);
      },
      forget: () => redis.del(...keys, `test:{${id}}:now`),
    };
  }

  /** The most uses in any half-open window of this width that begins with a use. */
  function mostWithin(uses: number[], width: number): number {
    const sorted = uses.toSorted((a, b) => a - b);
    return Math.max(
      0,
      ...sorted.map((start, index) => sorted.slice(index).filter((at) => at < start + width).length),
    );
  }

  const window = fc.record({
    calls: fc.integer({ min: 1, max: 12 }),
    periodMicros: fc.integer({ min: 10, max: 2_000 }),
  });
  const terms = fc.record({
    horizon: fc.nat(800),
    hold: fc.nat(400),
    guard: fc.nat(60),
    apart: fc.nat(60),
  });
  const step = fc.record({
    afterMicros: fc.oneof(fc.nat(20), fc.nat(1_500)),
    permits: fc.integer({ min: 1, max: 12 }),
    times: fc.integer({ min: 1, max: 6 }),
    spareNow: fc.nat(12),
    spareLater: fc.nat(12),
    stretch: fc.constantFrom(1, 1, 1, 2, 8),
    /** Where between its beginning and its latest use each permit is used. */
    lateness: fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 1, maxLength: 7 }),
    trouble: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'flush', 'restart'),
  });

  it('never hold more than they may, for any leases, any use of them, any flush and restart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(window, { minLength: 1, maxLength: 3 }),
        terms,
        fc.array(step, { maxLength: 60 }),
        async (windows, drawn, steps) => {
          const { keys, take, forget } = windowsOf(windows, drawn);
          const mostAtOnce = Math.min(...windows.map(({ calls }) => calls));
          const uses: number[] = [];
          let nowMicros = 1_000_000_000;
          for (const { afterMicros, lateness, trouble, ...ask } of steps) {
            nowMicros += afterMicros;
            if (trouble === 'flush') await redis.del(keys[0]);
            // The server came back from an old snapshot: what was given last is not in it.
            if (trouble === 'restart') {
              await redis.ltrim(keys[0], ask.permits, -1);
              await redis.set(keys[1], 'another server process');
            }
            const permits = Math.min(ask.permits, mostAtOnce);
            const { begins, kept } = await take({ ...ask, permits }, nowMicros);
            for (const [index, begin] of begins.entries()) {
              expect(begin).toBeLessThanOrEqual(drawn.horizon);
              const latest = kept[index]! + drawn.guard;
              uses.push(nowMicros + begin + latest * lateness[index % lateness.length]!);
            }
          }
          for (const { calls, periodMicros } of windows) {
            expect(mostWithin(uses, periodMicros)).toBeLessThanOrEqual(calls);
          }
          await forget();
        },
      ),
      { numRuns: 400 },
    );
  });

  it('give out the full rate to who asks again when told', async () => {
    await fc.assert(
      fc.asyncProperty(window, fc.integer({ min: 1, max: 12 }), async (drawn, wanted) => {
        const { take, forget } = windowsOf([drawn]);
        const permits = Math.min(wanted, drawn.calls);
        let nowMicros = 1_000_000_000;
        let granted = 0;
        const startedAt = nowMicros + (await take({ permits }, nowMicros)).wait;
        nowMicros = startedAt;
        while (nowMicros < startedAt + 5 * drawn.periodMicros) {
          const { begins, wait } = await take({ permits }, nowMicros);
          granted += begins.length;
          if (begins.length === 0) expect((await take({ permits }, nowMicros + wait - 1)).begins).toEqual([]);
          nowMicros += wait;
        }
        expect(granted).toBe(5 * Math.floor(drawn.calls / permits) * permits);
        await forget();
      }),
      { numRuns: 25 },
    );
  });

  it('give a lease every permit up to the horizon, for the moment at which it is free', async () => {
    const { take } = windowsOf([{ calls: 4, periodMicros: 1_000 }], {
      ...AT_ONCE,
      horizon: 2_500,
      guard: 50,
    });
    // Nothing is known yet: as if all had been used as late as ever.
    expect(await take({ permits: 1, times: 99 }, 0)).toMatchObject({ begins: [], wait: 1_050 });
    const { begins } = await take({ permits: 1, times: 99 }, 10_000);
    expect(begins).toEqual([0, 0, 0, 0, 1_050, 1_050, 1_050, 1_050, 2_100, 2_100, 2_100, 2_100]);
    expect(await take({ permits: 1, times: 99 }, 10_001)).toMatchObject({ begins: [], wait: 649 });
  });

  it('let a lease keep for longer only what has been free for long', async () => {
    const terms = { horizon: 0, hold: 200, guard: 50, apart: 0 };
    const { take } = windowsOf([{ calls: 4, periodMicros: 1_000 }], terms);
    await take({ permits: 1 }, 0);
    expect(await take({ permits: 1, spareNow: 1 }, 1_449)).toMatchObject({ begins: [0, 0], kept: [0, 0] });
    expect(await take({ permits: 1, spareNow: 9 }, 1_450)).toMatchObject({
      begins: [0, 0],
      kept: [200, 200],
    });
    expect((await take({ permits: 1 }, 2_498)).begins).toEqual([]);
    expect(await take({ permits: 1 }, 2_499)).toMatchObject({ begins: [0], kept: [0] });
  });

  it('spread out what was used up at once, when it is given again', async () => {
    const terms = { horizon: 2_000, hold: 200, guard: 50, apart: 225 };
    const { take } = windowsOf([{ calls: 4, periodMicros: 1_000 }], terms);
    await take({ permits: 1 }, 0);
    expect((await take({ permits: 1, times: 4 }, 10_000)).begins).toEqual([0, 0, 0, 0]);
    expect((await take({ permits: 1, times: 4 }, 10_001)).begins).toEqual([1_249, 1_474, 1_699, 1_924]);
  });

  it('keep a slow window and a fast one at once', async () => {
    const { take } = windowsOf([
      { calls: 1, periodMicros: 100 },
      { calls: 3, periodMicros: 1_000 },
    ]);
    await take({ permits: 1 }, 0);
    const grants: number[] = [];
    for (let nowMicros = 1_000; nowMicros < 3_000; nowMicros += 10) {
      if ((await take({ permits: 1 }, nowMicros)).begins.length > 0) grants.push(nowMicros);
    }
    expect(grants).toEqual([1_000, 1_100, 1_200, 2_000, 2_100, 2_200]);
  });

  it('are longer while the upstream wants fewer calls, without forgetting any', async () => {
    const { take } = windowsOf([{ calls: 2, periodMicros: 100 }]);
    await take({ permits: 1 }, 0);
    expect((await take({ permits: 2 }, 1_000)).begins).toHaveLength(2);
    expect(await take({ permits: 1, stretch: 4 }, 1_100)).toMatchObject({ begins: [], wait: 300 });
    expect((await take({ permits: 1 }, 1_100)).begins).toHaveLength(1);
  });

  it('say how much of them is used, and nothing when their memory is lost', async () => {
    const { keys, take, used } = windowsOf([
      { calls: 3, periodMicros: 100 },
      { calls: 5, periodMicros: 1_000 },
    ]);
    expect(await used(0)).toEqual([null, null]);
    await take({ permits: 1 }, 0);
    await take({ permits: 2 }, 5_000);
    await take({ permits: 2 }, 5_100);
    expect(await used(5_150)).toEqual([2, 4]);
    await redis.set(keys[1], 'another server process');
    expect(await used(5_150)).toEqual([null, null]);
  });
});

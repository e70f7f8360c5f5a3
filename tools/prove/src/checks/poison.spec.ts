import type { Fault } from '../plan.ts';
import { checkPoison, type PoisonedRun, timesToGiveUp } from './poison.ts';

const AT = 1_000_000;
const run = (): PoisonedRun => ({
  poison: [
    { mark: 'poison-1', subject: 'usage', publishedAt: AT },
    { mark: 'poison-2', subject: 'offers', publishedAt: AT + 1_000 },
  ],
  deadLetters: [
    { service: 'billing', payload: '{"poison-1"}', attempts: 5, failedAt: AT + 28_000 },
    { service: 'scoring', payload: '{"poison-2"}', attempts: 1, failedAt: AT + 1_200 },
  ],
  faults: [],
  rounds: [
    { postedAt: AT, seenAt: AT + 700 },
    { postedAt: AT + 2_000, seenAt: AT + 2_900 },
  ],
  endedAt: AT + 200_000,
  ownMs: (fromMs, toMs) => toMs - fromMs,
});
/** Was away from one moment to another, in seconds after the first poison. */
const away = (fault: Fault, fromS: number, toS: number): PoisonedRun['faults'][number] => {
  const heldMs = fault.kind === 'stop' ? fault.forMs : 0;
  return { fault, backAt: AT + toS * 1_000, backAfterMs: (toS - fromS) * 1_000 - heldMs };
};
const kill = (target: 'billing' | 'scoring' | 'PostgreSQL'): Fault => ({ kind: 'kill', atMs: 0, target });
const wrong = (changed: PoisonedRun): string[] =>
  checkPoison(changed).flatMap(({ what, unexpected }) => (unexpected > 0 ? [what] : []));

describe('the time of poison', () => {
  it('is green when it is given up in time and what is behind it passes', () => {
    expect(checkPoison(run()).map(({ of }) => of)).toEqual([2, 1]);
    expect(wrong(run())).toEqual([]);
  });

  it('counts from the confirmed publish, and leaves out what a fault took from its service and its servers, once', () => {
    const changed = run();
    changed.deadLetters[0]!.failedAt = AT + 90_000;
    const stop: Fault = { kind: 'stop', atMs: 0, target: 'billing', forMs: 8_000 };
    changed.faults = [
      away(kill('billing'), -5, 10),
      away(kill('PostgreSQL'), 5, 20),
      away(stop, 30, 40),
      away(kill('billing'), 85, 100),
    ];
    expect(timesToGiveUp(changed)[0]).toEqual({ name: 'poison for usage', wallMs: 90_000, ms: 55_000 });
    expect(wrong(changed)).toEqual([]);
  });

  it.each<[string, string, (changed: PoisonedRun) => void]>([
    [
      'it takes a minute and nothing was in the way',
      'poison given up within 60 s',
      ({ deadLetters }) => (deadLetters[0]!.failedAt = AT + 60_100),
    ],
    [
      'only another service was down meanwhile',
      'poison given up within 60 s',
      (changed) => {
        changed.deadLetters[0]!.failedAt = AT + 61_000;
        changed.faults = [away(kill('scoring'), 10, 30)];
      },
    ],
    [
      'its connection was only slow',
      'poison given up within 60 s',
      (changed) => {
        changed.deadLetters[0]!.failedAt = AT + 61_000;
        const slow = {
          service: 'billing',
          end: 'PostgreSQL',
          how: 'slow',
          forMs: 9_000,
          delayMs: 100,
        } as const;
        changed.faults = [away({ kind: 'link', atMs: 0, ...slow }, 10, 19)];
      },
    ],
    [
      'the price behind it takes half a minute',
      'prices behind poison within 30 s',
      ({ rounds }) => (rounds[1]!.seenAt += 30_000),
    ],
    [
      'no price comes through behind it',
      'prices behind poison within 30 s',
      (changed) => (changed.rounds = []),
    ],
  ])('turns red when %s', (_, what, plant) => {
    const changed = run();
    plant(changed);
    expect(wrong(changed)).toEqual([what]);
  });
});

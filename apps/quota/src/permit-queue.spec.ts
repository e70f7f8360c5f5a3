import { PRIORITIES, type Priority } from '@souk/contracts';
import * as fc from 'fast-check';
import { GRANTS_PER_LOWEST, PermitQueue } from './permit-queue.ts';

interface Asker {
  priority: Priority;
  number: number;
}

const rank = (priority: Priority): number => PRIORITIES.indexOf(priority);

function queueOf(...askers: Asker[]): PermitQueue<Asker> {
  const queue = new PermitQueue<Asker>();
  for (const asker of askers) queue.add(asker.priority, asker);
  return queue;
}

function grantNext(queue: PermitQueue<Asker>): Asker | undefined {
  const next = queue.peek();
  if (next) queue.granted(next);
  return next;
}

describe('the queue of an upstream', () => {
  it('serves users before watches before enrichment before analytics, and in each who came first', () => {
    const askers = (['analytics', 'watch', 'user', 'enrichment', 'user', 'watch'] as const).map(
      (priority, number) => ({
        priority,
        number,
      }),
    );
    const queue = queueOf(...askers);
    const served = askers.map(() => grantNext(queue)!.number);
    expect(served).toEqual([2, 4, 1, 5, 3, 0]);
    expect(grantNext(queue)).toBeUndefined();
  });

  it('gives the lowest class that waits one of any twenty grants in a row, and not more', () => {
    const queue = queueOf({ priority: 'analytics', number: -1 }, { priority: 'analytics', number: -2 });
    const served: Priority[] = [];
    for (let number = 0; number < 40; number += 1) {
      queue.add('user', { priority: 'user', number });
      served.push(grantNext(queue)!.priority);
    }
    expect(served.filter((priority) => priority === 'analytics')).toHaveLength(2);
    expect(served.indexOf('analytics')).toBe(GRANTS_PER_LOWEST - 1);
  });

  it('forgets who gave up', () => {
    const [stays, leaves]: Asker[] = [
      { priority: 'watch', number: 1 },
      { priority: 'watch', number: 2 },
    ];
    const queue = queueOf(leaves!, stays!);
    expect(queue.removeWhere(({ number }) => number === 2)).toEqual([leaves]);
    queue.granted(leaves!);
    expect([queue.size, queue.peek()]).toEqual([1, stays]);
    expect(queue.waiting()).toEqual({ user: 0, watch: 1, enrichment: 0, analytics: 0 });
  });

  it('for any coming and going: strict order but for the lowest, and never twenty grants past it', () => {
    const arrival = fc.record({ kind: fc.constant('arrive'), priority: fc.constantFrom(...PRIORITIES) });
    const steps = fc.array(
      fc.oneof(arrival, fc.record({ kind: fc.constant('grant') }), fc.record({ kind: fc.constant('leave') })),
      {
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(steps, (drawn) => {
        const queue = new PermitQueue<Asker>();
        let waiting: Asker[] = [];
        let past = 0;
        for (const [number, step] of drawn.entries()) {
          if (step.kind === 'arrive') {
            const asker = { priority: (step as { priority: Priority }).priority, number };
            queue.add(asker.priority, asker);
            waiting.push(asker);
          } else if (step.kind === 'leave') {
            const gone = waiting.at(-1);
            if (gone) queue.remove(gone);
            waiting = waiting.slice(0, -1);
          } else {
            const highest = Math.min(...waiting.map(({ priority }) => rank(priority)));
            const lowest = Math.max(...waiting.map(({ priority }) => rank(priority)));
            const next = grantNext(queue);
            if (waiting.length === 0) {
              expect(next).toBeUndefined();
              continue;
            }
            const served = rank(next!.priority);
            expect([highest, lowest]).toContain(served);
            expect(next).toBe(waiting.find(({ priority }) => rank(priority) === served));
            past = served === lowest ? 0 : past + 1;
            expect(past).toBeLessThan(GRANTS_PER_LOWEST);
            waiting = waiting.filter((asker) => asker !== next);
          }
          expect(queue.size).toBe(waiting.length);
        }
      }),
    );
  });
});

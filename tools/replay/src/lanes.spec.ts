import * as fc from 'fast-check';
import { Lanes, type LaneItem } from './lanes.ts';

const options = { lanes: 3, batchLines: 4, batchCharacters: 1000 };

describe('lanes', () => {
  it('send every line exactly once and keep the order of each key', async () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(keys, fc.scheduler(), async (sequence, scheduler) => {
        const sent: LaneItem[] = [];
        const lanes = new Lanes(options, async (items) => {
          await scheduler.schedule(Promise.resolve());
          sent.push(...items);
        });
        const added = (async () => {
          for (const [index, key] of sequence.entries())
            await lanes.add(key, { at: String(index), line: key });
          await lanes.close();
        })();
        await scheduler.waitFor(added);
        expect(sent).toHaveLength(sequence.length);
        for (const key of 'abcde') {
          const positions = sent.filter(({ line }) => line === key).map(({ at }) => Number(at));
          expect(positions).toEqual(positions.toSorted((left, right) => left - right));
        }
      }),
    );
  });

  it('hold no more than two batches of a lane while the first is not answered', async () => {
    let answer = (): void => undefined;
    const sizes: number[] = [];
    const lanes = new Lanes(options, (items) => {
      sizes.push(items.length);
      return new Promise((resolve) => (answer = resolve));
    });
    let added = 0;
    const adding = (async () => {
      for (; added < 12; added += 1) await lanes.add('same key', { at: '', line: 'x' });
    })();
    await new Promise(setImmediate);
    expect([added, sizes]).toEqual([7, [4]]);
    answer();
    await new Promise(setImmediate);
    expect([added, sizes]).toEqual([11, [4, 4]]);
    answer();
    await adding;
    const closing = lanes.close();
    await new Promise(setImmediate);
    answer();
    await closing;
  });

  it('make smaller batches of long lines, and hand on the first failure', async () => {
    const sizes: number[] = [];
    const lanes = new Lanes(options, async (items) => {
      sizes.push(items.length);
      throw new Error('refused');
    });
    await lanes.add('a', { at: '', line: 'x'.repeat(600) });
    await lanes.add('a', { at: '', line: 'x'.repeat(600) });
    await expect(lanes.close()).rejects.toThrow('refused');
    expect(sizes).toEqual([2]);
  });
});

import { instrument } from './boundaries.ts';

const SOURCE = `
class Worker {
    async run() {
        const first = await this.load(await this.place());
        try {
            await Promise.all([1].map(async (one) => { await one; }));
        }
        catch {
            await this.pause();
        }
    }
    async load() { return await 1; }
}
async function helper() { await 2; }
`;

const cover = (functions: string[], roots: string[] = []) =>
  instrument('worker.js', SOURCE, { functions, roots }, 'data:text/javascript,');

/** What the code does once it tells its boundaries to `cross`. */
async function runs(text: string): Promise<string[]> {
  const told: string[] = [];
  const body = text.slice(text.indexOf('\n') + 1);
  const cross = async (id: string, value: unknown) => {
    told.push(`${id} begun`);
    const result = await value;
    told.push(`${id} ended`);
    return result;
  };
  const within = (scope: string, work: () => Promise<unknown>) => {
    told.push(scope);
    return work();
  };
  // oxlint-disable-next-line typescript/no-implied-eval
  const Worker = new Function('__cross', '__within', `${body}; return Worker;`)(cross, within);
  const worker = Object.assign(new Worker(), { place: async () => 0, pause: async () => undefined });
  await worker.run();
  return told;
}

describe('await boundaries', () => {
  it('are all awaits of the named functions, nested ones included, and no others', () => {
    const { boundaries } = cover(['run']);
    expect(boundaries.map(({ within }) => within)).toEqual(['run', 'run', 'run', 'run', 'run']);
    expect(boundaries.filter(({ isInCatch }) => isInCatch).map(({ text }) => text)).toEqual([
      'await this.pause()',
    ]);
    expect(cover(['run', 'helper']).boundaries).toHaveLength(6);
  });

  it('tell when their operation has begun and ended, and the code does what it did', async () => {
    const told = await runs(cover(['run', 'load'], ['run']).text);
    expect(told[0]).toBe('worker.js run');
    expect(told.slice(1, 5)).toEqual([
      'worker.js 2 begun',
      'worker.js 2 ended',
      'worker.js 6 begun',
      'worker.js 1 begun',
    ]);
    expect(told).toContain('worker.js 4 ended');
    expect(told).not.toContain('worker.js 5 begun');
  });

  it('of a function that is not there are an error, not an empty list', () => {
    expect(() => cover(['walk'])).toThrow(/no function walk/);
  });

  it('of a loop that awaits are an error', () => {
    const source = 'async function all() { for await (const one of many()) one(); }';
    expect(() => instrument('loop.js', source, { functions: ['all'] }, '')).toThrow(/for await/);
  });
});

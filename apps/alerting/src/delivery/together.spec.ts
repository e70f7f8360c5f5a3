import { Together } from './together.ts';

/** Notes which items were worked on together; each batch ends when it is let go. */
function workshop(isBad: (item: number) => boolean = () => false) {
  const batches: number[][] = [];
  const ends: (() => void)[] = [];
  const work = async (items: readonly number[]): Promise<number[]> => {
    batches.push([...items]);
    await new Promise<void>((end) => ends.push(end));
    if (items.some(isBad)) throw new Error(`cannot do ${items.join()}`);
    return items.map((item) => item * 10);
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** Lets batches go until there is none. */
  const finish = async (): Promise<void> => {
    for (await turn(); ends.length > 0; await turn()) ends.shift()!();
  };
  return { batches, work, turn, finish };
}

it('one that comes alone is served at once, what comes meanwhile is served together, in its order', async () => {
  const { batches, work, turn, finish } = workshop();
  const together = new Together(work, 100);
  const first = together.do(1);
  await turn();
  expect(batches).toEqual([[1]]);
  const others = [2, 3, 4].map((item) => together.do(item));
  await finish();
  expect(await Promise.all([first, ...others])).toEqual([10, 20, 30, 40]);
  expect(batches).toEqual([[1], [2, 3, 4]]);
});

it('what comes in one turn of the event loop is one batch, and none is greater than it may be', async () => {
  const { batches, work, finish } = workshop();
  const together = new Together(work, 2);
  const all = [1, 2, 3, 4, 5].map((item) => together.do(item));
  await finish();
  expect(await Promise.all(all)).toEqual([10, 20, 30, 40, 50]);
  expect(batches).toEqual([[1, 2], [3, 4], [5]]);
});

it('nobody fails for another: what fails together is tried one by one', async () => {
  const { batches, work, finish } = workshop((item) => item === 2);
  const together = new Together(work, 100);
  const all = Promise.allSettled([1, 2, 3].map((item) => together.do(item)));
  await finish();
  expect(await all).toEqual([
    { status: 'fulfilled', value: 10 },
    { status: 'rejected', reason: new Error('cannot do 2') },
    { status: 'fulfilled', value: 30 },
  ]);
  expect(batches).toEqual([[1, 2, 3], [1], [2], [3]]);
});

it('goes on with who comes after a failure', async () => {
  const { work, finish } = workshop((item) => item === 1);
  const together = new Together(work, 100);
  const failed = Promise.allSettled([together.do(1)]);
  await finish();
  expect(await failed).toEqual([{ status: 'rejected', reason: new Error('cannot do 1') }]);
  const next = together.do(2);
  await finish();
  expect(await next).toBe(20);
});

import { type LookedUp, LookUpQueue } from './look-up-queue.ts';

const result = (product: string): LookedUp => ({
  source: 'shop',
  product,
  productId: '00000000-0000-5000-8000-000000000000',
  observations: [],
  fetchedAt: null,
  fetchId: null,
  isCached: false,
  problem: null,
  policy: null,
});

describe('products that wait for a look-up', () => {
  it('leave the urgent first, then as they came', () => {
    const queue = new LookUpQueue();
    for (const product of ['a', 'b']) void queue.join(product, 'analytics', 10);
    void queue.join('c', 'watch', 10);
    void queue.join('d', 'user', 10);
    expect(queue.mostUrgent()).toBe('user');
    expect(queue.take(3).map(({ product }) => product)).toEqual(['d', 'c', 'a']);
    expect(queue.size).toBe(1);
  });

  it('are looked up once for all who ask, also while the call is under way', async () => {
    const queue = new LookUpQueue();
    const asked = [queue.join('a', 'watch', 10)!, queue.join('a', 'analytics', 10)!];
    const [taken, ...others] = queue.take(10);
    expect(others).toEqual([]);
    asked.push(queue.join('a', 'user', 10)!);
    expect(queue.size).toBe(0);
    taken!.resolve(result('a'));
    expect(new Set(await Promise.all(asked))).toHaveProperty('size', 1);
    void queue.join('a', 'user', 10);
    expect(queue.size).toBe(1);
  });

  it('become as urgent as the most urgent who asks', () => {
    const queue = new LookUpQueue();
    void queue.join('a', 'analytics', 10);
    void queue.join('b', 'watch', 10);
    void queue.join('a', 'user', 10);
    expect(queue.take(1)).toMatchObject([{ product: 'a' }]);
  });

  it('are bounded', () => {
    const queue = new LookUpQueue();
    void queue.join('a', 'watch', 1);
    expect(queue.join('b', 'user', 1)).toBeUndefined();
    expect(queue.join('a', 'user', 1)).toBeInstanceOf(Promise);
  });
});

import { FreshPayloads } from './fresh-payloads.ts';

const events = (from: number, count: number, payload = 'x') =>
  Array.from({ length: count }, (_, index) => ({ id: String(from + index), payload }));

describe('payloads that were just committed', () => {
  it('are known until they are forgotten, also to whoever asked before', () => {
    const fresh = new FreshPayloads();
    fresh.keep(events(0, 2, 'price'));
    const known = fresh.known();
    fresh.forget('0');
    fresh.forget('never kept');
    expect(known.get('0')).toBe('price');
    expect([...fresh.known()]).toEqual([['1', 'price']]);
  });

  it('are at most a thousand: the oldest go first', () => {
    const fresh = new FreshPayloads();
    fresh.keep(events(0, 600));
    fresh.keep(events(600, 600));
    expect([...fresh.known().keys()]).toEqual(events(200, 1_000).map(({ id }) => id));
  });

  it('take at most four million characters, also when one alone has more', () => {
    const fresh = new FreshPayloads();
    fresh.keep(events(0, 5, 'x'.repeat(1_000_000)));
    expect([...fresh.known().keys()]).toEqual(['1', '2', '3', '4']);
    fresh.keep(events(5, 1, 'x'.repeat(4_000_001)));
    expect(fresh.known().size).toBe(0);
    fresh.keep(events(6, 1));
    expect(fresh.known().size).toBe(1);
  });
});

import { newId } from '@souk/contracts';
import type { Answered } from './looked-up.ts';
import { MemoryTier } from './memory-tier.ts';

const answer = (accountId: string | null, text = 'x', expiresAtMs = 1_000): Answered<string> => ({
  value: text,
  text,
  accountId,
  askedAtMs: 0,
  expiresAtMs,
});

describe('the memory of look-ups', () => {
  let nowMs = 0;
  const tier = (limits: { maxEntries?: number; maxBytes?: number } = {}): MemoryTier<string> =>
    new MemoryTier({ maxEntries: 10, maxBytes: 1_000_000, ...limits }, () => nowMs);
  beforeEach(() => (nowMs = 0));

  it('tells an account its own and what is shared, and nothing of others', () => {
    const memory = tier();
    const [own, shared] = [newId(), newId()];
    memory.keep(own, answer('alice'));
    memory.keep(shared, answer(null));
    expect(memory.find('alice', own)).toBeDefined();
    expect(memory.find('bob', own)).toBeUndefined();
    expect(memory.find('bob', shared)).toBeDefined();
  });

  it('forgets a product for all accounts at once', () => {
    const memory = tier();
    const id = newId();
    memory.keep(id, answer('alice'));
    memory.keep(id, answer('bob'));
    expect(memory.forget(id)).toBe(true);
    expect([memory.find('alice', id), memory.find('bob', id)]).toEqual([undefined, undefined]);
    expect(memory.forget(id)).toBe(false);
  });

  it('tells nothing past its time', () => {
    const memory = tier();
    const id = newId();
    memory.keep(id, answer(null));
    nowMs = 1_000;
    expect(memory.find('alice', id)).toBeUndefined();
  });

  it('stays within its entries and its bytes, and can forget what is left', () => {
    const memory = tier({ maxEntries: 3 });
    const ids = Array.from({ length: 5 }, newId);
    for (const id of ids) memory.keep(id, answer(null));
    expect(memory.state().entries).toBe(3);
    expect(memory.find('alice', ids[0]!)).toBeUndefined();
    expect(memory.forget(ids[0]!)).toBe(false);
    const small = tier({ maxBytes: 5_000 });
    for (const id of ids) small.keep(id, answer(null, 'x'.repeat(400)));
    expect(small.state().bytes).toBeLessThanOrEqual(5_000);
    small.keep(ids[0]!, answer(null, 'x'.repeat(4_000)));
    expect(small.find('alice', ids[0]!)).toBeUndefined();
  });
});

import { FailedAttempts } from './failed-attempts.ts';

describe('failed attempts', () => {
  it('may be ten in any minute for one address', () => {
    const attempts = new FailedAttempts();
    for (let count = 0; count < 10; count += 1) {
      expect(attempts.waitMs('192.0.2.1', count * 1_000)).toBe(0);
      attempts.note('192.0.2.1', count * 1_000);
    }
    expect(attempts.waitMs('192.0.2.1', 10_000)).toBe(50_000);
    expect(attempts.waitMs('192.0.2.2', 10_000)).toBe(0);
    expect(attempts.waitMs('192.0.2.1', 60_000)).toBe(0);
  });

  it('are counted by /64 in IPv6, and the same for an IPv4 address in either notation', () => {
    const attempts = new FailedAttempts();
    for (let count = 0; count < 10; count += 1) attempts.note(`2001:db8:1:2::${count}`, 0);
    for (let count = 0; count < 10; count += 1) attempts.note('::ffff:192.0.2.1', 0);
    expect(attempts.waitMs('2001:db8:1:2:3::ff', 1)).toBeGreaterThan(0);
    expect(attempts.waitMs('2001:db8:1:3::1', 1)).toBe(0);
    expect(attempts.waitMs('192.0.2.1', 1)).toBeGreaterThan(0);
  });

  it('of a million addresses take bounded memory', () => {
    const attempts = new FailedAttempts();
    for (let count = 0; count < 10; count += 1) attempts.note('192.0.2.1', 0);
    for (let count = 0; count < 25_000; count += 1) attempts.note(`10.${count >> 8}.${count & 255}.1`, 0);
    expect(attempts.waitMs('192.0.2.1', 1)).toBe(0);
  });
});

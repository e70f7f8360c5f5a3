import * as fc from 'fast-check';
import { AccountLeases, LEASE, type Lease } from './lease.ts';

const leaseOf = (holdId: string, remaining: number, usableUntilMs = 60_000): Lease => ({
  holdId,
  accountId: 'a',
  remaining,
  usableUntilMs,
  inFlight: 0,
});

describe('the leases of an account', () => {
  it('never spend more than was set aside, in any order of taking and giving back', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), credits: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ kind: fc.constant('take' as const), credits: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('settle' as const), keep: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const leases = new AccountLeases();
        const open: { lease: Lease; credits: number }[] = [];
        let added = 0;
        let spent = 0;
        for (const one of steps) {
          if (one.kind === 'add') {
            leases.add(leaseOf(String(added), one.credits));
            added += one.credits;
          } else if (one.kind === 'take') {
            const lease = leases.take(one.credits, 0);
            if (lease) open.push({ lease, credits: one.credits });
            expect(lease?.remaining ?? 0).toBeGreaterThanOrEqual(0);
          } else {
            const ticket = open.pop();
            if (!ticket) continue;
            ticket.lease.inFlight -= 1;
            if (one.keep) spent += ticket.credits;
            else ticket.lease.remaining += ticket.credits;
          }
        }
        const reserved = open.reduce((sum, { credits }) => sum + credits, 0);
        expect(spent + reserved).toBeLessThanOrEqual(added);
      }),
    );
  });

  it('are renewed before they run dry or out', () => {
    const leases = new AccountLeases();
    expect(leases.needsMore(0)).toBe(true);
    leases.add(leaseOf('h', 100));
    expect(leases.needsMore(0)).toBe(false);
    expect(leases.needsMore(60_000 - LEASE.renewBeforeMs)).toBe(true);
    expect(leases.take(1, 60_000)).toBeUndefined();
    for (let count = 0; count < 51; count += 1) leases.take(1, 0);
    expect(leases.needsMore(0)).toBe(true);
  });

  it('grow with what is spent and stay bounded', () => {
    const leases = new AccountLeases();
    expect(leases.nextCredits(0)).toBe(LEASE.credits);
    const spend = (credits: number): void => {
      leases.add(leaseOf(String(credits), credits));
      leases.take(credits, 0);
    };
    spend(50);
    expect(leases.nextCredits(1_000)).toBe(LEASE.credits);
    spend(1_000);
    expect(leases.nextCredits(2_000)).toBe(1_000 * LEASE.seconds);
    spend(1_000_000);
    expect(leases.nextCredits(3_000)).toBe(LEASE.mostCredits);
  });

  it('are done when they are spent or out of time and no request still uses them', () => {
    const leases = new AccountLeases();
    leases.add(leaseOf('spent', 1));
    leases.add(leaseOf('old', 5, 10));
    leases.add(leaseOf('good', 5));
    const taken = leases.take(1, 0)!;
    expect(leases.removeDone(20).map(({ holdId }) => holdId)).toEqual(['old']);
    taken.inFlight -= 1;
    expect(leases.removeDone(20).map(({ holdId }) => holdId)).toEqual(['spent']);
    expect(leases.size).toBe(1);
  });
});

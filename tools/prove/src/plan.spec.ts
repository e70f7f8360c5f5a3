import { SERVICE_NAMES } from '@souk/contracts';
import { STORES } from './disk.ts';
import { LINK_ENDS } from './network.ts';
import { planOf, POISON_SUBJECTS, SERVERS } from './plan.ts';
import { LINK_FAULTS } from './proxy.ts';
import { FAULT_KINDS } from './settings.ts';

const targetsOf = (kind: string, plan: ReturnType<typeof planOf>): string[] =>
  plan.flatMap((fault) => (fault.kind === kind && 'target' in fault ? [fault.target] : []));

describe('the plan of faults', () => {
  it.each([1, 7, 11, 4_294_967_295])(
    'of seed %i kills every part, stops services and poisons every subject',
    (seed) => {
      const plan = planOf(seed, 60_000, FAULT_KINDS);
      expect(new Set(targetsOf('kill', plan))).toEqual(new Set([...SERVICE_NAMES, ...SERVERS]));
      expect(targetsOf('stop', plan).length).toBeGreaterThanOrEqual(4);
      expect(plan.flatMap((fault) => (fault.kind === 'poison' ? [fault.subject] : []))).toEqual(
        expect.arrayContaining([...POISON_SUBJECTS]),
      );
    },
  );

  it.each([1, 7, 11])('of seed %i has every kind of fault within three minutes and a bit', (seed) => {
    const plan = planOf(seed, 180_000, FAULT_KINDS);
    const planned = new Set(plan.map(({ kind }) => kind));
    for (const kind of FAULT_KINDS.filter((one) => one !== 'duplicate' && one !== 'shuffle'))
      expect(planned).toContain(kind);
    const links = plan.flatMap((fault) => (fault.kind === 'link' ? [fault] : []));
    expect(new Set(links.map(({ how }) => how))).toEqual(new Set(LINK_FAULTS));
    expect(new Set(links.map(({ end }) => end))).toEqual(new Set(LINK_ENDS));
    expect(new Set(targetsOf('term', plan))).toEqual(new Set(SERVICE_NAMES));
    expect(plan.at(-1)!.atMs).toBeLessThan(230_000);
  });

  it('fills the disk of each store in each round, and lets nothing else happen meanwhile', () => {
    const plan = planOf(7, 180_000, FAULT_KINDS);
    const full = plan.flatMap((fault) => (fault.kind === 'full' ? [fault] : []));
    expect(new Set(full.map(({ store }) => store))).toEqual(new Set(STORES));
    for (const { atMs, forMs } of full) {
      const near = plan.filter(
        (other) => other.kind !== 'full' && other.atMs > atMs - 19_999 && other.atMs < atMs + forMs + 19_000,
      );
      expect(near).toEqual([]);
    }
  });

  it('is the same for the same seed, and another for another', () => {
    expect(planOf(7, 60_000, FAULT_KINDS)).toEqual(planOf(7, 60_000, FAULT_KINDS));
    expect(planOf(7, 60_000, FAULT_KINDS)).not.toEqual(planOf(8, 60_000, FAULT_KINDS));
  });

  it('goes on until the end of a longer run and leaves each part time to come back', () => {
    const plan = planOf(7, 600_000, FAULT_KINDS);
    expect(plan.at(-1)!.atMs).toBeGreaterThan(570_000);
    expect(plan.at(-1)!.atMs).toBeLessThan(600_000);
    const lastHit = new Map<string, number>();
    for (const fault of plan) {
      if (!('target' in fault)) continue;
      expect(fault.atMs - (lastHit.get(fault.target) ?? -Infinity)).toBeGreaterThanOrEqual(19_999);
      lastHit.set(fault.target, fault.atMs);
    }
  });

  it('lets the broker forget only what was handled: poison is in no outbox', () => {
    const plan = planOf(7, 600_000, FAULT_KINDS);
    const forgets = plan.filter(({ kind }) => kind === 'amnesia');
    expect(forgets.length).toBeGreaterThan(2);
    for (const { atMs } of forgets) {
      const before = plan.filter((fault) => fault.kind === 'poison' && fault.atMs <= atMs);
      expect(before.every((fault) => atMs - fault.atMs >= 14_999)).toBe(true);
    }
  });

  it('holds only what was asked for', () => {
    expect(planOf(7, 60_000, ['duplicate', 'shuffle'])).toEqual([]);
    expect(new Set(planOf(7, 60_000, ['stop']).map(({ kind }) => kind))).toEqual(new Set(['stop']));
  });
});

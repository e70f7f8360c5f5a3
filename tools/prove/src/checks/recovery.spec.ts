import type { Fault } from '../plan.ts';
import { checkRecovery, type Drained, killsByLoss, type Recovery } from './recovery.ts';

const START = 1_000_000;
const kill = (atMs: number): Fault => ({ kind: 'kill', atMs, target: 'scoring' });
const halfOpen: Fault = {
  kind: 'link',
  atMs: 0,
  service: 'quota',
  end: 'Redis',
  how: 'half-open',
  forMs: 0,
  delayMs: 0,
};

const recovery = (): Recovery => ({
  startedAt: START,
  endedAt: START + 100_000,
  ownMs: (fromMs, toMs) => toMs - fromMs,
  faults: [
    { fault: kill(5_000), name: 'kill -9 scoring', backAt: START + 7_000 },
    { fault: { kind: 'term', atMs: 20_000, target: 'quota' }, name: 'SIGTERM quota', stoppedAfterMs: 400 },
    { fault: halfOpen, name: 'half-open', effect: { connections: 3 }, neverNoticed: 0 },
  ],
  rounds: [
    { postedAt: START + 6_000, seenAt: START + 8_000 },
    { postedAt: START + 9_000, seenAt: START + 12_000 },
  ],
});
const lostStore = (): Recovery['faults'][number] => ({
  fault: { kind: 'amnesia', atMs: 3_000, target: 'NATS', how: 'wiped' },
  name: 'NATS killed, its store wiped',
  backAt: START + 4_000,
});
const drainedAfterKills = (changed: Recovery): Drained[] => killsByLoss(changed).single;
const wrong = (changed: Recovery): string[] =>
  checkRecovery(changed).flatMap(({ what, unexpected }) => (unexpected > 0 ? [what] : []));

describe('recovery', () => {
  it('is measured from the restart to the first canary that was posted after it', () => {
    expect(drainedAfterKills(recovery())).toEqual([{ name: 'kill -9 scoring', wallMs: 5_000, ms: 5_000 }]);
    expect(wrong(recovery())).toEqual([]);
    expect(checkRecovery(recovery()).map(({ of }) => of)).toEqual([1, 1, 3]);
  });

  it('counts the start of the new process', () => {
    const changed = recovery();
    changed.faults[0]!.restartedAt = START + 5_500;
    expect(drainedAfterKills(changed)).toEqual([{ name: 'kill -9 scoring', wallMs: 2_500, ms: 2_500 }]);
  });

  it('counts from the last restart where another part was down meanwhile', () => {
    const changed = recovery();
    changed.faults.push({ fault: kill(6_500), name: 'another', backAt: START + 11_000 });
    expect(drainedAfterKills(changed)[0]).toEqual({ name: 'kill -9 scoring', wallMs: 1_000, ms: 1_000 });
  });

  it('counts no kill as a single one while the broker makes good what it had lost', () => {
    const changed = recovery();
    changed.faults.push(lostStore());
    const killed = { name: 'kill -9 scoring', wallMs: 5_000, ms: 5_000 };
    expect(killsByLoss(changed)).toEqual({ single: [], withLoss: [killed] });
    changed.rounds = [{ postedAt: START + 4_100, seenAt: START + 4_900 }, ...changed.rounds];
    expect(killsByLoss(changed)).toEqual({ single: [killed], withLoss: [] });
    // lost after the kill, and before all was through
    changed.faults.at(-1)!.fault.atMs = 9_500;
    changed.faults.at(-1)!.backAt = START + 10_000;
    expect(killsByLoss(changed).withLoss).toHaveLength(1);
  });

  it('wants a backlog to be drained after a kill and a lost store too, however long that takes', () => {
    const changed = recovery();
    changed.faults.push(lostStore());
    changed.rounds = [];
    expect(wrong(changed)).toEqual(['drained after a kill -9 and a lost store']);
  });

  it('leaves out what the host of the machine took meanwhile', () => {
    const changed = recovery();
    changed.rounds = [{ postedAt: START + 9_000, seenAt: START + 67_000 }];
    changed.faults[1] = {
      ...changed.faults[1]!,
      backAt: START + 90_000,
      backAfterMs: 20_000,
      stoppedAfterMs: 12_000,
    };
    expect(wrong(changed)).toEqual(['drained within 30 s of a kill -9', 'ended within 10 s of a SIGTERM']);
    changed.ownMs = (fromMs, toMs) => (toMs - fromMs) / 2;
    expect(drainedAfterKills(changed)).toEqual([{ name: 'kill -9 scoring', wallMs: 60_000, ms: 30_000 }]);
    expect(wrong(changed)).toEqual([]);
  });

  it('does not judge what came back after the canaries had ended', () => {
    expect(drainedAfterKills({ ...recovery(), endedAt: START + 6_900 })).toEqual([]);
  });

  it.each<[string, string, (changed: Recovery) => void]>([
    [
      'a backlog takes longer than 30 s',
      'drained within 30 s of a kill -9',
      ({ rounds }) => (rounds[1]!.seenAt += 30_000),
    ],
    [
      'no canary comes through',
      'drained within 30 s of a kill -9',
      (changed) => (changed.rounds = changed.rounds.slice(0, 1)),
    ],
    [
      'an orderly stop takes 10 s',
      'ended within 10 s of a SIGTERM',
      ({ faults }) => (faults[1]!.stoppedAfterMs = 10_000),
    ],
    [
      'a dead connection is believed in for ever',
      'half-open connections given up',
      ({ faults }) => (faults[2]!.neverNoticed = 1),
    ],
  ])('turns red when %s', (_, what, plant) => {
    const changed = recovery();
    plant(changed);
    expect(wrong(changed)).toEqual([what]);
  });
});

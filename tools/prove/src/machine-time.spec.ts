import { MachineTime } from './machine-time.ts';

describe('the time of a machine', () => {
  const START = 1_000_000;
  let time: MachineTime;
  beforeEach(() => {
    let [nowMs, stolenMs] = [START, 5_000];
    time = new MachineTime(
      () => stolenMs,
      () => nowMs,
    );
    // Nothing is taken for ten seconds, then eight of ten.
    for (const taken of [0, 8_000]) {
      nowMs += 10_000;
      stolenMs += taken;
      time.sample();
    }
    time.stop();
  });

  it('is what the clock says without what the host took', () => {
    expect(time.between(START, START + 10_000)).toBe(10_000);
    expect(time.between(START, START + 20_000)).toBe(12_000);
    expect(time.between(START + 15_000, START + 20_000)).toBeCloseTo(1_000);
    expect(time.between(START, Infinity)).toBe(Infinity);
    expect(time.shareTaken(START + 10_000, START + 20_000)).toBeCloseTo(0.8);
  });

  it('is the clock itself where nothing is known', () => {
    expect(time.between(START - 5_000, START)).toBe(5_000);
    expect(time.between(START + 20_000, START + 30_000)).toBe(10_000);
  });
});

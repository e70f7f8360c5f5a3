import { SendWindow } from './send-window.ts';

/** Times at which messages leave while there is always one to send, each answered so long after it left. */
function leavingTimes(count: number, answerAfterMs: (index: number) => number): number[] {
  const window = new SendWindow();
  const times: number[] = [];
  for (let nowMs = 0; times.length < count; nowMs += window.waitMs(nowMs)) {
    if (window.waitMs(nowMs) > 0) continue;
    window.leave(nowMs).answeredAtMs = nowMs + answerAfterMs(times.length);
    times.push(nowMs);
  }
  return times;
}

const mostInOneSecond = (times: readonly number[]): number =>
  Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1_000).length));

describe('the messages of a second', () => {
  it('are 30 at most, wherever the second begins', () => {
    expect(mostInOneSecond(leavingTimes(300, (index) => (index * 7) % 40))).toBe(30);
  });

  it.each([10, 50, 400, 9_000])('are 28.5 and more while answers take %d ms', (answerMs) => {
    const times = leavingTimes(301, () => answerMs);
    expect(300 / (times.at(-1)! / 1_000)).toBeGreaterThanOrEqual(28.5);
  });

  it('count wherever they were delayed on the way, up to 50 ms', () => {
    const delayMs = (index: number): number => (index * 37) % 51;
    const times = leavingTimes(600, delayMs);
    expect(mostInOneSecond(times.map((at, index) => at + delayMs(index)))).toBeLessThanOrEqual(30);
  });

  it('count from their answers when those come soon: nothing of the pace is lost', () => {
    const times = leavingTimes(301, () => 1);
    expect(times.at(-1)).toBe(10 * 1_001);
  });
});

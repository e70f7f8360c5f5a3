import { type Departure, SendWindow } from './send-window.ts';

/** Times at which messages leave while there is always one to send, each answered so long after it left. */
function leavingTimes(count: number, answerAfterMs: (index: number) => number): number[] {
  const window = new SendWindow();
  const times: number[] = [];
  let open: { departure: Departure; atMs: number }[] = [];
  for (let nowMs = 0; times.length < count; nowMs += 1) {
    for (const { departure, atMs } of open) if (atMs <= nowMs) window.answer(departure, nowMs);
    open = open.filter(({ atMs }) => atMs > nowMs);
    while (times.length < count && window.waitMs(nowMs) === 0) {
      open.push({ departure: window.leave(nowMs), atMs: nowMs + answerAfterMs(times.length) });
      times.push(nowMs);
    }
  }
  return times;
}

const mostInOneSecond = (times: readonly number[]): number =>
  Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1_000).length));

describe('the messages of a second', () => {
  it('are 30 at most, wherever the second begins', () => {
    expect(mostInOneSecond(leavingTimes(300, (index) => (index * 7) % 40))).toBe(30);
  });

  it.each([1, 50, 400, 1_500])('are 28.5 and more while every answer takes %d ms', (answerMs) => {
    const times = leavingTimes(400, () => answerMs);
    // From when the first answers have come.
    const [first, last] = [times[90]!, times[390]!];
    expect(300 / ((last - first) / 1_000)).toBeGreaterThanOrEqual(28.5);
  });

  it('count wherever they were held up on the way, for most of a second too', () => {
    const delayMs = (index: number): number => (index % 9 === 0 ? (index * 37) % 900 : index % 20);
    const times = leavingTimes(600, delayMs);
    expect(mostInOneSecond(times.map((at, index) => at + delayMs(index)))).toBeLessThanOrEqual(30);
  });

  it('without any answer leave at half of the pace, and do not end', () => {
    const times = leavingTimes(301, () => Number.POSITIVE_INFINITY);
    expect(times.at(-1)).toBe(10 * 2_000);
  });
});

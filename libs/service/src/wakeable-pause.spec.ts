import { WakeablePause } from './wakeable-pause.ts';

const LONG_MS = 60_000;

describe('a pause that can be woken', () => {
  it('lasts its time when nothing comes', async () => {
    const pause = new WakeablePause();
    await pause.wait(1);
    expect(pause.isWanted).toBe(false);
  });

  it('ends when work comes', async () => {
    const pause = new WakeablePause();
    const waiting = pause.wait(LONG_MS);
    pause.wake();
    await waiting;
    expect(pause.isWanted).toBe(true);
  });

  it('is left out when work came after the look began, and made when it came before', async () => {
    const pause = new WakeablePause();
    pause.look();
    pause.wake();
    await pause.wait(LONG_MS);
    pause.look();
    await pause.wait(1);
    expect(pause.isWanted).toBe(false);
  });

  it('is never made again once it is stopped', async () => {
    const pause = new WakeablePause();
    const waiting = pause.wait(LONG_MS);
    pause.stop();
    await waiting;
    pause.look();
    await pause.wait(LONG_MS);
    expect(pause.isStopped).toBe(true);
  });
});

import { startTelegramFake } from '@souk/sandbox';
import { Api } from 'grammy';
import { NotSent, SendGate, type Timing } from './send-gate.ts';

/** Time that passes when it is told to. */
class ToldTime implements Timing {
  private alarms: { atMs: number; call: () => void }[] = [];
  private ms = 0;

  nowMs(): number {
    return this.ms;
  }

  after(ms: number, call: () => void): () => void {
    const alarm = { atMs: this.ms + ms, call };
    this.alarms.push(alarm);
    return () => (this.alarms = this.alarms.filter((one) => one !== alarm));
  }

  /** Goes on to the next alarm, if there is one. */
  next(): void {
    const [alarm] = this.alarms.toSorted((one, other) => one.atMs - other.atMs);
    if (!alarm) return;
    this.alarms = this.alarms.filter((one) => one !== alarm);
    this.ms = Math.max(this.ms, alarm.atMs);
    alarm.call();
  }

  pass(ms: number): Promise<void> {
    return new Promise((passed) => void this.after(ms, passed));
  }
}

const soon = (): Promise<void> => new Promise((done) => void setImmediate(done));

describe('the gate of the bot', () => {
  let time: ToldTime;
  let gate: SendGate;
  let left: string[];
  const send = (name: string, inMs?: number, signal?: AbortSignal): Promise<unknown> =>
    gate.through({ inMs, signal }, async () => void left.push(name)).catch((error: unknown) => error);
  beforeEach(() => {
    time = new ToldTime();
    gate = new SendGate(time);
    left = [];
  });

  it('lets those that somebody waits for leave first, then the others by their times', async () => {
    gate.rest(1_000);
    const all = [send('crowd', 1_100), send('alert', 0), send('answer')];
    await soon();
    expect(left).toEqual([]);
    time.next();
    await soon();
    expect(left).toEqual(['answer', 'alert']);
    time.next();
    await Promise.all(all);
    expect(left).toEqual(['answer', 'alert', 'crowd']);
    expect(time.nowMs()).toBe(1_100);
  });

  it('gives an answer the next place of a storm', async () => {
    const storm = Array.from({ length: 45 }, (_, index) => send(`crowd ${index}`, 0));
    await soon();
    expect(left).toHaveLength(30);
    const answer = send('answer');
    time.next();
    await answer;
    expect(left[30]).toBe('answer');
    await Promise.all(storm);
  });

  it('gives back what a long rest would hold, with the time to come again', async () => {
    const early = send('crowd', 500);
    gate.rest(20_000);
    for (const refused of [await early, await send('answer')])
      expect(refused).toEqual(expect.objectContaining({ name: 'NotSent', retryAfterMs: 20_000 }));
    expect(left).toEqual([]);
  });

  it('gives back what waits when the process leaves', async () => {
    const leaving = new AbortController();
    const waiting = send('crowd', 500, leaving.signal);
    leaving.abort();
    expect(await waiting).toBeInstanceOf(NotSent);
    expect(await send('answer', undefined, leaving.signal)).toBeInstanceOf(NotSent);
    const other = send('other', 100);
    time.next();
    await other;
    expect(left).toEqual(['other']);
  });
});

it('Telegram refuses none of 300 messages for its pace, whatever holds them up on their way', async () => {
  const time = new ToldTime();
  const fake = await startTelegramFake({ token: '1:secret', now: () => Math.floor(time.nowMs()) });
  const api = new Api('1:secret', { apiRoot: fake.url });
  const gate = new SendGate(time);
  let requests = 0;
  let isDone = false;
  const sent = Array.from({ length: 300 }, (_, chat) =>
    gate.through({ inMs: 0 }, async () => {
      await time.pass(chat % 30 === 0 ? 600 : chat % 20);
      requests += 1;
      // At its own time: nothing passes before it is answered.
      await api.sendMessage(1_000 + chat, 'x').finally(() => (requests -= 1));
    }),
  );
  const all = Promise.all(sent).finally(() => (isDone = true));
  try {
    while (!isDone) {
      await soon();
      if (requests === 0) time.next();
    }
    await all;
  } finally {
    await fake.close();
  }
  expect(fake.messages.items).toHaveLength(300);
  expect(time.nowMs() / 1_000).toBeLessThanOrEqual(300 / 28.5);
});

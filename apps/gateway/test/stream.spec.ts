import {
  type Alert,
  AlertRaised,
  hashApiKey,
  KeyChanged,
  type InboxEntry,
  ListAlerts,
  ListInbox,
  NoticeRaised,
  newId,
  OPERATOR_ACCOUNT_ID,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { REVALIDATE_AFTER_MS } from '../src/auth/key-cache.ts';
import { positionOf } from '../src/alerts/account-feed.ts';
import { connect } from 'node:net';
import { call, type KeyRing, startGateway } from './gateway-world.ts';
import * as fixtures from './fixtures.ts';

interface Event {
  id: number;
  alert: { id: string; position: number };
}

/** A listening client: what it heard, and whether it was closed. */
interface Listener {
  events: Event[];
  text(): string;
  isClosed(): boolean;
  close(): void;
}

describe('GET /v1/alerts/stream', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;
  /** Entries of every account in alerting. */
  let stored: { accountId: string; entry: InboxEntry }[];

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    stored = [];
    answer();
  });
  afterAll(() => world.stop());

  /** What alerting answers, a page of at most 20 at a time. */
  function answer(): void {
    world.answer(ListAlerts, () => ({ alerts: [], next: null }));
    world.answer(ListInbox, ({ accountId, limit, afterPosition }) => {
      const own = stored.filter((one) => one.accountId === accountId).map((one) => one.entry);
      const after = own.filter((entry) => positionOf(entry) > afterPosition);
      const entries = after.slice(0, Math.min(limit, 20));
      return { entries, isMore: entries.length < after.length, newest: own.length };
    });
  }

  /** Commits an alert without saying so, as when its event is still on the way. */
  function store(accountId: string): Alert {
    const position = stored.filter((one) => one.accountId === accountId).length + 1;
    const alert = fixtures.alert(accountId, position);
    stored.push({ accountId, entry: { alert } });
    return alert;
  }
  const tell = (accountId: string, alert: Alert) =>
    world.publish(AlertRaised, alert, { accountId, key: alert.watchId });
  const raise = async (accountId: string): Promise<void> => void (await tell(accountId, store(accountId)));

  it('sends alerts as they are raised, in their order, each once, and to their account alone', async () => {
    const [own, other] = [keys.make(), keys.make()];
    const [listener, stranger] = [await listen(base, own.text), await listen(base, other.text)];
    const first = store(own.accountId);
    const second = store(own.accountId);
    // Events overtake each other and come twice.
    await tell(own.accountId, second);
    await tell(own.accountId, first);
    await tell(own.accountId, second);
    await raise(own.accountId);
    await world.until(() => listener.events.length >= 3);
    expect(listener.events.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(listener.events[0]!.alert).toMatchObject({
      id: first.id,
      product: { source: 'sandbox', product: 'p1', title: 'Product p1' },
      price: '9.99',
      previousPrice: '14.99',
      currency: 'USD',
      reason: first.reasons[0]!.sentence,
      traceId: fixtures.TRACE_ID,
    });
    expect(stranger.events).toEqual([]);
    listener.close();
    stranger.close();
  });

  it('is resumed at another gateway by Last-Event-ID without loss or repeat', async () => {
    const second = await world.start('gateway', { instance: 'gateway-2' });
    const { text, accountId } = keys.make();
    const heard: number[] = [];
    let last: number | undefined = 0;
    const raising = (async () => {
      for (let count = 0; count < 300; count += 1) await raise(accountId);
    })();
    for (let turn = 0; heard.length < 300; turn += 1) {
      const listener: Listener = await listen(turn % 2 === 0 ? base : second.url!, text, last);
      const enough = Math.min(300, heard.length + 37);
      await world.until(() => heard.length + listener.events.length >= enough);
      listener.close();
      heard.push(...listener.events.map(({ id }) => id));
      last = heard.at(-1);
    }
    await raising;
    expect(heard).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    await second.stop();
  });

  it('brings a gap of several pages first, then goes on', async () => {
    const { text, accountId } = keys.make();
    for (let count = 0; count < 450; count += 1) store(accountId);
    const listener = await listen(base, text, 3);
    await world.until(() => listener.events.length === 447);
    await raise(accountId);
    await world.until(() => listener.events.length === 448);
    expect(listener.events.map(({ id }) => id)).toEqual(Array.from({ length: 448 }, (_, index) => index + 4));
    listener.close();
  });

  it('begins now without a position, and says where that is', async () => {
    const { text, accountId } = keys.make();
    store(accountId);
    const listener = await listen(base, text);
    await world.until(() => listener.text().includes('id: 1\n\n'));
    await raise(accountId);
    await world.until(() => listener.events.length === 1);
    expect(listener.events[0]!.id).toBe(2);
    listener.close();
  });

  it('begins now with a position that no alert has reached, instead of waiting for it', async () => {
    const { text, accountId } = keys.make();
    store(accountId);
    const listener = await listen(base, text, 999_999_999_999_999);
    await world.until(() => listener.text().includes('id: 1\n\n'));
    await raise(accountId);
    await world.until(() => listener.events.length === 1);
    expect(listener.events[0]!.id).toBe(2);
    listener.close();
  });

  it('begins now with such a position also when alerting was away as it was told', async () => {
    const { text, accountId } = keys.make();
    store(accountId);
    world.answer(ListInbox, () => {
      throw new Error('away');
    });
    const listener = await listen(base, text, 999_999_999_999_999);
    answer();
    await world.until(() => listener.text().includes('id: 1\n\n'));
    const other = await listen(base, text, 0);
    await raise(accountId);
    await world.until(() => listener.events.length === 1 && other.events.length === 2);
    expect([listener, other].map(({ events }) => events.map(({ id }) => id))).toEqual([[2], [1, 2]]);
    listener.close();
    other.close();
  });

  it('asks now and then for what alerting does not tell, although another client had it', async () => {
    const { text, accountId } = keys.make();
    const first = await listen(base, text, 0);
    await raise(accountId);
    await world.until(() => first.events.length === 1);
    let questions = 0;
    world.answer(ListInbox, () => {
      questions += 1;
      return { entries: [], isMore: false, newest: 0 };
    });
    const second = await listen(base, text, 0);
    await world.until(() => questions > 2);
    const before = questions;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(questions - before).toBeLessThan(10);
    answer();
    await world.until(() => second.events.length === 1);
    first.close();
    second.close();
  });

  it('has a hundred places for an account, also for those who come at the same time', async () => {
    const { text } = keys.make();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    world.answer(ListInbox, async () => {
      await gate;
      return { entries: [], isMore: false, newest: 0 };
    });
    const abort = new AbortController();
    const statuses: number[] = [];
    const headers = { authorization: `Bearer ${text}` };
    const listening = Array.from({ length: 101 }, async () => {
      const response = await fetch(new URL('/v1/alerts/stream', base), { signal: abort.signal, headers });
      statuses.push(response.status);
    });
    await world.until(() => statuses.includes(429));
    open();
    await Promise.all(listening);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    abort.abort();
    answer();
  });

  it('tells notices in their order among the alerts', async () => {
    const { text, accountId } = keys.make();
    const listener = await listen(base, text, 0);
    await raise(accountId);
    const notice = {
      id: newId(),
      position: 2,
      kind: 'channel-paused' as const,
      channelId: newId(),
      text: 'The webhook hooks.example is paused.',
      raisedAt: new Date().toISOString(),
    };
    stored.push({ accountId, entry: { notice } });
    await world.publish(NoticeRaised, notice, { accountId, key: accountId });
    await raise(accountId);
    await world.until(() => listener.text().includes('id: 3\n'));
    expect([...listener.text().matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)).toEqual([
      'alert',
      'notice',
      'alert',
    ]);
    expect(listener.text()).toContain(`id: 2\nevent: notice\ndata: ${JSON.stringify(notice)}\n\n`);
    listener.close();
  });

  it('goes on by itself after alerting was away', async () => {
    const { text, accountId } = keys.make();
    const listener = await listen(base, text, 0);
    world.answer(ListInbox, () => {
      throw new Error('away');
    });
    const alert = store(accountId);
    await tell(accountId, alert);
    answer();
    await world.until(() => listener.events.length === 1);
    listener.close();
  });

  it('closes at once when its key is revoked', async () => {
    const look = async (): Promise<boolean> => {
      const since = performance.now();
      const key = keys.make();
      const listener = await listen(base, key.text, 0);
      keys.revoke(key.text);
      await world.publish(
        KeyChanged,
        { keyId: key.keyId, sha256: hashApiKey(key.text), change: 'revoked' },
        { accountId: OPERATOR_ACCOUNT_ID, key: key.keyId },
      );
      await world.until(() => listener.isClosed());
      expect(listener.text()).toContain(': the key was revoked');
      return performance.now() - since < REVALIDATE_AFTER_MS;
    };
    // A key that is as old as that is asked for anyway: where the machine stood still, another one tells.
    while (!(await look()));
  });

  it('closes within 5 s when its key is revoked and the event of it is lost', async () => {
    const look = async (): Promise<boolean> => {
      const key = keys.make();
      const listener = await listen(base, key.text, 0);
      keys.revoke(key.text);
      const revokedAt = performance.now();
      await world.until(() => listener.isClosed());
      return performance.now() - revokedAt < 5_000;
    };
    // Where the machine stood still, another one tells.
    await world.until(look);
  });

  it('closes a client that does not read, and the others never notice', async () => {
    const { text, accountId } = keys.make();
    const deaf = await connectDeaf(base, text);
    const listener = await listen(base, text, 0);
    const large = 'x'.repeat(30_000);
    const alerts = Array.from({ length: 400 }, () => store(accountId));
    for (const alert of alerts) alert.title = large;
    await tell(accountId, alerts.at(-1)!);
    await world.until(() => listener.events.length === 400);
    const clients = async (): Promise<number> =>
      Number(/souk_gateway_slow_stream_clients_total (\d+)/.exec((await call(base, '/metrics')).text)?.[1]);
    await world.until(async () => (await clients()) >= 1);
    expect(listener.isClosed()).toBe(false);
    listener.close();
    deaf.destroy();
  });

  it('asks for the key before anything else', async () => {
    expect((await call(base, '/v1/alerts/stream')).status).toBe(401);
    expect((await call(base, '/v1/alerts/stream', { key: keys.make().text, method: 'HEAD' })).status).toBe(
      200,
    );
    expect((await call(base, `/v1/alerts?watchId=${newId()}`, { key: keys.make().text })).status).toBe(200);
  });
});

async function listen(base: string, key: string, lastEventId?: number): Promise<Listener> {
  const abort = new AbortController();
  const response = await fetch(new URL('/v1/alerts/stream', base), {
    signal: abort.signal,
    headers: {
      authorization: `Bearer ${key}`,
      ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
    },
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ]);
  const events: Event[] = [];
  let text = '';
  let rest = '';
  let isClosed = false;
  void (async () => {
    try {
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
        text += piece;
        const blocks = (rest + piece).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) {
          const match = /^id: (\d+)\nevent: alert\ndata: (.*)$/.exec(block);
          if (match) events.push({ id: Number(match[1]), alert: JSON.parse(match[2]!) as Event['alert'] });
        }
      }
    } catch {
      // closed by the test
    }
    isClosed = true;
  })();
  return { events, text: () => text, isClosed: () => isClosed, close: () => abort.abort() };
}

/** Listens and never reads. */
function connectDeaf(base: string, key: string): Promise<import('node:net').Socket> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      socket.write(
        `GET /v1/alerts/stream HTTP/1.1\r\nhost: souk\r\nauthorization: Bearer ${key}\r\nlast-event-id: 0\r\n\r\n`,
      );
      socket.pause();
      resolve(socket);
    });
    socket.on('error', () => undefined);
  });
}

import {
  AlertDelivered,
  AlertFailed,
  CreateChannel,
  DeleteChannel,
  EnableChannel,
  GetWatch,
  ListChannels,
  ListDeliveries,
  ListNotices,
  newId,
  ResendDelivery,
  TestChannel,
} from '@souk/contracts';
import { startWebhookReceiver, type WebhookReceiver } from '@souk/sandbox';
import { FrozenClock } from '@souk/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alertsOf, prices, scored, startAlerting, watch } from './alerting-world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('webhooks', () => {
  const clock = new FrozenClock(new Date().toISOString());
  let world: Awaited<ReturnType<typeof startAlerting>>;
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => void (world = await startAlerting({ clock })));
  afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));
  afterAll(() => world.stop());

  const receiver = async (options: { port?: number } = {}): Promise<WebhookReceiver> => {
    const started = await startWebhookReceiver(options);
    closing.push(() => started.close());
    return started;
  };
  const channelTo = async (url: string, accountId = newId()) => {
    const channelId = newId();
    const made = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'webhook', url } });
    return { accountId, channelId, secret: made.signingSecret! };
  };
  let falls = 0;
  /** Raises one alert that goes to the channel alone. */
  const raise = async ({ accountId, channelId }: { accountId: string; channelId: string }) => {
    const product = `fall-${(falls += 1)}`;
    await watch(world, accountId, product, { dropPercent: 10 }, [channelId]);
    await prices(world, accountId, [
      scored(accountId, product, { priceMinor: 500, previousPriceMinor: 1_000 }),
    ]);
    return (await alertsOf(world, accountId))[0]!;
  };
  const delivered = async (alertId: string) =>
    (await world.event(AlertDelivered, (event) => event.data.alertId === alertId)).data;
  const failed = async (alertId: string) =>
    (await world.event(AlertFailed, (event) => event.data.alertId === alertId)).data;
  const stateOf = async (alertId: string) =>
    (
      await world.sql<{ state: string; attempts: number }>(
        'alerting',
        'select * from delivery where alert_id = $1',
        [alertId],
      )
    )[0]!;
  const queued = (channelId: string) =>
    world.sql('alerting', 'select 1 from delivery_queue where channel_id = $1', [channelId]);
  /** Waits until an attempt has ended without an end of the delivery, then lets the time pass. */
  const attempted = async (alertId: string, attempts: number) =>
    world.until(async () => {
      const row = await stateOf(alertId);
      return row.state === 'waiting' && row.attempts === attempts;
    });
  /** Waits for the end of an attempt, then goes to the next one. */
  const passTo = async (alertId: string, attempts: number) => {
    await attempted(alertId, attempts);
    const [row] = await world.sql<{ due_at: Date }>(
      'alerting',
      'select due_at from delivery_queue q join delivery d on d.id = q.delivery_id where d.alert_id = $1',
      [alertId],
    );
    clock.set(row!.due_at.toISOString());
  };
  const channelState = async (accountId: string) =>
    (await world.ask(ListChannels, { accountId, limit: 10 })).channels.map((channel) => channel.state);

  it('an alert is posted once, signed as Standard Webhooks says', async () => {
    const hook = await receiver();
    const channel = await channelTo(`${hook.url}/hook?token=x`);
    hook.setSecret(channel.secret);
    const alert = await raise(channel);
    expect(await delivered(alert.id)).toMatchObject({
      channelId: channel.channelId,
      channelType: 'webhook',
      attempts: 1,
      possibleRepeat: false,
      traceId: alert.traceId,
    });
    expect(hook.requests.items).toHaveLength(1);
    const [request] = hook.requests.items;
    expect(request).toMatchObject({ path: '/hook?token=x', verified: true });
    expect(JSON.parse(request!.body)).toMatchObject({
      type: 'alert.raised',
      data: {
        id: alert.id,
        watchId: alert.watchId,
        product: { source: 'steam', product: alert.product },
        price: '5.00',
        previousPrice: '10.00',
        currency: 'USD',
        reason: 'fell 50.0 % from 10.00 to 5.00 USD; you asked for 10 %',
      },
    });
  });

  it('after a 500 it is posted again with the same id and a fresh signature, and delivered once', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    hook.setSecret(channel.secret);
    hook.answerNext({ status: 500 });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    clock.advance(7_000);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: false });
    const { items } = hook.requests;
    expect(items.map((request) => request.verified)).toEqual([true, true]);
    expect(new Set(items.map((request) => request.headers['webhook-id'])).size).toBe(1);
    expect(new Set(items.map((request) => request.headers['webhook-timestamp'])).size).toBe(2);
  });

  it('after 429 the whole endpoint is left alone for as long as it asks', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    hook.answerNext({ status: 429 });
    const first = await raise(channel);
    await attempted(first.id, 1);
    const second = await raise(channel);
    clock.advance(50_000);
    // Another channel's delivery is done meanwhile: the worker has looked again.
    const other = await channelTo(hook.url);
    await delivered((await raise(other)).id);
    expect(await stateOf(second.id)).toMatchObject({ state: 'waiting', attempts: 0 });
    clock.advance(11_000);
    expect(await delivered(first.id)).toMatchObject({ attempts: 2, possibleRepeat: false });
    expect(await delivered(second.id)).toMatchObject({ attempts: 1 });
    expect(hook.requests.items).toHaveLength(4);
  });

  it('an endpoint that hangs and then answers gets the same id again, marked as a possible repeat', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    hook.answerNext({ status: 200, delayMs: 60_000 });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    clock.advance(7_000);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: true });
    expect(new Set(hook.requests.items.map((request) => request.headers['webhook-id'])).size).toBe(1);
  });

  it('an answer that is lost every time is asked for eight times, under one id that tells the repeats', async () => {
    let requests = 0;
    const server = await listening(() => (requests += 1), 'break');
    const channel = await channelTo(server.url);
    const alert = await raise(channel);
    for (let attempts = 1; attempts < 8; attempts += 1) await passTo(alert.id, attempts);
    expect(await failed(alert.id)).toMatchObject({
      attempts: 8,
      reason: expect.stringContaining('no answer'),
    });
    clock.advance(48 * HOUR_MS);
    await delivered((await raise(await channelTo((await receiver()).url))).id);
    expect(requests).toBe(8);
  });

  it('a refused connection is no possible repeat: it is posted once the server is there', async () => {
    const gone = await startWebhookReceiver();
    await gone.close();
    const channel = await channelTo(gone.url);
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    const hook = await receiver({ port: Number(new URL(gone.url).port) });
    clock.advance(7_000);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: false });
    expect(hook.requests.items).toHaveLength(1);
  });

  it('a server that always fails gets eight posts within more than a day, then it is over', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    hook.answerNext(...Array.from({ length: 20 }, () => ({ status: 503 })));
    const startedAt = clock.now().getTime();
    const alert = await raise(channel);
    for (let attempts = 1; attempts < 8; attempts += 1) await passTo(alert.id, attempts);
    expect(await failed(alert.id)).toMatchObject({ attempts: 8, reason: expect.stringContaining('503') });
    expect(clock.now().getTime() - startedAt).toBeGreaterThan(24 * HOUR_MS);
    expect(hook.requests.items).toHaveLength(8);
    expect(new Set(hook.requests.items.map((request) => request.headers['webhook-id'])).size).toBe(1);
  });

  it('an endpoint that took nothing for a day is paused with a notice, and takes what is sent again once enabled', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    const { accountId, channelId } = channel;
    hook.answerNext(...Array.from({ length: 8 }, () => ({ status: 500 })));
    const alert = await raise(channel);
    for (let attempts = 1; attempts < 8; attempts += 1) await passTo(alert.id, attempts);
    await failed(alert.id);
    expect(await channelState(accountId)).toEqual(['failing']);
    const { notices } = await world.ask(ListNotices, { accountId, limit: 10 });
    expect(notices).toMatchObject([
      { kind: 'channel-paused', channelId, text: expect.stringContaining('500') },
    ]);
    const log = async () =>
      (await world.ask(ListDeliveries, { accountId, channelId, limit: 10 })).deliveries[0]!;
    const { id: deliveryId, ...before } = await log();
    expect(before).toMatchObject({ alertId: alert.id, state: 'failed', attempts: 8 });
    expect(before.log.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 8 }, () => 'not-delivered'),
    );
    const resend = { accountId, channelId, deliveryId };
    await expect(world.ask(ResendDelivery, resend)).rejects.toMatchObject({ code: 'conflict' });
    expect((await world.ask(EnableChannel, { accountId, channelId })).channel).toMatchObject({
      state: 'ready',
    });
    // The attempts that came before use up none of the new ones, and are counted all the same.
    hook.answerNext({ status: 500 });
    await world.ask(ResendDelivery, resend);
    await passTo(alert.id, 9);
    await delivered(alert.id);
    expect(hook.requests.items).toHaveLength(10);
    expect(new Set(hook.requests.items.map((request) => request.headers['webhook-id'])).size).toBe(1);
    expect(await log()).toMatchObject({ state: 'delivered', attempts: 10 });
  });

  it('an endpoint that takes other alerts is not paused for one that it refuses', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    hook.answerNext({ status: 500 });
    const refused = await raise(channel);
    await attempted(refused.id, 1);
    await delivered((await raise(channel)).id);
    hook.answerNext(...Array.from({ length: 7 }, () => ({ status: 500 })));
    for (let attempts = 1; attempts < 8; attempts += 1) await passTo(refused.id, attempts);
    await failed(refused.id);
    expect(await channelState(channel.accountId)).toEqual(['ready']);
  });

  it('410 stops the channel until a test of it succeeds', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    hook.answerNext({ status: 410 });
    expect(await failed((await raise(channel)).id)).toMatchObject({
      attempts: 1,
      reason: 'the receiver answered 410',
    });
    expect(await channelState(channel.accountId)).toEqual(['failing']);
    expect(await failed((await raise(channel)).id)).toMatchObject({
      reason: expect.stringContaining('stopped accepting'),
    });
    expect(hook.requests.items).toHaveLength(1);

    hook.answerNext({ status: 410 });
    expect(await world.ask(TestChannel, channel)).toEqual({
      delivered: false,
      detail: 'the receiver answered 410',
    });
    expect(await world.ask(TestChannel, channel)).toMatchObject({ delivered: true });
    expect(await channelState(channel.accountId)).toEqual(['ready']);
    await delivered((await raise(channel)).id);
  });

  it('another refusal is tried again like any failure: receivers are mended', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    hook.answerNext({ status: 404 });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    clock.advance(7_000);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: false });
  });

  it('after every crash between the post and its record the next post has the same id, and is marked', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    const alert = await raise(channel);
    await delivered(alert.id);
    /** What a process leaves behind that dies right after the post. */
    const dieAfterPost = async () => {
      await world.sql(
        'alerting',
        `update delivery set state = 'sending', finished_at = null where alert_id = $1`,
        [alert.id],
      );
      await world.sql(
        'alerting',
        `insert into delivery_queue (delivery_id, lane, channel_id, account_id, due_at)
         select id, 'webhook', channel_id, account_id, $2 from delivery where alert_id = $1`,
        [alert.id, new Date(clock.now().getTime() + MINUTE_MS)],
      );
    };
    await dieAfterPost();
    clock.advance(MINUTE_MS);
    const repeat = await world.event(
      AlertDelivered,
      (event) => event.data.alertId === alert.id && event.data.attempts === 2,
    );
    expect(repeat.data.possibleRepeat).toBe(true);
    expect(new Set(hook.requests.items.map((request) => request.headers['webhook-id'])).size).toBe(1);
    await dieAfterPost();
    clock.advance(MINUTE_MS);
    await world.event(
      AlertDelivered,
      (event) => event.data.alertId === alert.id && event.data.attempts === 3 && event.data.possibleRepeat,
    );
    expect(hook.requests.items).toHaveLength(3);
    expect(new Set(hook.requests.items.map((request) => request.headers['webhook-id'])).size).toBe(1);
  });

  it('what a process had in hand is brought as soon as it runs again, and nothing that others have or that waits', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    const alerts = [await raise(channel), await raise(channel), await raise(channel)];
    for (const alert of alerts) await delivered(alert.id);
    const [inHand, ofAnother, putOff] = alerts.map(({ id }) => id) as [string, string, string];
    await world.sql(
      'alerting',
      `update delivery set state = 'sending', finished_at = null where alert_id = any ($1)`,
      [[inHand, ofAnother, putOff]],
    );
    await world.sql(
      'alerting',
      `insert into delivery_queue (delivery_id, lane, channel_id, account_id, due_at, taken_by, taken_until)
       select id, 'webhook', channel_id, account_id,
         $2::timestamptz + case when alert_id = $4 then interval '30 s' else interval '60 s' end,
         case when alert_id = $3 then 'alerting-3' else 'alerting-2' end, $2::timestamptz + interval '60 s'
       from delivery where alert_id = any ($1)`,
      [[inHand, ofAnother, putOff], clock.now(), ofAnother, putOff],
    );
    const again = await world.start('alerting', { instance: 'alerting-2' });
    try {
      const { data } = await world.event(
        AlertDelivered,
        (event) => event.data.alertId === inHand && event.data.attempts === 2,
      );
      expect(data.possibleRepeat).toBe(true);
      expect(hook.requests.items).toHaveLength(4);
      for (const id of [ofAnother, putOff])
        expect(await stateOf(id)).toMatchObject({ state: 'sending', attempts: 1 });
    } finally {
      await again.stop();
    }
    clock.advance(MINUTE_MS);
    for (const id of [ofAnother, putOff])
      await world.event(AlertDelivered, (event) => event.data.alertId === id && event.data.attempts === 2);
  });

  it('redirects are not followed, and a name that resolves to a private address is not dialled', async () => {
    let connections = 0;
    const canary = createServer().on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.2', resolve));
    closing.push(() => new Promise((resolve) => canary.close(resolve)));
    const { port } = canary.address() as AddressInfo;
    const server = await listening(() => undefined, `http://127.0.0.2:${port}/`);
    const alert = await raise(await channelTo(server.url));
    await attempted(alert.id, 1);
    expect(await stateOf(alert.id)).toMatchObject({
      reason: 'the receiver answered 302: redirects are not followed',
    });
    for (const url of [
      `http://127.0.0.2:${port}/`,
      `http://2130706434:${port}/`,
      `http://[::ffff:127.0.0.2]:${port}/`,
    ]) {
      await expect(channelTo(url)).rejects.toMatchObject({
        code: 'invalid',
        problems: [{ field: 'url' }],
      });
    }
    expect(connections).toBe(0);
  });

  it('one endpoint that hangs does not hold up the others', async () => {
    const slow = await receiver();
    const delayMs = 9_000;
    slow.answerNext(...Array.from({ length: 30 }, () => ({ status: 200, delayMs })));
    const stuck = await channelTo(slow.url);
    const product = 'many';
    for (let place = 0; place < 30; place += 1) {
      await watch(world, stuck.accountId, product, { dropPercent: 10 }, [stuck.channelId]);
    }
    const since = performance.now();
    await prices(world, stuck.accountId, [
      scored(stuck.accountId, product, { priceMinor: 1, previousPriceMinor: 9 }),
    ]);
    await slow.requests.until(() => true, { count: 4 });
    const hook = await receiver();
    await delivered((await raise(await channelTo(hook.url))).id);
    // Four at a time, each for as long as it hangs.
    const rounds = 1 + Math.floor((performance.now() - since) / delayMs);
    expect(slow.requests.items.length).toBeLessThanOrEqual(4 * rounds);
    await world.ask(DeleteChannel, stuck);
  });

  it('a deleted channel takes its waiting deliveries along and leaves the watches', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    hook.answerNext({ status: 500 });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    await world.ask(DeleteChannel, channel);
    expect(await stateOf(alert.id)).toMatchObject({ state: 'cancelled' });
    expect(await queued(channel.channelId)).toEqual([]);
    const { accountId } = channel;
    const made = await world.ask(GetWatch, { accountId, watchId: alert.watchId });
    expect(made.watch.channels).toEqual([]);
    clock.advance(HOUR_MS);
    await delivered((await raise(await channelTo(hook.url))).id);
    expect(hook.requests.items).toHaveLength(2);
    await expect(world.ask(DeleteChannel, channel)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('a channel that is deleted while an alert is raised leaves no delivery behind', async () => {
    const hook = await receiver();
    const channel = await channelTo(hook.url);
    const alert = await raise(channel);
    await delivered(alert.id);
    await world.ask(DeleteChannel, channel);
    await world.sql(
      'alerting',
      `update delivery set state = 'waiting', finished_at = null where alert_id = $1`,
      [alert.id],
    );
    await world.sql(
      'alerting',
      `insert into delivery_queue (delivery_id, lane, channel_id, account_id, due_at)
       select id, 'webhook', channel_id, account_id, created_at from delivery where alert_id = $1`,
      [alert.id],
    );
    await world.until(async () => (await stateOf(alert.id)).state === 'cancelled');
    expect(await queued(channel.channelId)).toEqual([]);
    expect(hook.requests.items).toHaveLength(1);
  });

  it('shows no secret: not in lists, not in the database', async () => {
    const { accountId, channelId, secret } = await channelTo('http://8.8.8.8/hook?token=canary');
    const { channels } = await world.ask(ListChannels, { accountId, limit: 10 });
    expect(channels).toEqual([
      expect.objectContaining({
        id: channelId,
        type: 'webhook',
        state: 'ready',
        target: 'http://8.8.8.8/hook',
      }),
    ]);
    expect(JSON.stringify(channels)).not.toContain('canary');
    const [row] = await world.sql<{ secret: Buffer }>(
      'alerting',
      'select secret from channel where id = $1',
      [channelId],
    );
    expect(row!.secret.toString('latin1')).not.toContain(
      Buffer.from(secret.slice(6), 'base64').toString('latin1'),
    );
  });

  it('the same command repeated answers the same channel and secret; another one under its id is refused', async () => {
    const accountId = newId();
    const command = {
      accountId,
      channelId: newId(),
      channel: { type: 'webhook' as const, url: 'http://8.8.8.8/' },
    };
    const first = await world.ask(CreateChannel, command);
    expect(await world.ask(CreateChannel, command)).toEqual(first);
    const other = { ...command, channel: { ...command.channel, url: 'http://8.8.4.4/' } };
    await expect(world.ask(CreateChannel, other)).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      world.ask(TestChannel, { accountId: newId(), channelId: command.channelId }),
    ).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('an inbox channel is delivered by the commit itself, once', async () => {
    const accountId = newId();
    const channelId = newId();
    await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'inbox' } });
    expect(await world.ask(TestChannel, { accountId, channelId })).toMatchObject({ delivered: true });
    await watch(world, accountId, 'inbox', { dropPercent: 10 }, [channelId, 'inbox']);
    await prices(world, accountId, [scored(accountId, 'inbox', { priceMinor: 1, previousPriceMinor: 9 })]);
    const [alert] = await alertsOf(world, accountId);
    await delivered(alert!.id);
    expect(world.events(AlertDelivered).filter((event) => event.data.alertId === alert!.id)).toHaveLength(1);
  });

  it('without a bot a Telegram channel is refused, and the setting named', async () => {
    await expect(
      world.ask(CreateChannel, { accountId: newId(), channelId: newId(), channel: { type: 'telegram' } }),
    ).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('SOUK_TELEGRAM_TOKEN') });
  });

  /** A server that counts requests, and either breaks the connection or redirects. */
  async function listening(count: () => void, how: string): Promise<{ url: string }> {
    const server: Server = createServer((request, response) => {
      request.resume().on('end', () => {
        count();
        if (how === 'break') return response.destroy();
        response.writeHead(302, { location: how }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
  }
});

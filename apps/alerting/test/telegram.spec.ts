import {
  AlertDelivered,
  AlertFailed,
  CreateChannel,
  DeleteChannel,
  ListChannels,
  newId,
  TestChannel,
} from '@souk/contracts';
import type { TelegramFake } from '@souk/sandbox';
import { FrozenClock } from '@souk/testing';
import { type Alerting, alertsOf, news, prices, scored, startWithTelegram, watch } from './alerting-world.ts';

describe('Telegram', () => {
  const clock = new FrozenClock('2026-01-01T00:00:00.000Z');
  let world: Alerting;
  let chat: TelegramFake;
  beforeAll(async () => {
    ({ world, telegram: chat } = await startWithTelegram(clock));
  });
  afterAll(async () => {
    await world.stop();
    await chat.close();
  });
  // Every test begins with a bot and chats that are free.
  beforeEach(() => clock.advance(10_000));

  let chats = 1_000;
  const create = async (accountId = newId()) => {
    const channelId = newId();
    const made = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'telegram' } });
    return { accountId, channelId, code: made.link!.code, link: made.link! };
  };
  /** The bot's pace has counted everything it said, so that the clock may be put forward. */
  const settled = () =>
    world.until(async () => {
      const open = `select 1 from telegram_answer where state in ('waiting', 'sending')`;
      return (await world.sql('alerting', open)).length === 0;
    });
  const said = async (chatId: number, text: string) => {
    const isIt = (message: { chatId: string; text: string }) =>
      message.chatId === String(chatId) && message.text.includes(text);
    const [message] = await chat.messages.until(isIt);
    await settled();
    return message!;
  };
  const linked = async (accountId = newId()) => {
    const channel = await create(accountId);
    const chatId = (chats += 1);
    chat.inject({ chatId, text: `/start ${channel.code}`, firstName: 'Ada' });
    await said(chatId, 'Alerts will come here');
    clock.advance(2_000);
    return { ...channel, chatId };
  };
  const channelsOf = async (accountId: string) =>
    (await world.ask(ListChannels, { accountId, limit: 10 })).channels;
  let falls = 0;
  const raise = async (
    { accountId, channelId }: { accountId: string; channelId: string },
    title?: string,
  ) => {
    const product = `fall-${(falls += 1)}`;
    await news(world, accountId, product, {
      ...(title !== undefined && { title }),
      url: 'https://shop.example/x',
    });
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
  const alertsIn = (chatId: number) =>
    chat.messages.items.filter(
      (message) => message.chatId === String(chatId) && message.text.includes('asked for'),
    );
  const attempted = (alertId: string, attempts: number) =>
    world.until(async () => {
      const [row] = await world.sql<{ state: string; attempts: number }>(
        'alerting',
        'select state, attempts from delivery where alert_id = $1',
        [alertId],
      );
      return row!.state === 'waiting' && row!.attempts === attempts;
    });

  it('a chat is tied by its one-time code, and alerts come there, escaped, with a link', async () => {
    const channel = await create();
    expect(channel.link).toMatchObject({
      url: `https://t.me/souk_sandbox_bot?start=${channel.code}`,
      expiresAt: '2026-01-01T01:00:10.000Z',
    });
    expect(await channelsOf(channel.accountId)).toMatchObject([{ state: 'waiting-for-link', target: null }]);
    chat.inject({ chatId: 77, text: `/start ${channel.code}`, firstName: 'Ada' });
    await said(77, 'Alerts will come here');
    expect(await channelsOf(channel.accountId)).toMatchObject([{ state: 'ready', target: 'Ada' }]);

    clock.advance(2_000);
    const alert = await raise(channel, '<b>Portal & co');
    expect(await delivered(alert.id)).toMatchObject({
      channelType: 'telegram',
      attempts: 1,
      possibleRepeat: false,
    });
    const [message] = alertsIn(77);
    expect(message!.text).toContain('<b>&lt;b&gt;Portal &amp; co</b>');
    expect(message!.payload).toMatchObject({
      parse_mode: 'HTML',
      reply_markup: {
        inline_keyboard: [
          [{ text: 'Buy', url: 'https://shop.example/x' }, { text: 'Price chart' }, { text: 'Why?' }],
          [{}, {}, {}],
          [{ text: 'Stop' }],
        ],
      },
    });
  });

  it('a code works once, for an hour, and for one channel', async () => {
    const channel = await linked();
    chat.inject({ chatId: 901, text: `/start ${channel.code}` });
    await said(901, 'not valid');
    chat.inject({ chatId: 902, text: '/start made-up' });
    await said(902, 'not valid');
    const late = await create();
    clock.advance(3_600_001);
    chat.inject({ chatId: 903, text: `/start ${late.code}` });
    await said(903, 'not valid');
    const second = await create(channel.accountId);
    chat.inject({ chatId: channel.chatId, text: `/start ${second.code}` });
    await said(channel.chatId, 'belongs to another channel');
    chat.inject({ chatId: 904, text: '/start' });
    await said(904, 'make a Telegram channel');
  });

  it('what was raised before the chat was tied comes when it is', async () => {
    const channel = await create();
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    clock.advance(2_000);
    chat.inject({ chatId: 905, text: `/start ${channel.code}` });
    // The alert may come before the greeting; each waits for the other's second.
    const toldAll = () => chat.messages.items.filter((message) => message.chatId === '905').length === 2;
    await world.until(() => {
      clock.advance(50);
      return toldAll();
    });
    expect(await delivered(alert.id)).toMatchObject({ possibleRepeat: false });
    expect(alertsIn(905)).toHaveLength(1);
  });

  it('/stop unties the chat: nothing comes there any more, and it may be tied anew', async () => {
    const channel = await linked();
    chat.inject({ chatId: channel.chatId, text: '/stop' });
    await said(channel.chatId, 'No more alerts');
    expect(await channelsOf(channel.accountId)).toMatchObject([{ state: 'failing', target: null }]);
    expect(await world.ask(TestChannel, channel)).toMatchObject({
      delivered: false,
      detail: expect.stringContaining('/stop'),
    });
    await failed((await raise(channel)).id);
    expect(alertsIn(channel.chatId)).toEqual([]);

    clock.advance(2_000);
    await world.ask(DeleteChannel, channel);
    const again = await create(channel.accountId);
    chat.inject({ chatId: channel.chatId, text: `/start@souk_sandbox_bot ${again.code}` });
    await world.until(async () => (await channelsOf(channel.accountId))[0]?.state === 'ready');
  });

  it('a chat that blocked the bot stops its channel, until a test arrives again', async () => {
    const channel = await linked();
    chat.block(channel.chatId);
    expect(await failed((await raise(channel)).id)).toMatchObject({ reason: expect.stringContaining('403') });
    expect(await channelsOf(channel.accountId)).toMatchObject([{ state: 'failing' }]);
    clock.advance(2_000);
    expect(await world.ask(TestChannel, channel)).toMatchObject({ delivered: false });
  });

  it('after an error of Telegram the alert comes once, unmarked', async () => {
    const channel = await linked();
    chat.fail({ kind: 'error', status: 502 });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    clock.advance(7_000);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: false });
    expect(alertsIn(channel.chatId).map((message) => message.text.includes('(repeated)'))).toEqual([false]);
  });

  it('a 429 is obeyed by the whole bot, and the alert comes once', async () => {
    const [one, other] = [await linked(), await linked()];
    chat.fail({ kind: 'error', status: 429 });
    const first = await raise(one);
    await attempted(first.id, 1);
    const [bot] = await world.sql<{ free_at: Date }>(
      'alerting',
      'select free_at from pace where paced_id = $1',
      ['00000000-0000-0000-0000-000000000000'],
    );
    expect(bot!.free_at.getTime() - clock.now().getTime()).toBe(1_000);
    const second = await raise(other);
    expect(chat.messages.items.filter((message) => message.chatId === String(other.chatId))).toHaveLength(1);
    clock.advance(1_200);
    expect(await delivered(first.id)).toMatchObject({ attempts: 2, possibleRepeat: false });
    expect(await delivered(second.id)).toMatchObject({ attempts: 1 });
    expect(alertsIn(one.chatId)).toHaveLength(1);
  });

  it('when the answer is lost the alert is repeated once, marked as such', async () => {
    const channel = await linked();
    chat.fail({ kind: 'lost' });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    clock.advance(7_000);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: true });
    expect(alertsIn(channel.chatId).map((message) => message.text.includes('(repeated)'))).toEqual([
      false,
      true,
    ]);
  });

  it('when the answer is lost twice there is no third message', async () => {
    const channel = await linked();
    chat.fail({ kind: 'lost', count: 2 });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    clock.advance(7_000);
    expect(await failed(alert.id)).toMatchObject({ attempts: 2, reason: expect.stringContaining('unknown') });
    clock.advance(48 * 3_600_000);
    await delivered((await raise(await linked())).id);
    expect(alertsIn(channel.chatId)).toHaveLength(2);
  });

  it('a Telegram that hangs and then answers: one message', async () => {
    const channel = await linked();
    chat.fail({ kind: 'hang' });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    clock.advance(7_000);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: true });
    expect(alertsIn(channel.chatId)).toHaveLength(1);
  });

  it('many alerts for many chats keep the pace: nothing is ever refused for it', async () => {
    const accountId = newId();
    const channels = [];
    for (let place = 0; place < 12; place += 1) channels.push(await linked(accountId));
    const before = chat.messages.items.length;
    const ids = channels.map((channel) => channel.channelId);
    for (let place = 0; place < 3; place += 1)
      await watch(world, accountId, `many-${place}`, { dropPercent: 10 }, ids);
    const fall = { priceMinor: 500, previousPriceMinor: 1_000 };
    for (let place = 0; place < 3; place += 1)
      await prices(world, accountId, [scored(accountId, `many-${place}`, fall)]);
    await world.until(() => {
      clock.advance(25);
      return chat.messages.items.length - before === 36;
    });
    const attempts = await world.until(async () => {
      const rows = await world.sql<{ attempts: number }>(
        'alerting',
        `select attempts from delivery where account_id = $1 and state = 'delivered'`,
        [accountId],
      );
      return rows.length === 36 && rows;
    });
    // More than one attempt would mean a 429 from the fake, which enforces Telegram's limits.
    expect(new Set(attempts.map((row) => row.attempts))).toEqual(new Set([1]));
  });

  it('tests keep the pace of their chat', async () => {
    const channel = await linked();
    expect(await world.ask(TestChannel, channel)).toMatchObject({ delivered: true });
    await expect(world.ask(TestChannel, channel)).rejects.toMatchObject({ code: 'too-many' });
  });

  it('the token appears in no table and no event', async () => {
    const tables = await world.sql<{ name: string }>(
      'alerting',
      `select relname as name from pg_class where relnamespace = 'alerting'::regnamespace and relkind = 'r'`,
    );
    for (const { name } of tables) {
      const rows = await world.sql('alerting', `select 1 from ${name} t where t::text like '%a-token%'`);
      expect(rows).toEqual([]);
    }
  });
});

import { AlertDelivered, CreateChannel, newId, ResendDelivery, type ScoredDeal } from '@souk/contracts';
import type { TelegramFake } from '@souk/sandbox';
import { Database } from '@souk/service';
import { FrozenClock } from '@souk/testing';
import { Cards } from '../src/cards/cards.ts';
import { Loading } from '../src/delivery/loading.ts';
import { Recording } from '../src/delivery/recording.ts';
import { DigestStore } from '../src/digests/digest.store.ts';
import { Release } from '../src/speaking/release.ts';
import { type Alerting, alertsOf, prices, scored, startWithTelegram, watch } from './alerting-world.ts';

/** Longer than what was begun belongs to who began it. */
const LEASE_MS = 61_000;
/** Longer than the wait after a second attempt. */
const WAIT_MS = 400_000;

/** The first calls come to nothing. */
const failing = <Args extends unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
  times: number,
): ((...args: Args) => Promise<Result>) => {
  let left = times;
  return (...args) => {
    left -= 1;
    return left >= 0 ? Promise.reject(new Error('the database is away')) : work(...args);
  };
};

describe('attempts to bring an alert to people', () => {
  const clock = new FrozenClock('2026-01-01T00:00:00.000Z');
  let world: Alerting;
  let telegram: TelegramFake;
  beforeAll(async () => {
    ({ world, telegram } = await startWithTelegram(clock));
  });
  afterAll(async () => {
    await world?.stop();
    await telegram?.close();
  });

  const part = <Part>(type: { prototype: Part }): Part => world.app('alerting').get<Part>(type as never);
  let chats = 9_000;
  /** A chat tied to a new account. */
  const tied = async () => {
    const [accountId, channelId] = [newId(), newId()];
    const made = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'telegram' } });
    const chatId = (chats += 1);
    telegram.inject({ chatId, text: `/start ${made.link!.code}`, firstName: 'Ada' });
    const isSaid = (message: { chatId: string }) => message.chatId === String(chatId);
    await telegram.messages.until(isSaid);
    const open = `select 1 from telegram_answer where state in ('waiting', 'sending')`;
    await world.until(async () => (await world.sql('alerting', open)).length === 0);
    clock.advance(10_000);
    const greeted = telegram.messages.items.filter(isSaid).length;
    return {
      accountId,
      channelId,
      told: () => telegram.messages.items.filter(isSaid).slice(greeted),
    };
  };
  let falls = 0;
  /** Raises one alert that goes to the chat alone. */
  const raise = async ({ accountId, channelId }: { accountId: string; channelId: string }) => {
    const product = `fall-${(falls += 1)}`;
    await watch(world, accountId, product, { dropPercent: 10 }, [channelId]);
    const deal = scored(accountId, product, { priceMinor: 500, previousPriceMinor: 1_000 });
    await prices(world, accountId, [deal]);
    return { alertId: (await alertsOf(world, accountId))[0]!.id, deal };
  };
  const rowOf = async (alertId: string) =>
    (
      await world.sql<{ id: string; state: string; attempts: number; unknown: number }>(
        'alerting',
        'select id, state, attempts, unknown from delivery where alert_id = $1',
        [alertId],
      )
    )[0]!;
  /** Waits until so many attempts have ended and left it waiting. */
  const waits = (alertId: string, attempts: number) =>
    world.until(async () => {
      const row = await rowOf(alertId);
      return row.state === 'waiting' && row.attempts === attempts;
    });
  const delivered = async (alertId: string) =>
    (await world.event(AlertDelivered, (event) => event.data.alertId === alertId)).data;
  /** The alert is forgotten, as by a backup from before it, and its price comes once more. */
  const raiseAgain = async (accountId: string, alertId: string, deal: ScoredDeal) => {
    await world.sql('alerting', 'delete from alert where id = $1', [alertId]);
    await prices(world, accountId, [deal]);
    expect((await alertsOf(world, accountId)).map(({ id }) => id)).toEqual([alertId]);
  };
  const queued = (channelId: string) =>
    world.sql('alerting', 'select 1 from delivery_queue where channel_id = $1', [channelId]);

  it('what fails before the message is made uses up no attempt, and the message is no repeat', async () => {
    const to = await tied();
    const loading = part(Loading);
    loading.load = failing(loading.load.bind(loading), 2);
    const { alertId } = await raise(to);
    await waits(alertId, 1);
    clock.advance(LEASE_MS);
    await waits(alertId, 2);
    const release = part(Release);
    release.look = failing(release.look.bind(release), 1);
    await world.sql('alerting', 'update delivery set held_until = created_at where alert_id = $1', [alertId]);
    clock.advance(LEASE_MS);
    await waits(alertId, 3);
    clock.advance(LEASE_MS);
    expect(await delivered(alertId)).toMatchObject({ attempts: 4, possibleRepeat: false });
    expect(to.told()).toHaveLength(1);
    const [row] = await world.sql('alerting', 'select throttled from delivery where alert_id = $1', [
      alertId,
    ]);
    expect(row).toEqual({ throttled: 3 });
  });

  it('a message that cannot be made is surely not sent', async () => {
    const to = await tied();
    const cards = part(Cards);
    cards.ofAlert = failing(cards.ofAlert.bind(cards), 2);
    const { alertId } = await raise(to);
    await waits(alertId, 1);
    clock.advance(WAIT_MS);
    await waits(alertId, 2);
    clock.advance(WAIT_MS);
    expect(await delivered(alertId)).toMatchObject({ attempts: 3, possibleRepeat: false });
    expect(to.told()).toHaveLength(1);
  });

  it('what was handed to the channel and left no record may have arrived: the next message is marked', async () => {
    const to = await tied();
    const recording = part(Recording);
    recording.record = failing(recording.record.bind(recording), 1);
    const { alertId } = await raise(to);
    await world.until(() => to.told().length === 1);
    expect(await rowOf(alertId)).toMatchObject({ state: 'sending', attempts: 1 });
    clock.advance(LEASE_MS);
    expect(await delivered(alertId)).toMatchObject({ attempts: 2, possibleRepeat: true });
    expect(to.told()).toHaveLength(2);
  });

  it('an attempt that another process has begun since is not taken back', async () => {
    const to = await tied();
    const loading = part(Loading);
    const load = loading.load.bind(loading);
    let isLate = false;
    loading.load = async (delivery) => {
      if (isLate) return load(delivery);
      isLate = true;
      await world.sql('alerting', 'update delivery set attempts = attempts + 1 where id = $1', [delivery.id]);
      throw new Error('the database is away');
    };
    const { alertId } = await raise(to);
    await world.until(() => isLate);
    await world.until(async () => (await rowOf(alertId)).attempts === 2);
    clock.advance(LEASE_MS);
    expect(await delivered(alertId)).toMatchObject({ attempts: 3, possibleRepeat: true });
  });

  it('an alert that is raised again after a backup was put back is not sent where it was sent before', async () => {
    const to = await tied();
    const { alertId, deal } = await raise(to);
    await delivered(alertId);
    await raiseAgain(to.accountId, alertId, deal);
    expect(await rowOf(alertId)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await queued(to.channelId)).toEqual([]);
    // The same goes for a digest.
    const { id } = await rowOf(alertId);
    const digest = { reply: { blocks: [], replaces: false }, shown: [] };
    await part(Database).transaction([to.accountId], (tx) =>
      part(DigestStore).enqueue(tx, to, { id, lane: 'telegram', digest, now: clock.now() }),
    );
    expect(await queued(to.channelId)).toEqual([]);
  });

  it('what is sent again by hand and whose alert such a backup does not know is cancelled, and nothing else', async () => {
    const to = await tied();
    const { alertId } = await raise(to);
    await delivered(alertId);
    const { id: deliveryId } = await rowOf(alertId);
    await world.sql('alerting', 'delete from alert where id = $1', [alertId]);
    const cards = part(Cards);
    cards.ofAlert = failing(cards.ofAlert.bind(cards), 1);
    clock.advance(LEASE_MS);
    const { alertId: otherId } = await raise(to);
    await waits(otherId, 1);
    const { accountId, channelId } = to;
    await world.ask(ResendDelivery, { accountId, channelId, deliveryId });
    clock.advance(2_000);
    await world.until(async () => (await rowOf(alertId)).state === 'cancelled');
    clock.advance(WAIT_MS);
    expect(await delivered(otherId)).toMatchObject({ possibleRepeat: false });
  });

  it('one whose outcome nobody knew then is sent once more, marked', async () => {
    const to = await tied();
    const { alertId, deal } = await raise(to);
    await delivered(alertId);
    await world.sql(
      'alerting',
      `update delivery set state = 'sending', finished_at = null where alert_id = $1`,
      [alertId],
    );
    clock.advance(LEASE_MS);
    await raiseAgain(to.accountId, alertId, deal);
    await world.until(async () => (await rowOf(alertId)).state === 'delivered');
    expect(await rowOf(alertId)).toMatchObject({ attempts: 2, unknown: 1 });
    expect(to.told()).toHaveLength(2);
  });
});

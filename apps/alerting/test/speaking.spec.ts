import {
  AlertDelivered,
  CreateChannel,
  type Deal,
  DeleteWatch,
  ExplainWatch,
  ListDeliveries,
  newId,
  ProductLinked,
  productIdOf,
  type ScoredDeal,
  type WatchConditions,
} from '@souk/contracts';
import type { TelegramFake } from '@souk/sandbox';
import { FrozenClock } from '@souk/testing';
import {
  type Alerting,
  alertsOf,
  handled,
  listing,
  news,
  prices,
  scored,
  source,
  startWithTelegram,
  watch,
} from './alerting-world.ts';

const HOUR_MS = 3_600_000;

describe('when a chat is spoken to', () => {
  const clock = new FrozenClock('2026-01-01T00:00:00.000Z');
  let world: Alerting;
  let telegram: TelegramFake;
  beforeAll(async () => {
    ({ world, telegram } = await startWithTelegram(clock));
  });
  afterAll(async () => {
    await world.stop();
    await telegram.close();
  });
  // Clocks never go back: every test has its own day.
  beforeEach(() => clock.set(`2026-01-${String((day += 1)).padStart(2, '0')}T12:00:00.000Z`));

  let day = 0;
  let chats = 5_000;
  /** A chat tied to a new account, and how it wants to be spoken to. */
  const tied = async (preference: Record<string, unknown> = {}) => {
    const [accountId, channelId] = [newId(), newId()];
    const made = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'telegram' } });
    const chatId = (chats += 1);
    telegram.inject({ chatId, text: `/start ${made.link!.code}`, firstName: 'Ada' });
    await said(chatId, 'Alerts will come here');
    const open = `select 1 from telegram_answer where state in ('waiting', 'sending')`;
    await world.until(async () => (await world.sql('alerting', open)).length === 0);
    const columns = Object.keys(preference).map((column, place) => `${column} = $${place + 2}`);
    if (columns.length > 0)
      await world.sql('alerting', `update preference set ${columns.join()} where channel_id = $1`, [
        channelId,
        ...Object.values(preference),
      ]);
    clock.advance(10_000);
    return { accountId, channelId, chatId };
  };
  const nextDay = () => `2026-01-${String(day + 1).padStart(2, '0')}`;
  const messagesOf = (chatId: number) =>
    telegram.messages.items.filter((message) => message.chatId === String(chatId)).map(({ text }) => text);
  const said = (chatId: number, text: string) =>
    telegram.messages.until((message) => message.chatId === String(chatId) && message.text.includes(text));
  const deliveriesOf = async (to: { accountId: string; channelId: string }) => {
    const { accountId, channelId } = to;
    return (await world.ask(ListDeliveries, { accountId, channelId, limit: 50 })).deliveries;
  };
  const dealOf = (deal: ScoredDeal, changes: Partial<Deal> = {}): Deal => ({
    productId: deal.productId,
    offerId: deal.offerId,
    observedAt: deal.observedAt,
    priceMinor: deal.priceMinor,
    currency: deal.currency,
    listPriceMinor: null,
    availability: 'in_stock',
    score: null,
    confidence: 1,
    scoreMissing: null,
    factors: [],
    discount: { claimedPercent: null, realPercent: null, method: 'test' },
    previousPriceMinor: null,
    statistics: [],
    traceId: 'a'.repeat(32),
    ...changes,
  });
  let products = 0;
  /** A watch on a new product, and a price that makes it speak. */
  const raise = async (
    to: { accountId: string; channelId: string },
    changes: Partial<ScoredDeal> = {},
    when: WatchConditions = { dropPercent: 10 },
  ) => {
    const product = `item-${(products += 1)}`;
    await news(world, to.accountId, product, { title: product });
    const { id: watchId } = await watch(world, to.accountId, product, when, ['inbox', to.channelId]);
    const deal = scored(to.accountId, product, {
      priceMinor: 500,
      previousPriceMinor: 1_000,
      observedAt: clock.now().toISOString(),
      ...changes,
    });
    await prices(world, to.accountId, [deal]);
    return { product, watchId, deal };
  };
  const ended = (to: { accountId: string; channelId: string }, states: string[]) =>
    world.until(async () => {
      const now = (await deliveriesOf(to)).map(({ state }) => state);
      if (now.toSorted().join() === states.toSorted().join()) return true;
      clock.advance(500);
      return false;
    });
  /** Until so many messages came: every one leaves its chat alone for more than a second. */
  const told = (chatId: number, text: string, count: number) =>
    world.until(() => {
      const found = messagesOf(chatId).filter((message) => message.includes(text));
      if (found.length < count) clock.advance(500);
      return found.length >= count ? found : undefined;
    });

  it('quiet hours hold alerts without an attempt; what is still on at their end is told, what has gone is not', async () => {
    const to = await tied({ time_zone: 'Europe/Berlin', quiet_from: '12:00', quiet_to: '14:00' });
    const stays = await raise(to);
    const goes = await raise(to);
    const cheaper = await raise(to, {}, { priceBelow: '6.00' });
    const deleted = await raise(to);
    world.deals.set(stays.deal.productId, dealOf(stays.deal));
    world.deals.set(goes.deal.productId, dealOf(goes.deal, { priceMinor: 1_000 }));
    world.deals.set(cheaper.deal.productId, dealOf(cheaper.deal, { priceMinor: 550 }));
    await world.ask(DeleteWatch, { accountId: to.accountId, watchId: deleted.watchId });
    const held = await world.until(async () => {
      const waiting = await deliveriesOf(to);
      return waiting.length === 4 && waiting.every(({ reason }) => reason !== null) ? waiting : undefined;
    });
    for (const { state, attempts, reason, nextAttemptAt } of held) {
      expect({ state, attempts, reason }).toEqual({
        state: 'waiting',
        attempts: 0,
        reason: 'quiet hours until 14:00',
      });
      expect(nextAttemptAt).toMatch(/^2026-01-01T13:00:0/);
    }
    const { holds } = await world.ask(ExplainWatch, { accountId: to.accountId, watchId: stays.watchId });
    expect(holds).toMatchObject([
      {
        kind: 'quiet-hours',
        sentence: 'quiet hours of the telegram channel until 14:00',
        until: '2026-01-01T13:00:00.000Z',
      },
    ]);
    expect(await alertsOf(world, to.accountId)).toHaveLength(4);

    clock.advance(HOUR_MS + 2_000);
    await told(to.chatId, stays.product, 1);
    const [shown] = await told(to.chatId, cheaper.product, 1);
    expect(shown).toContain('5.50');
    await ended(to, ['delivered', 'delivered', 'withheld', 'withheld']);
    expect(messagesOf(to.chatId).join('\n')).not.toContain(goes.product);
    const after = await world.ask(ExplainWatch, { accountId: to.accountId, watchId: goes.watchId });
    expect(after.summary).toContain('the deal was gone when the quiet hours ended');
  });

  it('what is below the minimum score, or beyond the limit of a day, is in the inbox only, and explain says why', async () => {
    const to = await tied({ minimum_score: 70, alerts_per_day: 1 });
    const poor = await raise(to, { score: 60 });
    await ended(to, ['withheld']);
    await raise(to, { score: 80 });
    await told(to.chatId, 'asked for', 1);
    await ended(to, ['withheld', 'delivered']);
    const beyond = await raise(to, { score: 90 });
    await ended(to, ['withheld', 'delivered', 'withheld']);
    const error = await raise(to, { score: 10, priceError: true });
    await told(to.chatId, error.product, 1);
    expect(await alertsOf(world, to.accountId)).toHaveLength(4);
    const holdsOf = async (watchId: string) =>
      (await world.ask(ExplainWatch, { accountId: to.accountId, watchId })).holds.map(({ kind }) => kind);
    expect(await holdsOf(poor.watchId)).toEqual(['minimum-score']);
    expect(await holdsOf(beyond.watchId)).toEqual(['daily-limit']);
    // The next local day begins at midnight.
    clock.advance(12 * HOUR_MS);
    const next = await raise(to, { score: 90 });
    await told(to.chatId, next.product, 1);
  });

  it('several watches on one deal are one message with every reason, and every alert counts as delivered', async () => {
    const to = await tied();
    const product = 'shared-item';
    await news(world, to.accountId, product, { title: 'Shared' });
    const wishes: WatchConditions[] = [{ dropPercent: 10 }, { priceBelow: '6.00' }, { priceBelow: '7.00' }];
    for (const wish of wishes) await watch(world, to.accountId, product, wish, [to.channelId]);
    const at = clock.now().toISOString();
    const deal = scored(to.accountId, product, {
      priceMinor: 500,
      previousPriceMinor: 1_000,
      observedAt: at,
    });
    await prices(world, to.accountId, [deal]);
    await ended(to, ['delivered', 'merged', 'merged']);
    const messages = messagesOf(to.chatId).filter((text) => text.includes('Shared'));
    expect(messages).toHaveLength(1);
    for (const part of ['6.00', '7.00', 'asked for 10']) expect(messages[0]).toContain(part);
    for (const alert of await alertsOf(world, to.accountId))
      await world.event(AlertDelivered, ({ data }) => data.alertId === alert.id);
  });

  it('what may have arrived is repeated with its mark, not told once more with the same deal', async () => {
    const to = await tied();
    const product = 'told-twice';
    await news(world, to.accountId, product, { title: product });
    await watch(world, to.accountId, product, { dropPercent: 10 }, [to.channelId]);
    await watch(world, to.accountId, product, { priceBelow: '4.98' }, [to.channelId]);
    const at = (priceMinor: number, previousPriceMinor: number): ScoredDeal => {
      const observedAt = clock.now().toISOString();
      return scored(to.accountId, product, { priceMinor, previousPriceMinor, observedAt });
    };
    telegram.fail({ kind: 'lost' });
    await prices(world, to.accountId, [at(500, 1_000)]);
    await world.until(async () => (await deliveriesOf(to))[0]?.attempts === 1);
    clock.advance(1_000);
    await prices(world, to.accountId, [at(497, 500)]);
    await ended(to, ['delivered', 'delivered']);
    const messages = messagesOf(to.chatId).filter((text) => text.includes(product));
    expect(messages).toHaveLength(3);
    expect(messages.filter((text) => text.includes('(repeated)'))).toHaveLength(1);
  });

  it('the same item at another shop for the same money is told once; cheaper, or in another currency, again', async () => {
    const to = await tied();
    const first = await raise(to, { priceMinor: 500 });
    await told(to.chatId, first.product, 1);
    const link = async (product: string) => {
      const links = [{ productId: first.deal.productId, source, product: first.product, by: gtin }];
      const productId = productIdOf(to.accountId, source, product);
      const data = { productId, source, product, links, linkedAt: clock.now().toISOString() };
      const options = { accountId: to.accountId, key: productId };
      await handled(world, [await world.publish(ProductLinked, data, options)]);
    };
    const gtin = { kind: 'gtin' as const, value: '04012345678901' };
    for (const place of [1, 2, 3]) await link(`item-${products + place}`);
    await raise(to, { priceMinor: 504 });
    await ended(to, ['delivered', 'withheld']);
    const cheaper = await raise(to, { priceMinor: 480 });
    await told(to.chatId, cheaper.product, 1);
    const foreign = await raise(to, { priceMinor: 500, currency: 'EUR' });
    await told(to.chatId, foreign.product, 1);
    await ended(to, ['delivered', 'withheld', 'delivered', 'delivered']);
  });

  it('what was held is told by urgency: price errors first, then the score', async () => {
    const to = await tied({ quiet_from: '12:00', quiet_to: '13:00' });
    const low = await raise(to, { score: 20 });
    const high = await raise(to, { score: 95, availability: 'limited' });
    const error = await raise(to, { score: 5, priceError: true });
    const ids = [low, high, error].map(({ deal }) => deal);
    for (const deal of ids) world.deals.set(deal.productId, dealOf(deal));
    await world.until(
      async () => (await deliveriesOf(to)).filter(({ reason }) => reason !== null).length === 3,
    );
    clock.advance(HOUR_MS + 2_000);
    const order = await told(to.chatId, 'asked for', 3);
    const place = (product: string) => order.findIndex((text) => text.includes(`${product}</b>`));
    expect([error, high, low].map(({ product }) => place(product))).toEqual([0, 1, 2]);
  });

  it('a digest comes once, in the local morning, with what was beyond the limit and not with what was told', async () => {
    const to = await tied({
      time_zone: 'Asia/Kolkata',
      alerts_per_day: 1,
      digest: 'daily',
      digest_at: '09:00',
    });
    const shown = await raise(to, { score: 90 });
    await told(to.chatId, shown.product, 1);
    const beyond = await raise(to, { score: 75 });
    await ended(to, ['delivered', 'withheld']);
    for (const { deal, product } of [shown, beyond]) {
      const offers = [{ ...dealOf(deal), seller: null, condition: null, shippingMinor: null }];
      const facts = { title: product };
      world.known.set(deal.productId, listing(to.accountId, product, { facts, offers }));
      world.deals.set(deal.productId, dealOf(deal, { score: 75 }));
    }
    // Half past three in the morning is nine in Kolkata.
    clock.set(`${nextDay()}T03:29:00.000Z`);
    await world.sql('alerting', `insert into digest_turn values ($1, $2, $3)`, [
      to.channelId,
      to.accountId,
      `${nextDay()}T03:30:00.000Z`,
    ]);
    const digests = `select state from delivery where channel_id = $1 and digest is not null`;
    expect(await world.sql('alerting', digests, [to.channelId])).toEqual([]);
    clock.advance(61_000);
    const [message] = await told(to.chatId, 'Your digest of today', 1);
    expect(message).toContain(beyond.product);
    expect(message).not.toContain(shown.product);
    // As after a crash between the digest and the note of its next turn.
    await world.until(async () => {
      const [turn] = await world.sql<{ due_at: Date }>(
        'alerting',
        'select due_at from digest_turn where channel_id = $1',
        [to.channelId],
      );
      return turn!.due_at.getTime() - clock.now().getTime() > 12 * HOUR_MS;
    });
    await world.sql('alerting', `update digest_turn set due_at = 'epoch' where channel_id = $1`, [
      to.channelId,
    ]);
    await world.until(async () => {
      const again = `select 1 from digest_turn where channel_id = $1 and due_at > 'epoch'`;
      return (await world.sql('alerting', again, [to.channelId])).length === 1;
    });
    expect(await world.sql('alerting', digests, [to.channelId])).toHaveLength(1);
    // It can be looked up beside alerts: what it said, what it showed, and that it arrived.
    const [digest, ...alerts] = await world.until(async () => {
      const all = await deliveriesOf(to);
      return all[0]!.state === 'delivered' ? all : undefined;
    });
    expect(digest).toMatchObject({
      alertId: null,
      attempts: 1,
      digest: { products: [{ productId: beyond.deal.productId, priceMinor: 500, currency: 'USD' }] },
    });
    expect(digest!.digest!.text).toContain('Your digest of today');
    expect(alerts.map((one) => one.digest)).toEqual([null, null]);
    // A day without news has none.
    clock.advance(24 * HOUR_MS);
    await world.until(async () => {
      const made = await world.sql('alerting', 'select 1 from digest where channel_id = $1', [to.channelId]);
      return made.length === 2;
    });
    expect(await world.sql('alerting', digests, [to.channelId])).toHaveLength(1);
  });

  it('a digest of a week says what fell, what is near its limit, what was saved, and why it was silent, in German', async () => {
    const to = await tied({ language: 'de', digest: 'weekly', digest_at: '09:00', minimum_score: 80 });
    const fell = await raise(to, { score: 30 });
    await ended(to, ['withheld']);
    const close = await raise(to, {}, { priceBelow: '4.90' });
    const usual = {
      window: '90d' as const,
      observations: 9,
      lowMinor: 500,
      highMinor: 1_000,
      meanMinor: 1_000,
    };
    const percentiles = {
      medianMinor: 1_000,
      p10Minor: 500,
      p25Minor: 500,
      p75Minor: 1_000,
      p90Minor: 1_000,
    };
    const statistics = [{ ...usual, ...percentiles }];
    world.deals.set(fell.deal.productId, dealOf(fell.deal, { statistics }));
    world.deals.set(close.deal.productId, dealOf(close.deal));
    await world.sql(
      'alerting',
      `insert into purchase (id, account_id, product_id, source, product, paid_minor, currency, usual_price_minor, bought_at)
       values ($1, $2, $1, 'steam', 'x', 300, 'USD', 500, $3)`,
      [newId(), to.accountId, clock.now()],
    );
    const monday = new Date(clock.now());
    monday.setUTCDate(monday.getUTCDate() + ((8 - monday.getUTCDay()) % 7 || 7));
    monday.setUTCHours(9, 0, 0, 0);
    await world.sql('alerting', 'insert into digest_turn values ($1, $2, $3)', [
      to.channelId,
      to.accountId,
      monday,
    ]);
    clock.set(monday.toISOString());
    const [message] = await told(to.chatId, 'Deine Übersicht der Woche', 1);
    expect(message!.replaceAll(/[\u00A0\u202F]/g, ' ').split('\n')).toEqual([
      'Deine Übersicht der Woche',
      `${fell.product} ist wirklich billiger: 5,00 $, 50 % unter dem üblichen Preis`,
      `${close.product} ist fast so weit: 5,00 $, 2,0 % über deiner Grenze von 4,90 $`,
      'Mit einem Kauf gespart: 2,00 $',
      'Zurückgehalten seit der letzten Übersicht: 1, davon 1 unter der Mindestbewertung',
    ]);
  });
});

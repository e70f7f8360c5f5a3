import {
  CreateChannel,
  FindProducts,
  GetMarketReport,
  GetPriceChart,
  GetProducts,
  ListChannels,
  ListVariations,
  type MarketReport,
  newId,
  OPERATOR_ACCOUNT_ID,
  ReceiveChatUpdate,
  type PriceChartData,
  type Product,
  productIdOf,
  type ProductFacts,
  Refusal,
} from '@souk/contracts';
import { type ChatMessage, startTelegramFake, type TelegramFake } from '@souk/sandbox';
import { FrozenClock } from '@souk/testing';
import { chartReader } from '../src/cards/chart-reader.ts';
import { Charts } from '../src/telegram/charts.ts';
import { TelegramDoor } from '../src/telegram/telegram-door.ts';
import { alertsOf, listing, news, prices, scored, source, startAlerting, watch } from './alerting-world.ts';

interface Shown {
  text: string;
  url?: string;
  callback_data?: string;
}

describe('talking to the bot', () => {
  const clock = new FrozenClock('2026-01-01T00:00:00.000Z');
  let world: Awaited<ReturnType<typeof startAlerting>>;
  let chat: TelegramFake;
  beforeAll(async () => {
    chat = await startTelegramFake({
      token: '42:a-token',
      now: () => clock.now().getTime(),
      isMissingPhoto: (url) => url.includes('missing'),
    });
    world = await startAlerting({
      clock,
      env: { SOUK_TELEGRAM_TOKEN: '42:a-token', SOUK_TELEGRAM_API_ROOT: chat.url },
    });
    world.answer(FindProducts, () => ({ products: found, next: null }));
    world.answer(GetPriceChart, ({ productId }) => ({ chart: charts.get(productId) ?? null }));
  });
  afterAll(async () => {
    await world.stop();
    await chat.close();
  });
  const found: Product[] = [];
  const charts = new Map<string, PriceChartData>();

  /** What the bot does next in a chat; time goes on meanwhile. */
  const next = async (chatId: number, act: () => void): Promise<ChatMessage> => {
    const mine = () => chat.messages.items.filter((message) => message.chatId === String(chatId));
    const before = mine().length;
    act();
    return world.until(
      () => {
        clock.advance(100);
        return mine()[before];
      },
      { what: `an answer in chat ${chatId}` },
    );
  };
  const say = (chatId: number, text: string, more = {}) =>
    next(chatId, () => chat.inject({ chatId, text, ...more }));
  const buttonsOf = ({ payload }: ChatMessage): Shown[] => {
    const { reply_markup: markup } = payload as { reply_markup?: unknown };
    const read = (typeof markup === 'string' ? JSON.parse(markup) : markup) as
      { inline_keyboard: Shown[][] } | undefined;
    return read?.inline_keyboard.flat() ?? [];
  };
  const press = (message: ChatMessage, label: string | RegExp): void => {
    const button = buttonsOf(message).find(({ text }) =>
      typeof label === 'string' ? text === label : label.test(text),
    );
    if (button?.callback_data === undefined) throw new Error(`no button ${String(label)} on ${message.text}`);
    const { chatId, messageId } = message;
    chat.inject({ chatId: Number(chatId), messageId, callbackData: button.callback_data });
  };
  const pressed = (message: ChatMessage, label: string | RegExp) =>
    next(Number(message.chatId), () => press(message, label));
  const toast = async (act: () => void): Promise<string> => {
    const before = chat.pressAnswers.items.length;
    act();
    return world.until(() => chat.pressAnswers.items[before]).then((answer) => answer.text);
  };

  let chats = 5_000;
  const linked = async (
    more: { languageCode?: string; accountId?: string; chatId?: number; threadId?: number } = {},
  ) => {
    const { accountId = newId(), chatId = (chats += 1), ...person } = more;
    const channelId = newId();
    const made = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'telegram' } });
    await say(chatId, `/start ${made.link!.code}`, person);
    return { accountId, channelId, chatId };
  };
  const channelOf = async (accountId: string) =>
    (await world.ask(ListChannels, { accountId, limit: 10 })).channels[0]!;
  const fall = async (
    { accountId, channelId }: { accountId: string; channelId: string },
    product: string,
    facts: { title?: string; url?: string; image?: string } = {},
  ) => {
    world.known.set(listing(accountId, product).id, listing(accountId, product, { facts }));
    await news(world, accountId, product, facts);
    await watch(world, accountId, product, { dropPercent: 10 }, [channelId]);
    await prices(world, accountId, [
      scored(accountId, product, { priceMinor: 500, previousPriceMinor: 1_000 }),
    ]);
    return (await alertsOf(world, accountId))[0]!;
  };
  const drawn = (productId: string) =>
    charts.set(productId, {
      offerId: productId,
      currency: 'USD',
      seller: null,
      condition: null,
      points: [
        {
          at: '2025-12-01T00:00:00.000Z',
          priceMinor: 1_000,
          listPriceMinor: null,
          isAvailable: true,
          isImported: false,
        },
        {
          at: '2025-12-20T00:00:00.000Z',
          priceMinor: 500,
          listPriceMinor: null,
          isAvailable: true,
          isImported: false,
        },
      ],
      gaps: [],
      to: '2026-01-01T00:00:00.000Z',
      lowest: { priceMinor: 500, observedAt: '2025-12-20T00:00:00.000Z' },
      usual: null,
    });

  it('watches are listed, opened, changed and put to sleep by buttons, in place where that helps', async () => {
    const mine = await linked();
    const { accountId, chatId, channelId } = mine;
    for (let place = 0; place < 7; place += 1) {
      const title = `Lamp ${place} <&>`;
      world.known.set(
        listing(accountId, `l-${place}`).id,
        listing(accountId, `l-${place}`, { facts: { title } }),
      );
      await watch(world, accountId, `l-${place}`, { priceBelow: '100.00', currency: 'USD' }, [channelId]);
    }
    const list = await say(chatId, '/watches@souk_sandbox_bot');
    expect(list.text).toMatch(
      /^<b>Your watches \(1 of 2\)<\/b>\n1\. Lamp \d &lt;&amp;&gt; – price below \$100\.00\n2\. /,
    );
    const second = await pressed(list, 'Next ›');
    expect(second).toMatchObject({ method: 'editMessageText', messageId: list.messageId });
    expect(second.text).toContain('(2 of 2)');

    const opened = await pressed(second, '2');
    expect(opened.text).toContain('price below $100.00');
    const edited = await pressed(opened, '$95.00');
    expect(edited).toMatchObject({ method: 'editMessageText', messageId: opened.messageId });
    expect(edited.text).toContain('price below $95.00');
    await pressed(edited, 'Pause');
    const paused = await pressed(await say(chatId, '/watches'), 'Next ›');
    expect(paused.text).toContain('paused');
    await pressed(edited, 'Snooze a day');
    const question = await pressed(edited, 'Stop');
    expect(buttonsOf(question).map(({ text }) => text)).toEqual(['Yes', 'No']);
    await pressed(question, 'Yes');
    expect((await say(chatId, '/watches')).text).toContain('(1 of 2)');
  });

  it('a card comes with its picture, else with its chart, else without; never not at all', async () => {
    const mine = await linked();
    const of = (alertText: string) => (message: ChatMessage) =>
      message.chatId === String(mine.chatId) && message.text.includes(alertText);
    const arrived = async (title: string) =>
      world.until(() => {
        clock.advance(20); // a chart that was drawn is kept for thirty seconds
        return chat.messages.items.find(of(title));
      });
    await fall(mine, 'p-1', {
      title: 'Pictured',
      image: 'https://shop.example/1.png',
      url: 'https://shop.example/1',
    });
    expect(await arrived('Pictured')).toMatchObject({
      method: 'sendPhoto',
      payload: { photo: 'https://shop.example/1.png' },
    });
    const charted = listing(mine.accountId, 'p-2').id;
    drawn(charted);
    // Drawn before, as a machine under load may be slower than a message's patience.
    expect(
      await world
        .app('alerting')
        .get(Charts)
        .png(mine.accountId, charted, 'Charted', chartReader('en', 'UTC')),
    ).toBeDefined();
    await fall(mine, 'p-2', { title: 'Charted', image: 'https://shop.example/missing.png' });
    expect(await arrived('Charted')).toMatchObject({
      method: 'sendPhoto',
      payload: { photo: expect.stringContaining('attach://') },
    });
    await fall(mine, 'p-3', { title: 'Plain', image: 'http://localhost/x.png' });
    const plain = await arrived('Plain');
    expect(plain.method).toBe('sendMessage');
    const chartless = await toast(() => press(plain, 'Price chart'));
    expect(chartless).toContain('no price history');
    const card = await arrived('Charted');
    expect(await pressed(card, 'Price chart')).toMatchObject({
      method: 'sendPhoto',
      text: 'Price history of Charted',
    });
  });

  it('what is to be set is said in words, told back in the new way and undone by a button', async () => {
    const { chatId } = await linked();
    const german = await say(chatId, 'change my language to german');
    expect(german.text).toBe('Das gilt von jetzt an:\nSprache: Deutsch');
    const quiet = await say(chatId, 'ruhezeit 22 bis 7 uhr');
    expect(quiet.text).toContain('Ruhezeit: 22:00 bis 07:00');
    const undone = await pressed(quiet, 'Rückgängig');
    expect(undone).toMatchObject({ method: 'editMessageText', messageId: quiet.messageId });
    expect(undone.text).toContain('Ruhezeit: keine');
    // The button stays good while other things are spoken of.
    const weekly = await say(chatId, 'digest weekly');
    expect(weekly.text).toContain('wöchentlich');
    await say(chatId, 'danke');
    expect((await pressed(weekly, 'Rückgängig')).text).toContain('Übersicht: keine');
    expect((await say(chatId, 'digest at 8')).text).toMatch(/täglich[^]*08:00/);
    expect((await say(chatId, 'minimum score 80')).text).toContain('80');
    const back = await say(chatId, 'change the language from german to english');
    expect(back.text).toBe('That holds from now on:\nLanguage: English');

    const settings = buttonsOf(await pressed(back, 'Settings')).map(({ text }) => text);
    expect(settings).toEqual(
      expect.arrayContaining(['Quiet hours: none', 'Digest: every day', 'Digest at: 08:00']),
    );
    expect(settings).toContain('Deal score at least: 80');
    // What can be meant in two ways, or is spoken by nobody here, is chosen from the menu.
    for (const unclear of ['quiet hours 10 to 7', 'change my language to hindi', 'minimum score 800'])
      expect((await say(chatId, unclear)).text).toContain('Settings of this chat');
  });

  it('settings are changed in place, at once in the new language, and the same press twice is no error', async () => {
    const { chatId, channelId } = await linked({ languageCode: 'de-AT' });
    const menu = await say(chatId, '/settings');
    expect(menu.text).toContain('Einstellungen');
    const languages = await pressed(menu, /Sprache/);
    expect(languages).toMatchObject({ method: 'editMessageText', messageId: menu.messageId });
    const english = await pressed(languages, 'English');
    expect(english.text).toContain('Settings of this chat');
    await toast(() => press(languages, 'English'));
    const quiet = await pressed(await pressed(english, /Quiet hours/), '22:00 to 07:00');
    expect(buttonsOf(quiet).map(({ text }) => text)).toContain('Quiet hours: 22:00 to 07:00');
    await say(chatId, '/settings time-zone Asia/Kolkata');
    const [row] = await world.sql('alerting', 'select * from preference where channel_id = $1', [channelId]);
    expect(row).toMatchObject({
      language: 'en',
      time_zone: 'Asia/Kolkata',
      quiet_from: '22:00:00',
      quiet_to: '07:00:00',
    });
    expect((await say(chatId, '/settings time-zone Mars/Olympus')).text).toContain('Settings');
  });

  it('products are compared in a table and leafed through in one message', async () => {
    const { accountId, chatId } = await linked();
    const ids = ['a', 'b', 'c'].map((name) => {
      const image = `https://shop.example/${name}.png`;
      const offers = [
        {
          offerId: newId(),
          seller: null,
          condition: null,
          priceMinor: 2_500,
          currency: 'EUR',
          listPriceMinor: null,
          shippingMinor: null,
          availability: 'in_stock' as const,
          observedAt: '2025-12-31T00:00:00.000Z',
        },
      ];
      const product = listing(accountId, name, { facts: { title: `Phone ${name}`, image }, offers });
      world.known.set(product.id, product);
      return product.id;
    });
    // What a search has found before, as the conversation remembers it.
    const compared = newId();
    await world.sql(
      'alerting',
      'insert into telegram_carousel (id, account_id, product_ids, created_at) values ($1, $2, $3, now())',
      [compared, accountId, ids],
    );
    const token = Buffer.from(compared.replaceAll('-', ''), 'hex').toString('base64url');
    const first = await next(chatId, () => chat.inject({ chatId, callbackData: `.t:${token}:0` }));
    expect(first).toMatchObject({ method: 'sendPhoto', payload: { photo: 'https://shop.example/a.png' } });
    const turned = await pressed(first, 'Next ›');
    expect(turned).toMatchObject({ method: 'editMessageMedia', messageId: first.messageId });
    expect(turned.text).toContain('Phone b');
    const back = await pressed(await pressed(turned, '‹ Back'), '‹ Back');
    expect(back.text).toContain('Phone c');
    // Pressing the number of the card that is shown changes nothing, which is no error.
    await toast(() => press(back, '3 of 3'));

    const stranger = await linked();
    const foreign = await toast(() =>
      chat.inject({ chatId: stranger.chatId, callbackData: `.t:${token}:0` }),
    );
    expect(foreign).toContain('too old');
  });

  describe('variants', () => {
    /** A listing with its picture, as enrichment and alerting know it. */
    const variantOf = (accountId: string, product: string, facts: ProductFacts): string => {
      const image = `https://shop.example/${product}.png`;
      const known = listing(accountId, product, { facts: { title: `Shirt ${product}`, image, ...facts } });
      world.known.set(known.id, known);
      return known.id;
    };
    const cardOf = (chatId: number, productId: string) => {
      const token = Buffer.from(productId.replaceAll('-', ''), 'hex').toString('base64url');
      return next(chatId, () => chat.inject({ chatId, callbackData: `show:${token}` }));
    };
    const policy = { mayStoreHistory: true, cacheLifetimeMs: null, mayAlert: true, attribution: null };
    const fetchedAt = '2026-01-01T00:00:00.000Z';
    const tells = (...codes: string[]) =>
      world.answer(ListVariations, () => ({
        items: codes.map((product) => ({
          product,
          productId: productIdOf(OPERATOR_ACCOUNT_ID, source, product),
          priceMinor: 2_500,
          currency: 'EUR',
          observedAt: fetchedAt,
        })),
        ...{ total: codes.length, fetchedAt, fetchId: null, policy },
      }));

    it('are leafed through in one message: what the source tells, and what was seen before', async () => {
      const { accountId, chatId } = await linked();
      const red = { variantOf: 'shirt', variant: { Colour: 'Red <3' } };
      const shown = variantOf(accountId, 'red', red);
      variantOf(OPERATOR_ACCOUNT_ID, 'red', red);
      variantOf(OPERATOR_ACCOUNT_ID, 'blue', { variantOf: 'shirt', variant: { Colour: 'Blue' } });
      const seen = { title: 'Shirt green', variantOf: 'shirt', variant: { Colour: 'Green' } };
      variantOf(OPERATOR_ACCOUNT_ID, 'green', seen);
      await news(world, OPERATOR_ACCOUNT_ID, 'green', seen);
      tells('red', 'blue');
      const card = await cardOf(chatId, shown);
      expect(card.text).toContain('Colour: Red &lt;3');
      const first = await pressed(card, 'Variants');
      expect(first).toMatchObject({
        method: 'sendPhoto',
        payload: { photo: 'https://shop.example/red.png' },
      });
      const second = await pressed(first, 'Next ›');
      expect(second).toMatchObject({ method: 'editMessageMedia', messageId: first.messageId });
      expect(second.text).toContain('Colour: Blue');
      const last = await pressed(second, 'Next ›');
      expect(last.text).toContain('Colour: Green');
      expect(buttonsOf(last).map(({ text }) => text)).toContain('3 of 3');
    });

    it('that a source tells of for the first time are shown as soon as they are known', async () => {
      const { accountId, chatId } = await linked();
      const shown = variantOf(accountId, 'small', { variantOf: 'coat', variant: { Size: 'S' } });
      tells('small', 'large');
      const card = await cardOf(chatId, shown);
      let asked = 0;
      world.answer(GetProducts, ({ productIds }) => {
        if (productIds.length > 1 && (asked += 1) === 2)
          variantOf(OPERATOR_ACCOUNT_ID, 'large', { variantOf: 'coat', variant: { Size: 'L' } });
        return { products: productIds.flatMap((id) => world.known.get(id) ?? []) };
      });
      const first = await pressed(card, 'Variants');
      expect((await pressed(first, '‹ Back')).text).toContain('Size: L');
    });

    it('are not offered where the source has told of none', async () => {
      const { accountId, chatId } = await linked();
      const card = await cardOf(chatId, variantOf(accountId, 'alone', {}));
      expect(buttonsOf(card).map(({ text }) => text)).not.toContain('Variants');
    });

    it('that nobody knows, or that the source does not tell, are answered with a sentence', async () => {
      const { accountId, chatId } = await linked();
      const card = await cardOf(chatId, variantOf(accountId, 'only', { variantOf: 'hat' }));
      tells('only');
      expect((await pressed(card, 'Variants')).text).toBe('No other variants of Shirt only are known.');
      world.answer(ListVariations, () => {
        throw new Refusal('invalid', 'steam tells no variations');
      });
      expect((await pressed(card, 'Variants')).text).toBe('No other variants of Shirt only are known.');
      world.answer(ListVariations, () => {
        throw new Refusal('unavailable', 'steam cannot be searched now');
      });
      expect((await pressed(card, 'Variants')).text).toContain('cannot be looked up right now');
    });
  });

  it('"this" is what the last alert told of', async () => {
    const mine = await linked();
    const alert = await fall(mine, 'told', { title: 'Told lamp' });
    await world.until(() => {
      clock.advance(100);
      return chat.messages.items.find(({ text }) => text.includes('Told lamp'));
    });
    await world.until(async () => {
      const rows = await world.sql<{ memory: { productId: string } }>(
        'alerting',
        'select memory from conversation where chat = $1',
        [`telegram:${mine.chatId}`],
      );
      return rows[0]?.memory.productId === alert.productId;
    });
    const made = await say(mine.chatId, 'tell me when this drops below 4 dollars');
    expect(made.text).toBe('I tell you when Told lamp costs less than $4.00.');
  });

  it('a list that was found is leafed through with pictures', async () => {
    const { accountId, chatId } = await linked();
    const products = ['one', 'two'].map((name) =>
      listing(accountId, name, {
        facts: { title: `Kettle ${name}`, image: `https://shop.example/${name}.png` },
      }),
    );
    for (const product of products) world.known.set(product.id, product);
    found.push(...products);
    const list = await say(chatId, 'kettle');
    const browsed = await pressed(list, 'Browse with pictures');
    expect(browsed).toMatchObject({
      method: 'sendPhoto',
      payload: { photo: 'https://shop.example/one.png' },
    });
  });

  it('what old answers leafed through is forgotten with them, also of accounts that are silent by now', async () => {
    const [accountId, old, young] = [newId(), newId(), newId()];
    await world.sql(
      'alerting',
      `insert into telegram_carousel (id, account_id, product_ids, created_at)
       values ($1, $3, '{}', timestamptz '2025-11-01'), ($2, $3, '{}', timestamptz '2025-12-20')`,
      [old, young, accountId],
    );
    await world.sql(
      'alerting',
      `insert into telegram_answer (id, update_id, place, chat_id, pace_id, account_id, state, due_at, created_at)
       values ($1, -1, 0, 1, $1, $2, 'sent', timestamptz '2025-11-01', timestamptz '2025-11-01')`,
      [newId(), accountId],
    );
    clock.advance(11 * 60_000);
    const kept = () =>
      world.sql('alerting', 'select id from telegram_carousel where account_id = $1', [accountId]);
    await world.until(async () => (await kept()).length === 1);
    expect(await kept()).toEqual([{ id: young }]);
    expect(await world.sql('alerting', 'select 1 from telegram_answer where update_id = -1')).toEqual([]);
  });

  it('a market report comes with its index as a picture, by command and in words; of what is unknown it says so', async () => {
    const { chatId } = await linked({ languageCode: 'de' });
    const week = (place: number) => new Date(Date.UTC(2025, 0, 6 + 7 * place)).toISOString();
    const report: MarketReport = {
      from: week(0),
      to: week(3),
      currency: 'EUR',
      currencies: [{ currency: 'EUR', offers: 12 }],
      offers: 12,
      index: {
        period: 'week',
        method: 'test',
        points: [100, 97.5, 92].map((value, place) => ({ startsAt: week(place), value, matched: 10 })),
      },
      discounts: { method: 'test', claimed: 8, fake: 2, exaggerated: 1, unknown: 0, fakeShare: 0.25 },
      drops: [],
      newLows: { count: 1, items: [] },
      up: [],
      down: [],
    };
    const asked: unknown[] = [];
    world.answer(GetMarketReport, ({ category, brand, source: of }) => {
      asked.push({ category, brand, source: of });
      return brand === 'Sony <&>' ? report : { ...report, offers: 0, currency: null };
    });
    const told = await say(chatId, '/market Sony <&>');
    expect(asked).toEqual([{ category: 'Sony <&>' }, { brand: 'Sony <&>' }]);
    expect(told).toMatchObject({
      method: 'sendPhoto',
      payload: { photo: expect.stringContaining('attach://') },
    });
    expect(told.text).toContain('<b>Preise des letzten Jahres: Sony &lt;&amp;&gt;</b>');
    expect(told.text).toContain('Im Ganzen 8 % billiger als am Anfang');
    expect(told.text).toContain('25 % von 8 behaupteten Rabatten sind keine');
    expect((await say(chatId, 'Marktbericht')).text).toContain('zu wenig bekannt');
  });

  it('buttons of old versions, of strangers and of nobody are answered kindly', async () => {
    const { chatId } = await linked();
    expect(await toast(() => chat.inject({ chatId, callbackData: 'gone:1' }))).toContain('too old');
    expect(await toast(() => chat.inject({ chatId: 4_001, callbackData: 'help' }))).toContain(
      'somebody else',
    );
    expect((await say(4_002, 'hello', { languageCode: 'de' })).text).toContain('lege in Souk');
  });

  it('in a group it speaks in the topic it was tied in, when it is called, and moves with the group', async () => {
    const accountId = newId();
    const [chatId, supergroup] = [-700, -100_700];
    const mine = await linked({ accountId, chatId, threadId: 9 });
    expect(chat.messages.items.at(-1)!.payload).toMatchObject({ message_thread_id: 9 });
    const before = chat.messages.items.length;
    chat.inject({ chatId, text: 'we talk among ourselves' });
    chat.inject({ chatId, text: '/help@another_bot' });
    const answer = await say(chatId, '@souk_sandbox_bot', { threadId: 12 });
    expect(answer.payload).toMatchObject({ message_thread_id: 12 });
    expect(chat.messages.items.length).toBe(before + 1);

    // The message that tells of it may come after the next alert.
    chat.upgrade(chatId, supergroup);
    await world.until(
      async () =>
        (await world.sql('alerting', 'select 1 from telegram_chat where chat_id = $1', [supergroup]))
          .length === 1,
    );
    chat.inject({ chatId: supergroup, threadId: 9, text: 'x' });
    await fall({ ...mine }, 'moved', { title: 'Moved' });
    const moved = await world.until(() => {
      clock.advance(100);
      return chat.messages.items.find(({ text }) => text.includes('Moved'));
    });
    expect(moved).toMatchObject({ chatId: String(supergroup), payload: { message_thread_id: 9 } });
  });

  it('an alert finds a group that has moved, also before anybody tells of it', async () => {
    const accountId = newId();
    const [chatId, supergroup] = [-800, -100_800];
    const mine = await linked({ accountId, chatId });
    await world.sql('alerting', 'update telegram_chat set chat_id = $1 where chat_id = $2', [-801, chatId]);
    await world.sql('alerting', 'update channel set chat_id = $1 where id = $2', [-801, mine.channelId]);
    chat.upgrade(-801, supergroup);
    await fall(mine, 'followed', { title: 'Followed' });
    const found = await world.until(() => {
      clock.advance(100);
      return chat.messages.items.find(({ text }) => text.includes('Followed'));
    });
    expect(found.chatId).toBe(String(supergroup));
  });

  it('who throws the bot out stops the channel, and who lets it in again goes on', async () => {
    const { accountId, chatId } = await linked();
    chat.inject({ chatId, membership: 'kicked' });
    await world.until(async () => (await channelOf(accountId)).state === 'failing');
    chat.inject({ chatId, membership: 'member' });
    await world.until(async () => (await channelOf(accountId)).state === 'ready');
  });

  it('an update that comes twice, by webhook or by asking, is answered once; a forged one never', async () => {
    const secret = await linked();
    const update = {
      update_id: 900_001,
      message: {
        message_id: 1,
        date: 1,
        text: '/help',
        chat: { id: secret.chatId, type: 'private', first_name: 'A' },
        from: { id: secret.chatId, is_bot: false, first_name: 'A' },
      },
    };
    const receive = (secretToken: string) =>
      world.ask(
        ReceiveChatUpdate,
        { platform: 'telegram', kind: 'updates', proof: { secretToken } },
        { body: Buffer.from(JSON.stringify(update)) },
      );
    const { secretToken } = world.app('alerting').get(TelegramDoor);
    expect(await receive('wrong')).toEqual({ verdict: 'forged' });
    const help = await next(secret.chatId, () => void receive(secretToken));
    expect(help.text).toContain('/watches');
    expect(await receive(secretToken)).toEqual({ verdict: 'repeated' });
    // As after a crash between the answer and the note that it was given.
    await world.sql(
      'alerting',
      `update chat_update set done_at = null, body = $1 where update_key = '900001'`,
      [Buffer.from(JSON.stringify(update))],
    );
    await world.until(async () => {
      clock.advance(10_000);
      const rows = await world.sql(
        'alerting',
        `select 1 from chat_update where update_key = '900001' and done_at is not null`,
      );
      return rows.length === 1;
    });
    const answers = await world.sql(
      'alerting',
      'select state, body from telegram_answer where update_id = 900001',
    );
    expect(answers).toEqual([{ state: 'sent', body: null }]);
  });
});

import {
  type Deal,
  FindProducts,
  GetLinkedProducts,
  GetWatch,
  ListWatches,
  newId,
  type Product,
  productIdOf,
} from '@souk/contracts';
import { Clock } from '@souk/service';
import { Conversation } from '../src/conversation/conversation.ts';
import type { Action } from '../src/conversation/actions.ts';
import { Forgetting } from '../src/conversation/forgetting.ts';
import type { Block, ConversationInput, Reply, Text } from '../src/conversation/reply.ts';
import { Texts } from '../src/texts/texts.ts';
import { hasWords, wordsOf } from '../src/watches/words.ts';
import { listing, source, startAlerting } from './alerting-world.ts';

const deal = (productId: string, changes: Partial<Deal>): Deal => ({
  productId,
  offerId: productId,
  observedAt: '2026-01-01T00:00:00.000Z',
  priceMinor: 1_000,
  currency: 'EUR',
  listPriceMinor: null,
  availability: null,
  score: null,
  confidence: 1,
  scoreMissing: null,
  factors: [],
  discount: { claimedPercent: null, realPercent: null, method: 'test' },
  previousPriceMinor: null,
  statistics: [],
  traceId: '',
  ...changes,
});

/** Every text within an answer, also those that stand in others. */
function textsIn(value: unknown): Text[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.values(value).flatMap(textsIn);
  return 'key' in value && typeof value.key === 'string' ? [value as Text, ...within] : within;
}

describe('a conversation', () => {
  let world: Awaited<ReturnType<typeof startAlerting>>;
  let accountId: string;
  beforeAll(async () => {
    world = await startAlerting();
    world.answer(GetLinkedProducts, () => ({ products: [] }));
    world.answer(FindProducts, ({ accountId: of, text = '', match, limit }) => {
      const wanted = wordsOf(text);
      const fits = ({ facts: { title = '' } }: Product) =>
        match === 'any' ? wordsOf(title).some((word) => wanted.includes(word)) : hasWords(title, wanted);
      const own = [...world.known.values()].filter((one) => one.id === productIdOf(of, source, one.product));
      return { products: own.filter((one) => text === '' || fits(one)).slice(0, limit), next: null };
    });
  });
  afterAll(() => world.stop());
  beforeEach(() => void (accountId = newId()));

  /** A product of the account at a price in cents. */
  function known(product: string, title: string, priceMinor: number, currency = 'EUR'): string {
    const offer = {
      offerId: newId(), seller: null, condition: null, priceMinor, currency, listPriceMinor: null, shippingMinor: null,
      availability: null, observedAt: '2026-01-01T00:00:00.000Z',
    }; // prettier-ignore
    const one = listing(accountId, product, { facts: { title }, offers: [offer] });
    world.known.set(one.id, one);
    return one.id;
  }

  const say = (said: string | Action, changes: Partial<ConversationInput> = {}): Promise<Reply> =>
    world
      .app('alerting')
      .get(Conversation)
      .handle({
        accountId,
        person: 'telegram:1',
        chat: 'telegram:1',
        messageId: newId(),
        language: 'en',
        currency: 'EUR',
        channels: ['inbox'],
        said: typeof said === 'string' ? { text: said } : { action: said },
        ...changes,
      });
  const keysOf = ({ blocks }: Reply) =>
    blocks.map((block) => ('text' in block ? block.text.key : block.kind));
  const only = <Kind extends Block['kind']>({ blocks }: Reply, kind: Kind) =>
    blocks.find((block) => block.kind === kind) as Extract<Block, { kind: Kind }>;
  const optionOf = (reply: Reply, option: number) => only(reply, 'question').choices[option]!.action;
  const watches = async () => (await world.ask(ListWatches, { accountId, limit: 50 })).watches;

  it('a search keeps to the budget, and says so when nothing does', async () => {
    known('a', 'Gaming Laptop One', 90_000);
    const cheap = known('b', 'Gaming Laptop Two', 70_000);
    const found = await say('gaming laptop under 800 euro');
    expect(only(found, 'card').item.productId).toBe(cheap);
    const outside = await say('gaming laptop under 100 euro');
    expect(only(outside, 'list')).toMatchObject({
      title: { key: 'search.none-in-budget', values: { words: 'gaming laptop' } },
      items: [{ kind: 'product' }, { kind: 'product' }],
    });
    expect(keysOf(await say('unobtainium lamp'))).toEqual(['search.none']);
  });

  it('finds what a shop calls otherwise than people do', async () => {
    const headphones = known('h', 'Drift Over-Ear Headphones', 9_000);
    const speaker = known('s', 'Pebble Speaker', 3_000);
    expect(only(await say('kopfhörer unter 100 euro'), 'card').item.productId).toBe(headphones);
    expect(only(await say('speakers'), 'card').item.productId).toBe(speaker);
  });

  it('pages of a list are turned in place, and another chat knows nothing of them', async () => {
    for (let number = 0; number < 12; number += 1) known(`p${number}`, `Kettle ${number}`, 1_000);
    const first = only(await say('kettle'), 'list');
    expect(first).toMatchObject({ page: 0, of: 3, next: { do: 'page', page: 1 } });
    const second = await say(first.next!);
    expect(second.replaces).toBe(true);
    expect(only(second, 'list').items).toHaveLength(5);
    expect(keysOf(await say(first.next!, { chat: 'telegram:2' }))).toEqual(['chat.expired']);
  });

  it('"this" is the product that was shown last; the same message twice makes one watch', async () => {
    const productId = known('ps5', 'Sony PS5 Slim', 45_000);
    await say('ps5');
    const messageId = newId();
    const made = await say('tell me when this drops below 400 euro', { messageId });
    expect(made.blocks[0]).toMatchObject({
      text: {
        key: 'watch.made',
        values: {
          title: 'Sony PS5 Slim',
          condition: {
            text: { key: 'watch.below', values: { price: { amountMinor: 40_000, currency: 'EUR' } } },
          },
        },
      },
    });
    await say('tell me when this drops below 400 euro', { messageId });
    expect(await watches()).toMatchObject([{ productId, when: { priceBelow: '400.00', currency: 'EUR' } }]);
  });

  it('asks below which price, and a bare number answers', async () => {
    const productId = known('ps5', 'Sony PS5 Slim', 45_000);
    const asked = await say({ do: 'watch', productId });
    expect(only(asked, 'question').choices.map(({ action }) => action.do)).toEqual([
      'watch-lower', 'watch-lower', 'watch-lower', 'watch-lowest',
    ]); // prettier-ignore
    await say('399');
    expect(await watches()).toMatchObject([{ when: { priceBelow: '399.00', currency: 'EUR' } }]);
    await say({ do: 'watch-lower', productId, percent: 10 });
    expect((await watches())[0]).toMatchObject({ when: { priceBelow: '405.00', currency: 'EUR' } });
  });

  it('several products that fit are offered, and also all of them together', async () => {
    const first = known('a', 'RTX 5070 Alpha', 60_000);
    known('b', 'RTX 5070 Beta', 62_000);
    const asked = await say('notify me when an rtx 5070 is under 550');
    expect(only(asked, 'question').choices).toHaveLength(3);
    await say(optionOf(asked, 0));
    await say(optionOf(await say('notify me when an rtx 5070 is under 500'), 2));
    expect(await watches()).toMatchObject([
      { target: { kind: 'query', text: 'rtx 5070' }, when: { priceBelow: '500.00' } },
      { productId: first, when: { priceBelow: '550.00' } },
    ]);
  });

  it('what was said a day ago is forgotten, also of accounts that say nothing any more', async () => {
    const [silent, many] = [newId(), newId()];
    for (const talker of [accountId, silent]) await say('hello', { accountId: talker });
    await world.sql(
      'alerting',
      `insert into conversation (account_id, chat, person, memory, expires_at)
       select $1, 'chat ' || n, '', '{}', case n when 0 then now() + interval '1 hour' else now() - interval '1 hour' end
       from generate_series(0, 1500) n`,
      [many],
    );
    await world.sql(
      'alerting',
      "insert into conversation_turn (account_id, due_at) values ($1, now() - interval '1 second')",
      [many],
    );
    await world.sql(
      'alerting',
      `with past as (update conversation set expires_at = now() - interval '1 hour' where account_id = $1)
       update conversation_turn set due_at = now() - interval '1 hour' where account_id = $1`,
      [silent],
    );
    const now = world.app('alerting').get(Clock).now();
    await world.app('alerting').get(Forgetting).forget(now);
    const left = (table: string) =>
      world.sql<{ accountId: string; count: number }>(
        'alerting',
        `select account_id as "accountId", count(*)::int as count from ${table}
         where account_id = any ($1) group by 1`,
        [[accountId, silent, many]],
      );
    const expected = [accountId, many].map((of) => ({ accountId: of, count: 1 }));
    for (const table of ['conversation', 'conversation_turn'])
      expect((await left(table)).toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1))).toEqual(
        expected.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1)),
      );
    const [turn] = await world.sql<{ isLater: boolean }>(
      'alerting',
      'select due_at > now() as "isLater" from conversation_turn where account_id = $1',
      [many],
    );
    expect(turn).toEqual({ isLater: true });
    await say('hello', { accountId: silent });
    expect(await left('conversation_turn')).toHaveLength(3);
  });

  it('snoozes, pauses, resumes and explains the watch that is named, and deletes it only when told twice', async () => {
    known('tv', 'LG C4 TV', 120_000);
    known('ps5', 'Sony PS5 Slim', 45_000);
    await say('watch the LG C4, below 1000 euro');
    await say('watch the ps5, below 400 euro');
    const tv = (await watches()).find(({ product }) => product?.product === 'tv')!;
    const state = async () => (await world.ask(GetWatch, { accountId, watchId: tv.id })).watch;
    expect(keysOf(await say('snooze the lg tv for 3 days'))).toEqual(['watches.snoozed']);
    expect((await state()).state).toBe('snoozed');
    await say('pause the lg tv');
    expect((await state()).paused).toBe(true);
    await say('resume the lg tv');
    expect(await state()).toMatchObject({ paused: false, state: 'active' });
    expect(only(await say('why did nothing come for the lg tv?'), 'explanation').watchId).toBe(tv.id);
    const asked = only(await say('stop watching the lg tv'), 'confirmation');
    expect(await watches()).toHaveLength(2);
    await say(asked.yes.action);
    expect(await watches()).toHaveLength(1);
    expect(keysOf(await say(asked.yes.action))).toEqual(['watches.gone']);
  });

  it('what only resembles a command is asked about before anything is done', async () => {
    known('tv', 'LG C4 TV', 120_000);
    await say('watch the LG C4, below 1000 euro');
    const asked = only(await say('nerv mich nicht mehr mit dem fernseher'), 'confirmation');
    expect(asked.text.key).toBe('guess.stop');
    expect(await watches()).toHaveLength(1);
  });

  describe('in a group', () => {
    const ada = { person: 'telegram:1', chat: 'telegram:-100' };
    const bob = { person: 'telegram:2', chat: 'telegram:-100' };

    it('two people who are asked at once answer their own questions', async () => {
      const [tv, ps5] = [known('tv', 'LG C4 TV', 120_000), known('ps5', 'Sony PS5 Slim', 45_000)];
      await say({ do: 'watch', productId: tv }, ada);
      await say({ do: 'watch', productId: ps5 }, bob);
      await say('999', ada);
      await say('399', bob);
      expect(await watches()).toMatchObject([
        { productId: ps5, when: { priceBelow: '399.00' } },
        { productId: tv, when: { priceBelow: '999.00' } },
      ]);
    });

    it('a yes is that of whoever was asked, to the question it stands below', async () => {
      known('tv', 'LG C4 TV', 120_000);
      known('a', 'RTX 5070 Alpha', 60_000);
      known('b', 'RTX 5070 Beta', 62_000);
      await say('watch the LG C4, below 1000 euro', ada);
      const which = await say('notify me when an rtx 5070 is under 550', ada);
      const all = only(await say('delete all my watches', bob), 'confirmation');
      // Ada's button, pressed by Bob, is no yes to what Bob was asked.
      expect(keysOf(await say(optionOf(which, 0), bob))).toEqual(['chat.expired']);
      expect(await watches()).toHaveLength(1);
      expect(keysOf(await say(all.yes.action, ada))).toEqual(['chat.expired']);
      expect(await watches()).toHaveLength(1);
      const again = only(await say('delete all my watches', bob), 'confirmation');
      expect(keysOf(await say(again.yes.action, bob))).toEqual(['watches.stopped-all']);
      expect(await watches()).toEqual([]);
    });

    it('buttons of a list turn and compare that list, whoever presses them', async () => {
      for (let number = 0; number < 7; number += 1) {
        known(`k${number}`, `Kettle ${number}`, 1_000);
        known(`l${number}`, `Lamp ${number}`, 1_000);
      }
      const kettles = only(await say('kettle', ada), 'list');
      await say('lamp', bob);
      const turned = only(await say(kettles.next!, bob), 'list');
      expect(turned.title).toEqual(kettles.title);
      const idsOf = ({ items }: typeof kettles) => items.map(({ productId }) => productId);
      expect(idsOf(turned)).toHaveLength(2);
      await say('lamp', ada);
      const compared = only(await say(turned.choices![0]!.action, ada), 'comparison');
      expect(compared.productIds).toEqual(idsOf(turned));
    });

    it('"this" is what one was shown oneself, or an alert showed to all since', async () => {
      const [tv, ps5] = [known('tv', 'LG C4 TV', 120_000), known('ps5', 'Sony PS5 Slim', 45_000)];
      const conversation = world.app('alerting').get(Conversation);
      await say({ do: 'show', productId: tv }, ada);
      await say({ do: 'show', productId: ps5 }, bob);
      await say('watch this below 900 euro', ada);
      await conversation.noteShown({ accountId, chat: ada.chat }, ps5);
      await say('hello', ada);
      await say('watch this below 300 euro', ada);
      expect(await watches()).toMatchObject([
        { productId: ps5, when: { priceBelow: '300.00' } },
        { productId: tv, when: { priceBelow: '900.00' } },
      ]);
    });

    it('an alert that comes while somebody is answered overwrites nothing, and is not overwritten', async () => {
      const [tv, ps5] = [known('tv', 'LG C4 TV', 120_000), known('ps5', 'Sony PS5 Slim', 45_000)];
      const conversation = world.app('alerting').get(Conversation);
      await say({ do: 'show', productId: tv }, ada);
      // While the answer is made the alert is shown: what is asked stays asked, "this" is the alert's product.
      const asking = say('what did i save this month', ada);
      await conversation.noteShown({ accountId, chat: ada.chat }, ps5);
      await asking;
      await say('watch this below 300 euro', ada);
      await say({ do: 'watch', productId: tv }, ada);
      await conversation.noteShown({ accountId, chat: ada.chat }, ps5);
      await say('999', ada);
      expect((await watches()).map(({ productId }) => productId)).toEqual([tv, ps5]);
    });
  });

  it('what several watches could mean is asked for', async () => {
    known('a', 'Kettle A', 1_000);
    known('b', 'Kettle B', 1_000);
    await say({ do: 'watch-lowest', productId: productIdOf(accountId, source, 'a') });
    await say({ do: 'watch-lowest', productId: productIdOf(accountId, source, 'b') });
    const asked = only(await say('pause the kettle alert'), 'question');
    expect(asked.choices).toHaveLength(2);
    await say(asked.choices[1]!.action);
    expect((await watches()).filter(({ paused }) => paused)).toHaveLength(1);
    expect(keysOf(await say('pause all alerts'))).toEqual(['watches.paused-all']);
    expect((await watches()).filter(({ paused }) => paused)).toHaveLength(2);
  });

  it('compares what is named, or what was listed last', async () => {
    const ids = [known('a', 'iPhone 15', 80_000), known('b', 'Galaxy S24', 75_000)];
    expect(only(await say('compare iphone 15 and galaxy s24'), 'comparison').productIds).toEqual(ids);
    expect(only(await say('compare these'), 'comparison').productIds).toEqual(ids);
    expect(keysOf(await say('compare iphone 15'))).toEqual(['compare.too-few']);
  });

  it('a comparison says which product was not found, beside those that were', async () => {
    const ids = [known('a', 'iPhone 15', 80_000), known('b', 'Galaxy S24', 75_000)];
    const told = async (said: string, language: 'en' | 'de' = 'en') => {
      const [block] = (await say(said)).blocks;
      return block?.kind === 'text' ? new Texts(language).write(block.text) : '';
    };
    expect(await told('compare iphone 15 and fairphone 5')).toBe(
      'I found nothing for “fairphone 5”, and need two products to compare.',
    );
    expect(await told('compare fairphone 5 and nokia 3310', 'de')).toBe(
      'Zu „fairphone 5“, „nokia 3310“ habe ich nichts gefunden, und zum Vergleichen brauche ich zwei Produkte.',
    );
    const some = await say('compare iphone 15, galaxy s24 and fairphone 5');
    expect(keysOf(some)).toEqual(['compare.also-not-found', 'comparison']);
    expect(only(some, 'comparison').productIds).toEqual(ids);
    expect(await told('compare iphone 15 and the apple iphone 15')).toContain(
      'the same product here: iPhone 15',
    );
  });

  it('a comparison takes what is nearly called so and says it, and never something else', async () => {
    const ids = [known('a', 'Sony WH-1000XM5', 30_000), known('b', 'Bose QC45', 25_000)];
    known('c', 'Philips Kettle Daily', 3_000);
    const nearly = await say('compare sony xm5 and bose qc45');
    expect(keysOf(nearly)).toEqual(['compare.nearest', 'comparison']);
    expect(only(nearly, 'comparison').productIds).toEqual(ids);
    const { text } = only(nearly, 'text');
    expect(new Texts('de').write(text)).toBe(
      'Genau „sony xm5“ heißt nichts: ich habe Sony WH-1000XM5 genommen.',
    );
    expect(keysOf(await say('compare bose qc45 and philips sonicare 9000'))).toEqual(['compare.not-found']);
  });

  it('the best scores are the deals', async () => {
    const good = known('a', 'Kettle A', 1_000);
    known('b', 'Kettle B', 1_000);
    world.deals.set(good, deal(good, { score: 82, currency: 'EUR' }));
    expect(only(await say('best deals today'), 'card').item.productId).toBe(good);
    expect(keysOf(await say('deals', { accountId: newId() }))).toEqual(['deals.none']);
  });

  it('counts as saved what lies between the price paid and the usual one, once', async () => {
    const productId = known('a', 'Kettle A', 1_500);
    const window = { window: '90d' as const, observations: 9, lowMinor: 1, highMinor: 9, p10Minor: 1, p25Minor: 1, p75Minor: 1, p90Minor: 1 }; // prettier-ignore
    world.deals.set(
      productId,
      deal(productId, {
        priceMinor: 1_500,
        currency: 'EUR',
        statistics: [{ ...window, medianMinor: 2_000 }],
      }),
    );
    const messageId = newId();
    // Without a price of its own the button notes that of now, and says so.
    expect(keysOf(await say({ do: 'bought', productId }, { messageId }))).toEqual([
      'bought.price-of-now',
      'bought.noted',
    ]);
    await say({ do: 'bought', productId }, { messageId });
    expect(await say('what did I save this month?')).toMatchObject({
      blocks: [
        {
          text: {
            key: 'savings.total',
            values: {
              period: { text: { key: 'period.this-month' } },
              count: 1,
              saved: { amountMinor: 500, currency: 'EUR' },
              paid: { amountMinor: 1_500, currency: 'EUR' },
            },
          },
        },
      ],
    });
    expect(keysOf(await say('how much did i save last month'))).toEqual(['savings.none']);
  });

  it('what is noted as bought is the price that the card showed, though it is another one by now', async () => {
    const productId = known('dear-now', 'Kettle B', 18_709);
    const bought = await say({ do: 'bought-at', productId, amountMinor: 12_379, currency: 'EUR' });
    expect(keysOf(bought)).toEqual(['bought.noted-unknown']);
    expect(only(bought, 'question').text.values).toMatchObject({
      price: { amountMinor: 12_379, currency: 'EUR' },
    });
  });

  it('what was marked as bought by mistake is taken back, and can be bought after all', async () => {
    const productId = known('sony', 'Sony WH-1000XM5', 1_500);
    const bought = async () => only(await say({ do: 'bought', productId }), 'question').choices[0]!.action;
    const undo = await bought();
    expect(await say(undo)).toMatchObject({
      blocks: [{ text: { key: 'bought.undone', values: { title: 'Sony WH-1000XM5' } } }],
      replaces: true,
    });
    expect(keysOf(await say('what did I save this month?'))).toEqual(['savings.none']);
    expect(keysOf(await say(undo))).toEqual(['bought.undone-already']);
    const again = await bought();
    expect(keysOf(await say(undo))).toEqual(['bought.undone-already']);
    const stranger = { accountId: newId() };
    expect(keysOf(await say(again, stranger))).toEqual(['bought.undone-already']);
    expect(keysOf(await say('what did I save this month?'))).toEqual(['savings.total']);
  });

  it.each<[string | Action, string]>([
    [
      'sag bescheid wenn die PS5 Slim unter 99999999999 euro fällt',
      'Diesen Preis kann ich nicht beobachten.',
    ],
    [{ do: 'bought-alert', alertId: newId() }, 'Das gibt es nicht mehr.'],
    [{ do: 'pause', watchId: newId() }, 'Diese Beobachtung gibt es nicht mehr.'],
  ])('what is refused is said in the language of the chat: %j', async (said, german) => {
    known('ps5', 'Sony PS5 Slim', 45_000);
    const { text } = only(await say(said, { language: 'de' }), 'text');
    expect(new Texts('de').write(text)).toContain(german);
  });

  it('no answer carries a sentence of its own: all but names and titles is written by the catalogues', async () => {
    known('a', 'Kettle Alpha', 4_000);
    known('b', 'Kettle Beta', 5_000);
    const said = [
      'wasserkocher', 'kettle unter 10 euro', 'sag bescheid wenn kettle alpha unter 1 euro fällt',
      'sag bescheid wenn kettle alpha unter 90 euro fällt', 'sag bescheid wenn kettle beta 10 % billiger wird',
      'meine beobachtungen', 'pausiere kettle beta', 'ruhe für kettle beta', 'warum kommt nichts zu kettle beta',
      'kettle beta nicht mehr beobachten', 'vergleiche kettle alpha und kettle gamma ray', 'vergleiche kettle alpha und nichts',
      'was habe ich diesen monat gespart', 'gute angebote', 'beobachte https://nirgends.example/x', 'hilfe', 'qwertz',
      'sag bescheid wenn kettle alpha unter 99999999999 euro fällt',
    ]; // prettier-ignore
    const names = new Set(wordsOf([...said, 'Kettle Alpha', 'Kettle Beta', source].join(' ')));
    const keys = new Set<string>();
    for (const text of said) {
      const { blocks } = await say(text, { language: 'de' });
      for (const { key, values } of textsIn(blocks)) {
        keys.add(key);
        for (const value of Object.values(values ?? {}))
          if (typeof value === 'string')
            for (const word of wordsOf(value))
              expect([text, value, names.has(word)]).toEqual([text, value, true]);
      }
    }
    expect(keys.size).toBeGreaterThan(20);
  });

  it('says that it did not understand, and what it can do', async () => {
    expect(only(await say('???'), 'question')).toMatchObject({ text: { key: 'chat.unknown' } });
    expect(keysOf(await say(`find ${'x'.repeat(20_000)}`))).toEqual(['chat.too-long']);
    expect(keysOf(await say({ do: 'choose', option: 3, question: 1 }))).toEqual(['chat.expired']);
  });
});

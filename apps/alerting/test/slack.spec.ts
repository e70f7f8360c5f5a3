import {
  AlertDelivered,
  AlertFailed,
  type ChatUpdateKind,
  CreateChannel,
  FinishSlackInstall,
  GetPriceChart,
  ListChannels,
  ListVariations,
  newId,
  type PriceChartData,
  type Product,
  ReactionAdded,
  ReceiveChatUpdate,
  TestChannel,
} from '@souk/contracts';
import { cardOfAlert } from '../src/cards/card.ts';
import { sampleAlert, sampleProduct } from '../src/cards/samples.ts';
import type { Block } from '../src/conversation/reply.ts';
import { DEFAULT_PREFERENCE } from '../src/preferences/preference.ts';
import { cardMessage } from '../src/slack/slack-blocks.ts';
import { SlackReplies } from '../src/slack/slack-replies.ts';
import { Texts } from '../src/texts/texts.ts';
import { slackSignature } from '../src/slack/slack-signature.ts';
import { alertsOf, listing, prices, scored, startAlerting, watch } from './alerting-world.ts';
import { type Json, problemOfBlocks, type SlackFake, startSlackFake } from './slack-fake.ts';

const SIGNING_SECRET = 'a signing secret of Slack';
const TOKEN = 'xoxb-first-canary';

describe('Slack', () => {
  let slack: SlackFake;
  let world: Awaited<ReturnType<typeof startAlerting>>;
  beforeAll(async () => {
    slack = await startSlackFake({ tokens: { [TOKEN]: 'T1', 'xoxb-second': 'T2' } });
    world = await startAlerting({
      env: {
        SOUK_SLACK_TOKEN: TOKEN,
        SOUK_SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SOUK_SLACK_API_URL: `${slack.url}/api/`,
        SOUK_SLACK_CLIENT_ID: '1.2',
        SOUK_SLACK_CLIENT_SECRET: 'client-secret-canary',
        SOUK_PUBLIC_URL: 'https://souk.example',
      },
    });
    world.answer(GetPriceChart, ({ productId }) => ({ chart: charts.get(productId) ?? null }));
    await world.sql(
      'alerting',
      `insert into slack_message (team_id, conversation_id, ts, alert_id, channel_id, account_id, sent_at)
       select 'T1', 'C-old', days::text, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
         now() - make_interval(days => days) from unnest(array[89, 91]) days`,
    );
  });
  afterAll(async () => {
    await world?.stop();
    await slack?.close();
  });

  const charts = new Map<string, PriceChartData>();

  /** Hands over what Slack sends, signed now unless told otherwise. */
  const send = (
    kind: ChatUpdateKind,
    body: string,
    options: { secret?: string; ageSeconds?: number; signedBody?: string } = {},
  ) => {
    const timestamp = String(Math.floor(Date.now() / 1_000) - (options.ageSeconds ?? 0));
    const signature = slackSignature(options.secret ?? SIGNING_SECRET, timestamp, options.signedBody ?? body);
    return world.ask(
      ReceiveChatUpdate,
      { platform: 'slack', kind, proof: { signature, timestamp } },
      { body: Buffer.from(body) },
    );
  };
  let asked = 0;
  /** Where the next command or press is answered. */
  const responseUrl = () => `${slack.url}/response/${(asked += 1)}`;
  const command = (text: string, conversation: string, changes: Record<string, string> = {}) => {
    const form = {
      command: '/souk',
      text,
      team_id: 'T1',
      channel_id: conversation,
      channel_name: `name-of-${conversation}`,
      user_id: 'U1',
      trigger_id: slack.trigger(),
      response_url: responseUrl(),
      ...changes,
    };
    return send('commands', new URLSearchParams(form).toString());
  };
  /** What the next command or press is answered. */
  const answered = async (doing: () => Promise<unknown>) => {
    await doing();
    const path = `/response/${asked}`;
    return world.until(() => slack.responses.find((response) => response.path === path));
  };
  const event = (id: string, data: object) =>
    send('events', JSON.stringify({ type: 'event_callback', team_id: 'T1', event_id: id, event: data }));

  let conversations = 0;
  /** A channel that is tied to a conversation of its own. */
  const linked = async () => {
    const accountId = newId();
    const channelId = newId();
    const conversation = `C${(conversations += 1)}`;
    const { link } = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'slack' } });
    const answer = await answered(() => command(`link ${link!.code}`, conversation));
    expect(answer.text).toContain('Alerts will come to this conversation');
    return { accountId, channelId, conversation };
  };
  let falls = 0;
  const raise = async ({ accountId, channelId }: { accountId: string; channelId: string }) => {
    const product = `fall-${(falls += 1)}`;
    await watch(world, accountId, product, { dropPercent: 10 }, [channelId]);
    await prices(world, accountId, [
      scored(accountId, product, { priceMinor: 500, previousPriceMinor: 1_000 }),
    ]);
    return (await alertsOf(world, accountId))[0]!;
  };
  const delivered = async (alertId: string) =>
    (await world.event(AlertDelivered, (message) => message.data.alertId === alertId)).data;
  const postedTo = (conversation: string) =>
    slack.posted().filter(({ body }) => body.channel === conversation);

  it('takes only what Slack signed within five minutes, byte for byte', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'say this' });
    expect(await send('events', body)).toEqual({ verdict: 'stored', challenge: 'say this' });
    expect(await send('events', body, { secret: 'another secret' })).toEqual({ verdict: 'forged' });
    expect(await send('events', body, { ageSeconds: 301 })).toEqual({ verdict: 'forged' });
    expect(await send('events', body, { ageSeconds: -400 })).toEqual({ verdict: 'forged' });
    expect(await send('events', `${body} `, { signedBody: body })).toEqual({ verdict: 'forged' });
    expect(await send('events', '{"type":"app_rate_limited"}')).toEqual({ verdict: 'unreadable' });
  });

  it('an alert is a card in the conversation that the code tied', async () => {
    const channel = await linked();
    const alert = await raise(channel);
    expect(await delivered(alert.id)).toMatchObject({ channelType: 'slack', attempts: 1 });
    const [message] = postedTo(channel.conversation);
    expect(message).toMatchObject({ token: TOKEN, body: { unfurl_links: 'false' } });
    expect(message!.body.blocks[0]).toMatchObject({ type: 'header', text: { type: 'plain_text' } });
    const values = message!.body.blocks
      .flatMap(({ elements = [] }: Json) => elements)
      .flatMap(({ value }: Json) => value ?? []);
    expect(values.map((value: string) => value.split(':')[0])).toEqual([
      'chart',
      'explain',
      'snooze',
      'similar',
      'bought-alert',
      'stop',
    ]);
    const { channels } = await world.ask(ListChannels, { accountId: channel.accountId, limit: 10 });
    expect(channels).toMatchObject([{ state: 'ready', target: `#name-of-${channel.conversation}` }]);
  });

  it('a code ties one conversation once, and a conversation belongs to one channel until it is unlinked', async () => {
    const { conversation, accountId, channelId } = await linked();
    const other = await world.ask(CreateChannel, {
      accountId,
      channelId: newId(),
      channel: { type: 'slack' },
    });
    const { code } = other.link!;
    const taken = await answered(() => command(`link ${code}`, conversation));
    expect(taken.text).toContain('belongs to another channel');
    expect((await answered(() => command('link nonsense', 'C-else'))).text).toContain('not valid');
    expect((await answered(() => command('unlink', conversation))).text).toContain('No more alerts');
    expect((await answered(() => command(`link ${code}`, conversation))).text).toContain('will come');
    expect((await answered(() => command(`link ${code}`, 'C-third'))).text).toContain('not valid');
    expect(await world.ask(TestChannel, { accountId, channelId })).toMatchObject({ delivered: false });
  });

  it('a reaction to an alert is told once, however often Slack says it, and only of tied conversations', async () => {
    const channel = await linked();
    const alert = await raise(channel);
    await delivered(alert.id);
    const { ts } = postedTo(channel.conversation)[0]!.answer;
    const reaction = (conversation: string) => ({
      type: 'reaction_added',
      user: 'U7',
      reaction: 'moneybag',
      item: { type: 'message', channel: conversation, ts },
      event_ts: '1760000000.000100',
    });
    expect(await event('Ev1', reaction('C-of-strangers'))).toEqual({ verdict: 'stored' });
    expect(await event('Ev2', reaction(channel.conversation))).toEqual({ verdict: 'stored' });
    expect(await event('Ev2', reaction(channel.conversation))).toEqual({ verdict: 'repeated' });
    const told = await world.event(ReactionAdded, (message) => message.accountId === channel.accountId);
    expect(told.data).toMatchObject({
      platform: 'slack',
      channelId: channel.channelId,
      chat: channel.conversation,
      message: ts,
      user: 'U7',
      emoji: 'moneybag',
      alertId: alert.id,
    });
    await world.until(
      async () =>
        (await world.sql('alerting', 'select 1 from chat_update where done_at is null')).length === 0,
    );
    expect(world.events(ReactionAdded)).toHaveLength(1);
    expect(await world.sql('alerting', 'select 1 from chat_update where body is not null')).toEqual([]);
  });

  it('what came before a crash is worked on after it', async () => {
    const { conversation } = await linked();
    await world.sql(
      'alerting',
      `insert into chat_update (platform, kind, update_key, conversation, body, attempts, received_at, due_at)
       values ('slack', 'commands', 'left behind', 'T1/left', $1, 1, now(), now() - interval '1 second')`,
      [
        Buffer.from(
          new URLSearchParams({
            command: '/souk',
            text: 'unlink',
            team_id: 'T1',
            channel_id: conversation,
            channel_name: 'x',
            user_id: 'U1',
            trigger_id: 'x',
            response_url: `${slack.url}/response/left`,
          }).toString(),
        ),
      ],
    );
    await world.until(() => slack.responses.some(({ text }) => text === 'No more alerts will come here.'));
  });

  it('words and buttons go to the conversation, and only who asked sees the answer', async () => {
    const { conversation } = await linked();
    const answer = await answered(() => command('', conversation));
    expect(answer).toMatchObject({ response_type: 'ephemeral' });
    const { elements } = answer.blocks.find(({ type }: { type: string }) => type === 'actions');
    const press = (isEphemeral: boolean) => {
      const payload = {
        type: 'block_actions',
        team: { id: 'T1' },
        user: { id: 'U2' },
        channel: { id: conversation, name: 'x' },
        container: { type: 'message', is_ephemeral: isEphemeral },
        trigger_id: slack.trigger(),
        response_url: responseUrl(),
        actions: [{ type: 'button', block_id: 'a', action_id: 'souk.0', value: elements[0].value }],
        isEphemeral,
      };
      return answered(() =>
        send('interactions', new URLSearchParams({ payload: JSON.stringify(payload) }).toString()),
      );
    };
    expect(await press(true)).toMatchObject({ text: 'You watch nothing yet.' });
    expect(await press(false)).toMatchObject({ replace_original: false, response_type: 'ephemeral' });
    const stranger = await answered(() => command('deals', 'C-unlinked'));
    expect(stranger.text).toContain('not linked');
  });

  it('the window for a watch opens while its trigger is fresh, and what is filled in goes to the conversation', async () => {
    const { conversation } = await linked();
    await command('watch', conversation);
    const opened = await world.until(() => slack.calls.find(({ method }) => method === 'views.open'));
    expect(opened).toMatchObject({ answer: { ok: true } });
    const { view } = opened.body;
    const payload = {
      type: 'view_submission',
      team: { id: 'T1' },
      user: { id: 'U3' },
      trigger_id: slack.trigger(),
      view: {
        ...view,
        id: 'V1',
        state: {
          values: { product: { value: { value: 'a lamp' } }, limit: { value: { value: '40 euro' } } },
        },
      },
    };
    await send('interactions', new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    const shown = await world.until(() => slack.calls.find(({ method }) => method === 'chat.postEphemeral'));
    expect(shown.body).toMatchObject({ channel: conversation, user: 'U3' });
    expect(shown.body.text).not.toBe('');
    const late = await answered(() => command('watch', conversation, { trigger_id: slack.trigger(60_000) }));
    expect(late.text).toContain('took too long');
  });

  const pressOn = (conversation: string, container: object, action: object) => {
    const payload = {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'U2' },
      channel: { id: conversation, name: 'x' },
      container: { type: 'message', ...container },
      trigger_id: slack.trigger(),
      response_url: responseUrl(),
      actions: [{ block_id: 'a', action_id: 'souk.0', ...action }],
    };
    return send('interactions', new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
  };

  it('the chart of a card comes as a file beside it; without a history it is said so', async () => {
    const channel = await linked();
    const alert = await raise(channel);
    await delivered(alert.id);
    world.known.set(alert.productId, listing(channel.accountId, alert.product, { facts: { title: 'Lamp' } }));
    const [{ answer, body }] = postedTo(channel.conversation) as [(typeof slack.calls)[number]];
    const chart = body.blocks
      .flatMap(({ elements = [] }: Json) => elements)
      .find(({ value }: Json) => value?.startsWith('chart:'));
    const press = () =>
      pressOn(
        channel.conversation,
        { message_ts: answer.ts, is_ephemeral: false },
        { type: 'button', value: chart.value },
      );
    expect((await answered(press)).text).toContain('no price history');
    const point = { listPriceMinor: null, isAvailable: true, isImported: false };
    charts.set(alert.productId, {
      offerId: alert.offerId,
      currency: 'USD',
      seller: null,
      condition: null,
      points: [
        { ...point, at: '2025-12-01T00:00:00.000Z', priceMinor: 1_000 },
        { ...point, at: '2025-12-20T00:00:00.000Z', priceMinor: 500 },
      ],
      gaps: [],
      to: '2026-01-01T00:00:00.000Z',
      lowest: { priceMinor: 500, observedAt: '2025-12-20T00:00:00.000Z' },
      usual: null,
    });
    await press();
    const shared = await world.until(() =>
      slack.calls.find(({ method }) => method === 'files.completeUploadExternal'),
    );
    expect(shared).toMatchObject({
      answer: { ok: true },
      body: {
        channel_id: channel.conversation,
        thread_ts: answer.ts,
        files: [{ title: 'Price history of Lamp' }],
      },
    });
    expect(slack.uploads.get(shared.body.files[0].id)).toContain('PNG');
  });

  it('a card of several variants lists them, each with what tells it from the others', async () => {
    const { accountId, conversation } = await linked();
    const shirt = (product: string, Colour?: string) => {
      const facts = { title: 'Shirt', variantOf: 'shirt', ...(Colour && { variant: { Colour } }) };
      const one = listing(accountId, product, { facts });
      world.known.set(one.id, one);
      return one.id;
    };
    const [red, blue] = [shirt('red', 'Red'), shirt('blue', 'Blue')];
    const policy = { mayStoreHistory: true, cacheLifetimeMs: null, mayAlert: true, attribution: null };
    const fetchedAt = '2026-01-01T00:00:00.000Z';
    const items = [
      { product: 'blue', productId: blue, priceMinor: 1, currency: 'EUR', observedAt: fetchedAt },
    ];
    world.answer(ListVariations, () => ({ items, total: 1, fetchedAt, fetchId: null, policy }));
    const pressed = (value: string) =>
      answered(() => pressOn(conversation, { message_ts: '1.1' }, { type: 'button', value }));
    const card = await pressed(`show:${Buffer.from(red.replaceAll('-', ''), 'hex').toString('base64url')}`);
    expect(JSON.stringify(card.blocks)).toContain('Colour: Red');
    const button = card.blocks
      .flatMap(({ elements = [] }: Json) => elements)
      .find(({ value }: Json) => value?.startsWith('variants:'));
    const list = await pressed(button.value);
    expect(JSON.stringify(list.blocks)).toMatch(
      /Variants of Shirt.*Shirt · Colour: Red.*Shirt · Colour: Blue/,
    );
    expect((await pressed(`variants:${newId()}`)).text).toContain('too old');
    world.answer(ListVariations, () => ({ items: [], total: 0, fetchedAt, fetchId: null, policy }));
    const alone = shirt('alone');
    expect((await pressed(`variants:${alone}`)).text).toBe('No other variants of Shirt are known.');
  });

  it('a conversation is spoken to in its language, and "this" is what its last alert told of', async () => {
    const channel = await linked();
    const menu = await answered(() => command('settings', channel.conversation));
    const language = menu.blocks.find(({ accessory }: Json) => accessory?.action_id === 'souk.set.language');
    const german = language.accessory.options.find(({ text }: Json) => text.text === 'Deutsch');
    const set = await answered(() =>
      pressOn(
        channel.conversation,
        { is_ephemeral: true },
        { type: 'static_select', selected_option: { ...german } },
      ),
    );
    expect(set).toMatchObject({ replace_original: true, text: expect.stringContaining('Einstellungen') });
    const zone = await answered(() => command('settings time-zone Asia/Kolkata', channel.conversation));
    expect(JSON.stringify(zone.blocks)).toContain('Zeitzone: Asia/Kolkata');
    const alert = await raise(channel);
    await delivered(alert.id);
    const card = JSON.stringify(postedTo(channel.conversation)[0]!.body.blocks);
    expect(card).toContain('Preisverlauf');
    expect(card).not.toContain('Deal score');
    world.known.set(
      alert.productId,
      listing(channel.accountId, alert.product, { facts: { title: 'Lampe' } }),
    );
    const made = await answered(() => command('sag mir wenn das unter 4 dollar fällt', channel.conversation));
    expect(made.text).toContain('Lampe');
    expect((await answered(() => command('unlink', channel.conversation))).text).toContain('keine Meldungen');
  });

  it('every watch of a list has a menu of what can be done with it, page by page, in the language of the chat', async () => {
    const { accountId, channelId, conversation } = await linked();
    for (let place = 0; place < 6; place += 1)
      await watch(world, accountId, `menu-${place}`, { priceBelow: '5' }, [channelId]);
    await answered(() => command('settings language de', conversation));
    const menusOf = ({ blocks }: Json) =>
      blocks.flatMap(({ accessory }: Json) => (accessory?.type === 'overflow' ? [accessory.options] : []));
    const list = await answered(() => command('meine Beobachtungen', conversation));
    expect(menusOf(list)).toHaveLength(5);
    expect(menusOf(list)[0].map(({ text }: Json) => text.text)).toEqual([
      'Warum?',
      'Anhalten',
      'Einen Tag Ruhe',
      'Beenden',
    ]);
    const choose = (option: Json) =>
      answered(() =>
        pressOn(conversation, { is_ephemeral: true }, { type: 'overflow', selected_option: option }),
      );
    const why = await choose(menusOf(list)[0][0]);
    expect(why.text).toContain('dieses Produkt kennt noch niemand');
    expect((await choose(menusOf(list)[0][1])).text).toContain('ist angehalten');
    expect((await choose(menusOf(list)[1][2])).text).toContain('kommt nichts zu');
    expect((await choose(menusOf(list)[2][3])).text).toContain('nicht mehr beobachten?');
    const { elements } = list.blocks.find(({ type }: Json) => type === 'actions');
    const last = await answered(() =>
      pressOn(conversation, { is_ephemeral: true }, { type: 'button', value: elements[0].value }),
    );
    expect([last.replace_original, menusOf(last).length]).toEqual([true, 1]);
    const again = await answered(() => command('meine Beobachtungen', conversation));
    const [paused, snoozed] = menusOf(again).map((options: Json[]) => options.map(({ text }) => text.text));
    expect(paused).toEqual(['Warum?', 'Weiter', 'Einen Tag Ruhe', 'Beenden']);
    expect(snoozed).toEqual(['Warum?', 'Anhalten', 'Weiter', 'Beenden']);
    expect(JSON.stringify(again.blocks)).toMatch(/angehalten.*Still bis/);
  });

  it('what is to be set is said in words, and told back in the new way', async () => {
    const { conversation } = await linked();
    const told = await answered(() => command('change my language to german', conversation));
    expect(JSON.stringify(told.blocks)).toMatch(/Das gilt von jetzt an.*Sprache: Deutsch.*Rückgängig/);
    const quiet = await answered(() => command('ruhezeit 22 bis 7 uhr', conversation));
    expect(JSON.stringify(quiet.blocks)).toContain('Ruhezeit: 22:00 bis 07:00');
  });

  it('a list of watches says of each what it waits for, beside the price of now', async () => {
    const { accountId } = await linked();
    const product = listing(accountId, 'lamp', { facts: { title: 'Lamp' } });
    const offers = [{ ...sampleProduct.offers[0]!, priceMinor: 950, currency: 'USD' }];
    world.known.set(product.id, { ...product, offers });
    const choice = { label: { key: 'button.explain' as const }, action: { do: 'help' as const } };
    const blocks: Block[] = [
      {
        kind: 'list',
        title: { key: 'watches.title' },
        items: [{ priceBelow: '8.00' }, { dropPercent: 20 }].map((when) => ({
          ...{ kind: 'watch', watchId: newId(), productId: product.id, name: 'Lamp', paused: false, when },
          choices: [choice],
        })),
        page: 0,
      },
    ];
    const listener = { accountId, preference: DEFAULT_PREFERENCE, texts: new Texts('en') };
    const drawn = await world.app('alerting').get(SlackReplies).draw({ blocks, replaces: false }, listener);
    const told = JSON.stringify(drawn.blocks);
    expect(told).toContain('Lamp · price below $8.00 · Now $9.50');
    expect(told).toContain('Lamp · falls by 20 % · Now $9.50');
  });

  it('however long texts are and however many there are, every answer keeps the limits of Slack', async () => {
    const long = 'Ω"<&>\n'.repeat(2_000);
    const accountId = newId();
    const products = Array.from({ length: 60 }, (_, place) =>
      listing(accountId, `long-${place}`, {
        facts: { title: long.slice(0, 500), url: `https://shop.example/${'x'.repeat(2_000)}` },
      }),
    );
    for (const product of products) world.known.set(product.id, product);
    const preference = { ...DEFAULT_PREFERENCE, language: 'de' };
    const listener = { accountId, preference, texts: new Texts('de') };
    const item = ({ id }: Product) => ({ kind: 'product' as const, productId: id, choices: [] });
    const choice = {
      label: { key: 'button.title' as const, values: { title: long } },
      action: { do: 'help' as const },
    };
    const title = { key: 'search.title' as const, values: { words: long } };
    const replies = world.app('alerting').get(SlackReplies);
    const blocks: Block[] = [
      { kind: 'text', text: title },
      { kind: 'question', text: title, choices: Array.from({ length: 40 }, () => choice) },
      { kind: 'card', item: item(products[0]!) },
      {
        kind: 'list',
        title,
        items: products.map(item),
        page: 0,
        of: 2,
        next: { do: 'page', page: 1, list: 7 },
      },
      {
        kind: 'list',
        title,
        items: products.map(({ id }) => ({
          ...{ kind: 'watch', watchId: id, productId: null, name: long, paused: true },
          when: { dropPercent: 5, any: Array.from({ length: 20 }, () => ({ priceBelow: '123456.78' })) },
          choices: Array.from({ length: 9 }, () => choice),
        })),
        page: 0,
      },
      { kind: 'comparison', title, productIds: products.map(({ id }) => id) },
      { kind: 'settings' },
      { kind: 'help' },
    ];
    for (const wanted of [...blocks.map((block) => [block]), blocks]) {
      const drawn = await replies.draw({ blocks: wanted, replaces: false }, listener);
      expect([wanted[0]!.kind, problemOfBlocks(drawn.blocks as Json[])]).toEqual([
        wanted[0]!.kind,
        undefined,
      ]);
      expect(drawn.text.length).toBeLessThanOrEqual(3_000);
    }
    const reasons = Array.from({ length: 60 }, () => ({
      ...sampleAlert.reasons[0]!,
      kind: 'dropAmount' as const,
      sentence: long,
    }));
    const card = cardOfAlert({
      ...sampleAlert,
      title: long,
      seller: long,
      image: `https://x.example/${'y'.repeat(3_000)}`,
      reasons,
    });
    const drawn = cardMessage({ ...card, attribution: long }, listener.texts, new Date(), {
      isRepeated: true,
    });
    expect(problemOfBlocks(drawn.blocks as Json[])).toBeUndefined();
    // What it is measured with does refuse.
    const text = { type: 'plain_text', text: 'x'.repeat(3_001) };
    expect(problemOfBlocks([{ type: 'section', text }])).toContain('3001');
    expect(problemOfBlocks(Array.from({ length: 51 }, () => ({ type: 'divider' })))).toContain('50 blocks');
  });

  it('which alerts old messages told of is forgotten', async () => {
    await delivered((await raise(await linked())).id);
    const left = await world.sql('alerting', `select ts from slack_message where conversation_id = 'C-old'`);
    expect(left).toEqual([{ ts: '89' }]);
  });

  it('messages to one conversation keep a second apart, and nothing is ever refused for it', async () => {
    const channel = await linked();
    for (let count = 0; count < 3; count += 1) await raise(channel);
    const alerts = await alertsOf(world, channel.accountId);
    for (const { id } of alerts) await delivered(id);
    const times = postedTo(channel.conversation).map(({ atMs }) => atMs);
    expect(times).toHaveLength(3);
    expect(slack.calls.filter(({ answer }) => answer.error === 'ratelimited')).toEqual([]);
  });

  it('a 429 is obeyed, a 503 tried again, and a lost answer repeated once, marked', async () => {
    const channel = await linked();
    slack.fail({ kind: '429', seconds: 2 });
    const startedAtMs = Date.now();
    const alert = await raise(channel);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: false });
    expect(Date.now() - startedAtMs).toBeGreaterThan(1_900);
    const second = await linked();
    slack.fail({ kind: 'lost' });
    const lost = await raise(second);
    await world.until(async () => {
      const [row] = await world.sql<{ state: string; attempts: number }>(
        'alerting',
        'select state, attempts from delivery where alert_id = $1',
        [lost.id],
      );
      return row?.state === 'waiting' && row.attempts === 1;
    });
    await world.sql('alerting', 'update delivery_queue set due_at = now() where channel_id = $1', [
      second.channelId,
    ]);
    expect(await delivered(lost.id)).toMatchObject({ attempts: 2, possibleRepeat: true });
    expect(JSON.stringify(postedTo(second.conversation).at(-1)!.body.blocks)).toContain('(repeated)');
  });

  it('a conversation that is gone stops its channel', async () => {
    const channel = await linked();
    await world.sql('alerting', `update channel set place = 'T1/D-gone' where id = $1`, [channel.channelId]);
    const alert = await raise(channel);
    const failed = await world.event(AlertFailed, (message) => message.data.alertId === alert.id);
    expect(failed.data.reason).toBe('Slack answered channel_not_found');
    const { channels } = await world.ask(ListChannels, { accountId: channel.accountId, limit: 10 });
    expect(channels).toMatchObject([{ state: 'failing', pausedReason: 'Slack answered channel_not_found' }]);
  });

  it('another workspace installs the app by a signed link, its token is stored sealed and used there', async () => {
    const accountId = newId();
    const channelId = newId();
    const made = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'slack' } });
    const link = new URL(made.link!.url!);
    expect(link.searchParams.get('redirect_uri')).toBe('https://souk.example/hooks/slack/oauth');
    const state = link.searchParams.get('state')!;
    const install = (changes: object) =>
      world.ask(FinishSlackInstall, { code: 'good-code', state, ...changes });
    await expect(install({ state: `${state.slice(0, -1)}x` })).rejects.toMatchObject({ code: 'invalid' });
    await expect(install({ code: 'stolen' })).rejects.toMatchObject({ code: 'invalid' });
    expect(await install({})).toEqual({ workspace: 'Second & <co>' });
    const [stored] = await world.sql<{ token: Buffer }>('alerting', 'select token from slack_workspace');
    expect(stored!.token.includes('xoxb')).toBe(false);
    await answered(() => command(`link ${made.link!.code}`, 'C200', { team_id: 'T2' }));
    await world.until(async () => (await world.ask(TestChannel, { accountId, channelId })).delivered);
    expect(postedTo('C200')).toMatchObject([{ token: 'xoxb-second' }]);
  });
});
